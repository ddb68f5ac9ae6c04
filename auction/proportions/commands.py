"""What follows from the proportion of debt and seizure: the debtor's choice, a part released."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.queries import find_outcome
from auction.holds.commands import write_hold
from auction.holds.models import Hold
from auction.holds.rules import HoldKind, HoldSubject
from auction.holds.schemas import NewHold
from auction.holds.subjects import find_held
from auction.legal_rules.queries import basis_on
from auction.legal_rules.rules import Rule
from auction.legal_rules.words import cite
from auction.lots.queries import open_lot_of
from auction.lots.taking import ANSWERED, SetOffOpen
from auction.offers.commands.common import OpenLot, open_lot
from auction.offers.commands.parting import leave
from auction.offers.queries import open_setoff
from auction.proportions.queries import (
    proportion,
    seized_and_his,
    serving,
    weigh,
    worth_if_seized,
)
from auction.proportions.rules import (
    CHOICE,
    PROPORTION,
    Act,
    Basis,
    DebtUnknown,
    NeededStill,
    NotEnough,
    RoundWaits,
)
from auction.proportions.schemas import NewPartRelease, Proportion
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset, visible_assets
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import get_open_case
from inventory.seizures.commands import release_seizure
from inventory.seizures.models import Seizure
from inventory.seizures.queries import get_open_seizure
from inventory.seizures.rules import ChoiceAsked, ChoiceSeized
from inventory.seizures.schemas import DrawnUp, SeizureRelease

RELEASED, REASON = "part_released", "Giải tỏa kê biên phần không còn cần thiết"


def weigh_choice(session: Session, event: ChoiceAsked) -> None:
    """Refuse to seize what the debtor asks for where it is not enough (D152/26 Art. 54(4)).

    The law before said nothing of it. Several things he asked for in one case count together.
    Locks the case and its assets as whoever opens a hold on it.
    Raises DebtUnknown, NotEnough, NotFound, Invalid.
    """
    rule = serving(session, CHOICE, event.on)
    if rule is None:
        return
    find_held(session, event.actor, HoldSubject.CASE, event.case_number)
    case = session.get_one(EnforcementCase, event.case_id)
    found = weigh(session, case, local_day(event.at))
    if found is None:
        return
    chosen = _worth_of(session, event, rule)
    _refuse_unknown(found, rule, "debtor_asked")
    _refuse_unseen(session, event)
    before = (one.counted for one in found.assets if one.debtor_asked and not one.sold)
    value = sum(before, chosen)
    need = found.need + event.expected_costs
    if value < need:
        raise NotEnough(
            _(
                "What the debtor asks to have seized counts for %(value)s; debts of %(debt)s and"
                " costs of %(costs)s are to be covered (rule %(rule)s). Lawful: another thing"
                " worth as much, or this one seized in the ordinary way, beside others."
            ),
            field="estimated_value",
            article=rule.article,
            value=value,
            debt=found.debt,
            costs=need - found.debt,
            rule=rule.key,
        )


def _worth_of(session: Session, event: ChoiceAsked, rule: Rule) -> Decimal:
    """What the thing he asks for counts for: what is known of it, else as it is estimated."""
    worth = event.estimated_value
    if event.asset_id is not None:
        on = local_day(event.at)
        known = worth_if_seized(session, event.case_id, event.asset_id, worth, on)
        worth = known.counted if known.basis is not Basis.UNKNOWN else None
    if worth is None:
        raise Invalid(
            _("Say what it is worth: it must be enough (rule %(rule)s)."),
            field="estimated_value",
            article=rule.article,
            rule=rule.key,
        )
    return worth


def follow_choice(session: Session, event: ChoiceSeized) -> None:
    """Freeze the debtor's other assets for transactions once his choice is seized; keep the sums.

    D152/26 Art. 54(4).
    """
    asked = event.asked
    rule = serving(session, CHOICE, asked.on)
    case = session.get_one(EnforcementCase, asked.case_id)
    found = weigh(session, case, local_day(asked.at))
    if rule is None or found is None:
        return
    chosen = [one for one in found.assets if one.debtor_asked and not one.sold]
    hold = _freeze(session, event, {one.asset_id for one in chosen}, rule)
    subject = audit.Subject("asset", event.asset_id, event.reference, event.office_id)
    data = {"case": asked.case_number, "hold": hold.id}
    data["value"] = str(sum((one.counted for one in chosen), Decimal(0)))
    data["need"] = str(found.need + asked.expected_costs)
    audit.record(session, asked.actor, Act.CHOICE_WEIGHED, subject, data, at=asked.at)


def release_part(
    session: Session, actor: Actor, reference: str, new: NewPartRelease, *, at: datetime
) -> Seizure:
    """Release one of several seized assets that is no longer needed (L25 Art. 72(3), 95(3)).

    What stays seized must cover debts and costs as they are now, after what the debtor paid. An
    asset in a lot leaves it; the rest goes on. Locks the lot as the recording of an outcome does,
    the asset, then the case, so that of two assets not each is released because of the other.
    Raises NotFound, CaseIsClosed, DebtUnknown, NeededStill, RoundWaits, SetOffOpen, Invalid.
    """
    actor.require("seizures.record")
    not_ahead(new.released_on, at, field="released_on")
    asset_id = session.scalar(
        visible_assets(actor).with_only_columns(Asset.id).where(Asset.reference == reference)
    )
    lot = open_lot_of(session, actor, asset_id) if asset_id is not None else None
    on_offer = open_lot(session, actor, lot) if lot is not None else None
    asset = lock_asset(session, actor, reference)
    case = get_open_case(session, asset.office_id, new.case_number, at=at)
    get_open_seizure(session, asset.id, new.case_number)
    lock_case(session, case.id)
    found = proportion(session, actor, case.id, local_day(at))
    rule = serving(session, PROPORTION, found.on)
    _refuse_unknown(found, rule, "case_number")
    _refuse_needed(found, asset)
    if on_offer is not None:
        _refuse_under_way(session, on_offer, found.on)
    release = SeizureRelease(
        case_number=new.case_number,
        release_decision=new.release_decision,
        released_on=new.released_on,
        drawn_up=DrawnUp(
            grounds=new.grounds or grounds_of(found, reference),
            owner=new.owner,
            registers=new.registers,
        ),
    )
    released = release_seizure(session, actor, reference, release, at=at)
    number = released.release_decision or ""
    if on_offer is not None:
        said = {"why": RELEASED, "reason": f"{REASON} ({number})", "document": number}
        leave(session, actor, on_offer, [asset.id], new.released_on, at=at, **said)
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"case": new.case_number, "decision": number, "need": str(found.need)}
    data["value"] = str(found.value)
    audit.record(session, actor, Act.PART_RELEASED, subject, data, at=at)
    return released


def lock_case(session: Session, case_id: int) -> None:
    """Keep others from releasing what this case needs until the transaction ends."""
    locked = select(EnforcementCase.id).where(EnforcementCase.id == case_id)
    session.execute(locked.with_for_update())


def grounds_of(found: Proportion, reference: str) -> str:
    """What the decision says where nothing else is said: the sums, and by which article."""
    rest = found.value - sum(one.counted for one in found.assets if one.reference == reference)
    return (
        f"Số tiền còn phải thi hành và chi phí là {_dong(found.need)} đồng; tài sản còn lại đang"
        f" kê biên có giá trị {_dong(rest)} đồng, đủ để thi hành án. Giải tỏa kê biên {reference}"
        f" theo {cite(found.article).vi}."
    )


def _dong(amount: Decimal) -> str:
    return f"{amount:,.0f}".replace(",", ".")


def _refuse_unknown(found: Proportion, rule: Rule | None, field: str) -> None:
    if not found.known:
        raise DebtUnknown(
            _(
                "No claim of case %(case)s is recorded, so nothing says what is enough (rule"
                " %(rule)s). Lawful: record the claims first."
            ),
            field=field,
            article=rule.article if rule else found.article,
            case=found.case_number,
            rule=rule.key if rule else PROPORTION,
        )


def _refuse_needed(found: Proportion, asset: Asset) -> None:
    if asset.id in {one.asset_id for one in found.releasable}:
        return
    raise NeededStill(
        _(
            "Debts and costs are %(need)s, and without %(asset)s only %(rest)s stays seized (rule"
            " %(rule)s). Lawful now: %(others)s."
        ),
        field="case_number",
        article=found.article,
        need=found.need,
        asset=asset.reference,
        rest=found.value - sum(one.counted for one in found.assets if one.asset_id == asset.id),
        rule=PROPORTION,
        others=", ".join(one.reference for one in found.releasable) or "–",
    )


def _refuse_under_way(session: Session, found: OpenLot, on: date) -> None:
    """Nothing leaves a lot alone while a round or the creditor's right runs on the whole of it."""
    if found.last is not None and find_outcome(session, found.last.id) is None:
        raise RoundWaits(
            _(
                "Round %(number)s of lot %(lot)s waits for its outcome. Lawful: stop it first"
                " (the debt is covered), or release after it."
            ),
            field="case_number",
            number=found.last.number,
            lot=found.lot.reference,
            **basis_on(session, "pause_stop_clause", on),
        )
    setoff = open_setoff(session, found.lot.id)
    if setoff is not None:
        raise SetOffOpen(
            _("The creditor’s right is on the whole lot: until it ended, nothing leaves alone."),
            field="case_number",
            article=setoff.article,
            rule=ANSWERED,
        )


