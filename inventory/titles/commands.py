"""Recording owners, burdens, collateral and the region of an asset."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.events import publish
from inventory.base.law import due_on, ruling
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.titles.leaving import refuse_putting_out
from inventory.titles.models import (
    AssetHome,
    AssetRegion,
    AssetTitle,
    Collateral,
    Encumbrance,
    OwnerShare,
)
from inventory.titles.rules import (
    Act,
    Burden,
    BurdenEnd,
    BurdenEnded,
    CollateralEnded,
    CollateralFound,
    NotPriced,
    SharesDiffer,
    StillTheirs,
    TitleOutOfTurn,
    whole_of,
)
from inventory.titles.schemas import (
    EndOfBurden,
    EndOfCollateral,
    NewBurden,
    NewCollateral,
    NewHome,
    NewRegion,
    NewTitle,
)

REMOVAL = "remove_others_property"
"""The rule that gives others time to take their things from the land."""


def record_title(
    session: Session, actor: Actor, reference: str, new: NewTitle, *, at: datetime
) -> AssetTitle:
    """Record whose an asset is from a day on; the shares give the whole (L25 Art. 39).

    Raises NotFound, SharesDiffer, TitleOutOfTurn, Invalid.
    """
    actor.require("titles.record")
    not_ahead(new.from_on, at, field="from_on")
    _refuse_broken(new)
    asset = lock_asset(session, actor, reference)
    last = select(func.max(AssetTitle.from_on)).where(AssetTitle.asset_id == asset.id)
    before = session.scalar(last)
    if before is not None and new.from_on <= before:
        raise TitleOutOfTurn(
            _("The last title is of %(day)s; the next one begins later."),
            field="from_on",
            day=before,
        )
    title = AssetTitle(
        asset_id=asset.id,
        office_id=asset.office_id,
        from_on=new.from_on,
        indivisible=new.indivisible,
        document=new.document,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(title)
    session.flush()
    said = ("name", "identity", "address", "over", "under")
    rows = [
        {
            "title_id": title.id,
            "position": position,
            "asset_id": asset.id,
            "office_id": asset.office_id,
            "role": owner.role.value,
            **{name: getattr(owner, name) for name in said},
        }
        for position, owner in enumerate(new.owners, 1)
    ]
    session.execute(insert(OwnerShare), rows)
    data = {"title": title.id, "owners": len(rows), "document": new.document}
    audit.record(session, actor, Act.TITLE_RECORDED, _subject(asset), data, at=at)
    return title


def record_burden(
    session: Session, actor: Actor, reference: str, new: NewBurden, *, at: datetime
) -> Encumbrance:
    """Record what burdens an asset; others have a time to take their things away (L25 Art. 81).

    Raises NotFound, Invalid.
    """
    actor.require("titles.record")
    not_ahead(new.since_on, at, field="since_on")
    if new.value is not None:
        check_amount(new.value, field="value")
    if new.until_on is not None and new.until_on < new.since_on:
        raise Invalid(_("The end lies before the beginning."), field="until_on")
    if new.told_on is not None:
        not_ahead(new.told_on, at, field="told_on")
    asset = lock_asset(session, actor, reference)
    removal = new.kind is Burden.OTHERS_THINGS and new.told_on is not None
    burden = Encumbrance(
        asset_id=asset.id,
        office_id=asset.office_id,
        kind=new.kind.value,
        holder=new.holder,
        since_on=new.since_on,
        until_on=new.until_on,
        not_before_on=new.not_before_on,
        value=new.value,
        told_on=new.told_on,
        act_by_on=due_on(session, REMOVAL, new.told_on) if removal and new.told_on else None,
        article=ruling(session, REMOVAL, new.told_on).article if removal and new.told_on else None,
        document=new.document,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(burden)
    session.flush()
    data = {"burden": burden.id, "kind": burden.kind, "holder": new.holder}
    audit.record(session, actor, Act.BURDEN_RECORDED, _subject(asset), data, at=at)
    return burden


def end_burden(
    session: Session, actor: Actor, reference: str, new: EndOfBurden, *, at: datetime
) -> Encumbrance:
    """Record how a burden ended; others' things are sold with the land only after their time.

    They are priced first, for their owner gets the money. Raises NotFound, BurdenEnded,
    StillTheirs, NotPriced, StaysWithLease, PowerNotGiven, Invalid.
    """
    actor.require("titles.record")
    not_ahead(new.ended_on, at, field="ended_on")
    asset = lock_asset(session, actor, reference)
    burden = session.scalar(
        select(Encumbrance).where(Encumbrance.asset_id == asset.id, Encumbrance.id == new.burden_id)
    )
    if burden is None:
        raise NotFound(_("There is no such burden."), field="burden_id")
    if burden.ended_on is not None:
        raise BurdenEnded(_("The burden has ended."), field="burden_id")
    if new.ended_on < burden.since_on:
        raise Invalid(_("The end lies before the beginning."), field="ended_on")
    if new.how is BurdenEnd.SOLD_WITH:
        _refuse_too_early(session, burden, new)
        burden.value = _price_of(session, burden, new)
    if new.how is BurdenEnd.PUT_OUT:
        refuse_putting_out(session, burden, new)
    burden.ended_on = new.ended_on
    burden.ended_how = new.how.value
    burden.end_note = new.note
    session.flush()
    data = {"burden": burden.id, "how": new.how.value}
    audit.record(session, actor, Act.BURDEN_ENDED, _subject(asset), data, at=at)
    return burden


def record_collateral(
    session: Session, actor: Actor, reference: str, new: NewCollateral, *, at: datetime
) -> Collateral:
    """Record a debt that the asset secures; of another than the creditor it sets the asset apart.

    Raises NotFound, Invalid.
    """
    actor.require("titles.record")
    not_ahead(new.from_on, at, field="from_on")
    check_amount(new.secured_amount, field="secured_amount")
    if not new.secured_amount:
        raise Invalid(_("The amount must be more than nothing."), field="secured_amount")
    asset = lock_asset(session, actor, reference)
    secured = Collateral(
        asset_id=asset.id,
        office_id=asset.office_id,
        holder=new.holder,
        secured_amount=new.secured_amount,
        holder_is_creditor=new.holder_is_creditor,
        seized_for_other=not new.holder_is_creditor,
        from_on=new.from_on,
        document=new.document,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(secured)
    session.flush()
    data = {"collateral": secured.id, "holder": new.holder, "amount": str(new.secured_amount)}
    audit.record(session, actor, Act.COLLATERAL_RECORDED, _subject(asset), data, at=at)
    if secured.seized_for_other:
        publish(session, CollateralFound(asset.id, local_day(at), actor, at))
    return secured


def end_collateral(
    session: Session, actor: Actor, reference: str, new: EndOfCollateral, *, at: datetime
) -> Collateral:
    """Record that the asset secures a debt no longer.

    Raises NotFound, CollateralEnded, Invalid.
    """
    actor.require("titles.record")
    not_ahead(new.ended_on, at, field="ended_on")
    asset = lock_asset(session, actor, reference)
    secured = session.scalar(
        select(Collateral).where(
            Collateral.asset_id == asset.id, Collateral.id == new.collateral_id
        )
    )
    if secured is None:
        raise NotFound(_("There is no such collateral."), field="collateral_id")
    if secured.ended_on is not None:
        raise CollateralEnded(_("The asset secures that debt no longer."), field="collateral_id")
    if new.ended_on < secured.from_on:
        raise Invalid(_("The end lies before the beginning."), field="ended_on")
    secured.ended_on = new.ended_on
    secured.end_document = new.document
    session.flush()
    data = {"collateral": secured.id, "document": new.document}
    audit.record(session, actor, Act.COLLATERAL_ENDED, _subject(asset), data, at=at)
    return secured


def set_region(
    session: Session, actor: Actor, reference: str, new: NewRegion, *, at: datetime
) -> AssetRegion:
    """Say in which region of the minimum wage an asset lies (MW26 Art. 3).

    Raises NotFound, Invalid.
    """
    actor.require("titles.record")
    not_ahead(new.from_on, at, field="from_on")
    asset = lock_asset(session, actor, reference)
    region = AssetRegion(
        asset_id=asset.id,
        office_id=asset.office_id,
        region=new.region.value,
        from_on=new.from_on,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(region)
    session.flush()
    data = {"region": new.region.value, "from": new.from_on.isoformat()}
    audit.record(session, actor, Act.REGION_SET, _subject(asset), data, at=at)
    return region


def record_home(
    session: Session, actor: Actor, reference: str, new: NewHome, *, at: datetime
) -> AssetHome:
    """Record whether an asset is the debtor's only dwelling: what is kept back follows from it.

    L25 Art. 89(2); L08 Art. 115(5). Raises NotFound, Invalid.
    """
    actor.require("titles.record")
    not_ahead(new.from_on, at, field="from_on")
    if new.year_rent is not None:
        check_amount(new.year_rent, field="year_rent")
        if not new.year_rent:
            raise Invalid(_("The amount must be more than nothing."), field="year_rent")
    asset = lock_asset(session, actor, reference)
    home = AssetHome(
        asset_id=asset.id,
        office_id=asset.office_id,
        from_on=new.from_on,
        only_home=new.only_home,
        of_a_person=new.of_a_person,
        year_rent=new.year_rent,
        document=new.document,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(home)
    session.flush()
    data = {"only_home": new.only_home, "person": new.of_a_person, "document": new.document}
    audit.record(session, actor, Act.HOME_RECORDED, _subject(asset), data, at=at)
    return home


def _refuse_broken(new: NewTitle) -> None:
    whole = whole_of((owner.over, owner.under) for owner in new.owners)
    if whole != 1:
        raise SharesDiffer(
            _("The shares give %(sum)s of the whole; together they must give 1."),
            field="owners",
            sum=str(whole),
        )


def _refuse_too_early(session: Session, burden: Encumbrance, new: EndOfBurden) -> None:
    """Things of others are sold with the land once their time to take them away has passed."""
    if burden.kind != Burden.OTHERS_THINGS:
        raise Invalid(_("Only things of others are sold with the land."), field="how")
    article = burden.article or ruling(session, REMOVAL, new.ended_on).article
    if burden.act_by_on is None:
        raise StillTheirs(
            _("Tell the owner first; he has a time to take his things away."),
            field="how",
            article=article,
            rule=REMOVAL,
        )
    if new.ended_on <= burden.act_by_on:
        raise StillTheirs(
            _("The owner may take his things away until %(day)s."),
            field="ended_on",
            article=article,
            rule=REMOVAL,
            day=burden.act_by_on,
        )


def _price_of(session: Session, burden: Encumbrance, new: EndOfBurden) -> Decimal:
    """What others' things are worth: said now, or when they were recorded.

    Raises NotPriced, Invalid.
    """
    value = burden.value if new.value is None else new.value
    if value is None or not value:
        raise NotPriced(
            _(
                "Things of others are priced before they are sold with the land, for their owner"
                " gets the money (rule %(rule)s). Lawful: say their value."
            ),
            field="value",
            article=burden.article or ruling(session, REMOVAL, new.ended_on).article,
            rule=REMOVAL,
        )
    check_amount(value, field="value")
    return value


def _subject(asset: Asset) -> audit.Subject:
    return audit.Subject("asset", asset.id, asset.reference, asset.office_id)
