"""What stocktakes say on pages of others: what is missing, the joint count of a warehouse."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from sqlalchemy.orm import Session

from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.desk import Panel, Part
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form
from inventory.stocktakes.commands.joint_count import open_joint_count
from inventory.stocktakes.commands.record_found import record_found
from inventory.stocktakes.queries import stocktakes
from inventory.stocktakes.schemas.said import FoundAgain


@post(
    "/assets/{reference:str}/found",
    permission="stocktakes.approve",
    include_in_schema=False,
    sync_to_thread=False,
)
def found_page(
    request: Request[Any, Any, Any],
    session: NamedDependency[Session],
    actor: NamedDependency[Actor],
    at: NamedDependency[datetime],
    *,
    reference: FromPath[str],
    data: URLEncodedBody[dict[str, str]],
) -> Response[Any]:
    """Say that a thing which was confirmed missing is there again."""
    try:
        record_found(session, actor, reference, decode_form(FoundAgain, data), at=at)
    except Invalid as error:
        asset = get_asset(session, actor, reference)
        return act_form(request, asset, "stocktakes/_found.html", data, error)
    return onward(request, f"/assets/{reference}", _("It is there again."))


@post(
    "/places/{place_id:int}/joint-count",
    permission="stocktakes.open",
    include_in_schema=False,
    sync_to_thread=False,
)
def joint_count_page(
    request: Request[Any, Any, Any],
    session: NamedDependency[Session],
    actor: NamedDependency[Actor],
    at: NamedDependency[datetime],
    place_id: FromPath[RowId],
) -> Response[Any]:
    """Go to the joint count of a change of keeper; it is opened where none runs."""
    made = open_joint_count(session, actor, place_id, at=at)
    return onward(request, f"/stocktakes/{made.reference}", _("Both keepers count."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """That a thing is confirmed missing, where it is."""
    if not actor.may("stocktakes.read"):
        return []
    rows = stocktakes.list_missing(session, asset.id)
    if not rows:
        return []
    mine = actor.may("stocktakes.approve") and asset.office_id == actor.office_id
    data = {"rows": rows, "reference": asset.reference, "finds": mine}
    return [Panel(_("Confirmed missing"), "stocktakes/_missing.html", data)]