def _freeze(session: Session, event: ChoiceSeized, chosen: set[int], rule: Rule) -> Hold:
    """The hold that keeps the debtor's other assets from being traded; one a case."""
    asked = event.asked
    found = session.scalar(
        select(Hold).where(
            Hold.kind == HoldKind.TRANSACTIONS_FROZEN.value,
            Hold.subject_kind == HoldSubject.CASE.value,
            Hold.subject_id == asked.case_id,
            Hold.ended_on.is_(None),
        )
    )
    if found is not None:
        return found
    more = f" Tài sản khác: {asked.frozen_words}." if asked.frozen_words else ""
    new = NewHold(
        kind=HoldKind.TRANSACTIONS_FROZEN,
        subject_kind=HoldSubject.CASE,
        subject_ref=asked.case_number,
        ground=(
            f"Người phải thi hành án đề nghị kê biên {event.reference}; tài sản khác của người"
            f" phải thi hành án bị tạm dừng giao dịch theo {cite(rule.article).vi}.{more}"
        ),
        ground_on=asked.on,
        document=event.decision_number,
        started_on=asked.on,
    )
    others = seized_and_his(session, asked.case_id) - chosen
    further = asked.frozen
    return write_hold(session, asked.actor, new, only=others, further=further, at=asked.at)


def _refuse_unseen(session: Session, event: ChoiceAsked) -> None:
    statement = visible_assets(event.actor).with_only_columns(Asset.reference)
    known = set(session.scalars(statement.where(Asset.reference.in_(event.frozen))))
    for reference in event.frozen:
        if reference not in known:
            raise NotFound(
                _("There is no asset %(reference)s."), field="frozen", reference=reference
            )
