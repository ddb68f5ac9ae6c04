"""Which asset a flag or a review is about, for the forms issued from their pages."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.reviews.models import Flag, Review
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight


def asset_of_flag(session: Session, actor: Actor, flag_id: int) -> str:
    """The reference of the flagged asset.

    Raises NotFound, also for a flag of a foreign office.
    """
    return _asset_of(session, actor, Flag, flag_id)


def asset_of_review(session: Session, actor: Actor, review_id: int) -> str:
    """The reference of the reviewed asset.

    Raises NotFound, also for a review of a foreign office.
    """
    return _asset_of(session, actor, Review, review_id)


def _asset_of(session: Session, actor: Actor, table: type[Flag] | type[Review], wanted: int) -> str:
    statement = (
        select(Asset.reference).join(table, table.asset_id == Asset.id).where(table.id == wanted)
    )
    reference = session.scalar(statement.where(in_sight(table.office_id, actor)))
    if reference is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return reference
