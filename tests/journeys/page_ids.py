"""Ids of the demonstration office for the walk over every page: one of everything is made."""

from contextlib import closing
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline
from auction.deadlines.recounting import order_recount
from auction.departures.commands import ask_departure
from auction.departures.schemas import NewDeparture
from auction.holds.rules import HoldKind
from auction.legal_rules.calendars import DaysOff, enter_calendar
from auction.legal_rules.entering import enter_draft
from auction.lots.models import Lot, LotAsset
from auction.notices.commands.waits import delegate_disposal
from auction.notices.rules import Place as NoticePlace
from auction.notices.schemas import NewSaleDelegation
from auction.payouts.commands.proposing import approve_payout
from auction.portfolios.commands import draw_up
from auction.portfolios.schemas import NewPortfolio
from auction.reviews.commands import conclude_review, open_review, write_finding
from auction.reviews.rules import Conclusion, FindingCode, Severity
from auction.reviews.schemas import NewConclusion, NewFinding
from auction.simulations.commands import simulate
from auction.simulations.schemas import NewSimulation
from auction.terminations.commands import terminate_case
from auction.terminations.rules import Ground as TerminationGround
from auction.terminations.rules import Scope as TerminationScope
from auction.terminations.schemas import NewTermination
from auction.valuations.commands.revaluation import request_revaluation
from auction.valuations.commands.several import set_up_councils
from auction.valuations.rules import NextAct
from inventory.assets.models import Asset
from inventory.assets.rules import PREFIX
from inventory.attachments.models import Attachment
from inventory.base import clock
from inventory.base.actor import SYSTEM, Actor
from inventory.base.clock import local_day
from inventory.base.references import reference
from inventory.base.storage import BlobStore
from inventory.cases.models import EnforcementCase
from inventory.evidence.models import EvidenceHold
from inventory.orders.models import WarehouseOrder
from inventory.organisation.models import Office
from inventory.papers.models import Paper
from inventory.stocktakes.models import StocktakeDifference
from inventory.warehouse_checks.rules import Figure
from inventory.warehouses.models import Place
from reports.forms.commands import issue_review_dossier
from reports.registers.queries import year_on
from service.auth.queries import actor_from, find_account, snapshot
from service.database import Database, act_as
from tests.journeys.office import LOG_IN, STORY, Served
from tests.journeys.pages import Ids
from tests.make.announcing import make_auction_house, make_call, post
from tests.make.auction import make_ended, make_formed_lot, make_valued_asset
from tests.make.handovers import make_away
from tests.make.holds import make_hold
from tests.make.kept import make_failed_job, make_kept
from tests.make.money import (
    case_of,
    make_claim,
    make_delivered,
    make_paid,
    make_sold,
    propose,
)
from tests.make.orders import stand_open
from tests.make.organisation import People
from tests.make.rules import new_draft
from tests.make.shares import line_of, tell
from tests.make.stocktakes import count_first, make_stocktake
from tests.make.valuations import (
    make_firm,
    make_seized,
    make_told,
    make_unfirmed,
    new_councils,
    new_request,
)


def make_ids(served: Served) -> Ids:
    """Ids of the demonstration office, with a review in progress, one concluded and a paper."""
    with closing(Database(served.settings)) as database, database.transaction(SYSTEM) as session:
        ids = _assets_and_lots(session) | {
            "stat_year": year_on(session, local_day(clock.now())).year
        }
        inspector = _actor(session, "inspector")
        act_as(session, inspector)
        files = BlobStore(served.settings.files_dir)
        ids |= _reviews(session, inspector, ids)
        issue_review_dossier(session, inspector, ids["house"], files, at=clock.now())
        act_as(session, SYSTEM)
        ids |= _others(session, ids)
        ids |= _held(session, ids)
        ids |= _away(session)
        ids |= _portfolio(session)
        ids |= _stocktakes(session, ids)
        ids |= _organised(session)
        ids |= _money(session)
        ids |= _named(session, ids)
        return ids | _kept(session) | _ended(session) | _prices(session) | _rules(session)


def _named(session: Session, ids: Ids) -> Ids:
    """Parts of addresses that are names, and a departure that waits for its second person."""
    officer = _actor(session, "enforcement_officer")
    wish = NewDeparture(
        rule_key="viewing",
        subject_kind="lot",
        subject_ref=ids["machine_lot"],
        reason="Tài sản chỉ xem được một ngày do bão.",
    )
    asked = ask_departure(session, officer, wish, at=clock.now())
    names = {name: name for name in ("setoff", "redemption", "owners")}
    return {**names, "one": 1, "departure": asked.id}


def _assets_and_lots(session: Session) -> Ids:
    keys = {"nha": "house", "may": "machine", "oto": "car", "xemay": "waiting", "nhan": "evidence"}
    ids = {}
    for said in STORY["asset"]:
        name = keys.get(said["key"])
        if name is None:
            continue
        asset = session.scalars(select(Asset).where(Asset.description == said["description"])).one()
        ids[name] = asset.reference
        of_asset = select(Lot.reference).join(LotAsset).where(LotAsset.asset_id == asset.id)
        ids[f"{name}_lot"] = session.scalar(of_asset)
    return ids


def _reviews(session: Session, inspector: Actor, ids: Ids) -> Ids:
    at = clock.now()
    made = {}
    for name, asset in (("open_review", ids["house"]), ("concluded_review", ids["machine"])):
        review = open_review(session, inspector, asset, at=at)
        finding = NewFinding(
            code=FindingCode.P01,
            severity=Severity.DEFECT,
            text="Giá khởi điểm cao hơn giá thị trường, không nêu lý do",
            article="L25 Art. 82",
            person="Trần Văn Mẫu Chấp",
        )
        write_finding(session, inspector, review.id, finding, at=at)
        made[name] = review.id
    conclusion = NewConclusion(
        conclusion=Conclusion.REVALUE,
        conclusion_text="Định giá lại tài sản",
        responsible="Trần Văn Mẫu Chấp",
        due_on=clock.local_day(at) + timedelta(days=30),
    )
    conclude_review(session, inspector, review.id, review.version, conclusion, at=at)
    return made


def _others(session: Session, ids: Ids) -> Ids:
    def first(statement: Any) -> Any:
        return session.scalars(statement.limit(1)).one()

    orders = select(WarehouseOrder.reference).order_by(WarehouseOrder.id.desc())
    open_orders = orders.where(
        WarehouseOrder.signed_at.is_not(None), WarehouseOrder.finished_at.is_(None)
    )
    evidence = select(EvidenceHold.id).join(Asset).where(Asset.reference == ids["evidence"])
    return {
        "hold": first(evidence),
        "picture": first(select(Attachment.id).order_by(Attachment.id)),
        "store": first(select(Place.id).where(Place.code == "K1")),
        "to_sign": first(orders.where(WarehouseOrder.signed_at.is_(None))),
        "to_release": first(open_orders.where(WarehouseOrder.direction == "out")),
        "to_receive": first(open_orders.where(WarehouseOrder.direction == "in")),
        "shelf": first(select(Place.id).where(Place.code == "K1-A1")),
        "room": first(select(Place.id).where(Place.code == "K1-A")),
        "case": first(
            select(EnforcementCase.id).where(EnforcementCase.decision_number == "214/QĐ-CTHADS")
        ),
        "due": first(select(Deadline.id).where(Deadline.met_on.is_(None))),
        "met": first(select(Deadline.id).where(Deadline.met_on.is_not(None))),
        "office": first(select(Office.id).where(Office.code == STORY["office"]["code"])),
    }


def _portfolio(session: Session) -> Ids:
    """A portfolio that waits for its signatures."""
    new = NewPortfolio(giver_code="TD-CHV", receiver_code="TD-CHV2", reason="Nghỉ hưu")
    return {"portfolio": draw_up(session, _actor(session, "head"), new, at=clock.now())}


def _held(session: Session, ids: Ids) -> Ids:
    """A hold with a limit that stands still."""
    at = clock.now()
    held = make_hold(
        session, SYSTEM, HoldKind.OTHER_AUTHORITY, ids["waiting"], local_day(at), at=at
    )
    return {"stop": held.id}


def _away(session: Session) -> Ids:
    """Things offered, on their way, given out and to be disposed of."""
    keeper, officer = _actor(session, "keeper"), _actor(session, "enforcement_officer")
    store = session.scalars(select(Place).where(Place.code == "K1")).one()
    stand_open(session, store)
    receiver = next(p["code"] for p in STORY["person"] if p["role"] == "keeper")
    return dict(make_away(session, keeper, officer, store, receiver, at=clock.now()))


def _kept(session: Session) -> Ids:
    """Things kept in a way of their own, a paper of the office, and a job that failed."""
    at = clock.now()
    store = session.scalars(select(Place).where(Place.code == "K1")).one()
    keeper, officer = _actor(session, "keeper"), _actor(session, "enforcement_officer")
    made = make_kept(session, keeper, officer, store, at=at)
    make_failed_job(session, at=at)
    paper = select(Paper.reference).where(Paper.office_id == officer.office_id)
    made["paper"] = session.scalars(paper.order_by(Paper.id.desc()).limit(1)).one()
    made |= {"unknown": reference(PREFIX, 9_999_998), "mistyped": "TS-9999999-9"}
    return made


def _ended(session: Session) -> Ids:
    """Lots at the steps that the story of the office does not come to."""
    own = session.scalars(select(Office).where(Office.code == STORY["office"]["code"])).one()
    keeper, officer = _actor(session, "keeper"), _actor(session, "enforcement_officer")
    people = People(own, own, own, keeper=keeper, officer=officer)
    return dict(make_ended(session, people, at=clock.now()))


def _organised(session: Session) -> Ids:
    """A lot with a call that an organisation has answered, and a notice of its first round."""
    own = session.scalars(select(Office).where(Office.code == STORY["office"]["code"])).one()
    keeper, officer = _actor(session, "keeper"), _actor(session, "enforcement_officer")
    people = People(own, own, own, keeper=keeper, officer=officer)
    at = clock.now()
    today = local_day(at)
    lot = make_formed_lot(session, people, at=at, contracted=False)
    code = make_auction_house(session, people, "0101", at=at).code
    days = {"published": today, "until": today}
    call = make_call(session, people, lot, {code: 8}, **days, at=at)
    notice = post(session, people, lot, NoticePlace.AUCTION_VENUE, today, at=at)
    return {"auctioneer": code, "org_call": call.reference, "notice": notice.id} | _ordered(
        session, people
    )


def _ordered(session: Session, people: People) -> Ids:
    """A sale that another office is to carry out, and dates that an order is to move."""
    at = clock.now()
    head, administrator = _actor(session, "head"), _actor(session, "administrator")
    other = NewSaleDelegation(office="TD-KV1", decision="3/QĐ-UT", delegated_on=local_day(at))
    sold = delegate_disposal(session, head, make_valued_asset(session, people, at=at), other, at=at)
    today = local_day(at)
    monday = today + timedelta(days=7 - today.weekday())
    off = DaysOff(source="99/TB-BNV", off={monday: "Nghỉ bù"}, exchanged={}, back=())
    enter_calendar(session, administrator, off, at=at)
    moves = order_recount(session, administrator, "Thông báo 99/TB-BNV", at=at)
    return {"delegation": sold.id, "moves": moves.id}


def _money(session: Session) -> Ids:
    """A sale that is overdue, one to be delivered, one whose payout is approved; a claim."""
    own = session.scalars(select(Office).where(Office.code == STORY["office"]["code"])).one()
    names = ("keeper", "enforcement_officer", "head", "accountant")
    keeper, officer, head, accountant = (_actor(session, name) for name in names)
    people = People(own, own, own, keeper=keeper, officer=officer, head=head, accountant=accountant)
    at = clock.now()
    month_ago = at - timedelta(days=40)
    unpaid, paid = make_sold(session, people, at=month_ago), make_paid(session, people, at=at)
    out = make_delivered(session, people, at=at)
    case = case_of(session, out)
    claim = make_claim(session, people, case, at=at)
    payout = approve_payout(session, head, propose(session, people, out, at=at).id, at=at)
    share = line_of(session, payout, "debtor")
    tell(session, people, share, at=at)
    sales = {"sale_unpaid": unpaid.id, "sale_paid": paid.id, "sale_out": out.id}
    ended = _terminated(session, people, case_of(session, unpaid))
    return {"money_case": case.id, "claim": claim.id, "share": share, **sales, **ended}


def _terminated(session: Session, people: People, case: EnforcementCase) -> Ids:
    """A termination of a claim that may be annulled."""
    at = clock.now()
    claim = make_claim(session, people, case, at=at)
    new = NewTermination(
        scope=TerminationScope.PART,
        ground=TerminationGround.PARTIES_ASK,
        ground_on=local_day(at),
        document="Đơn 1",
        decision_number="7/QĐ-ĐC",
        decided_on=local_day(at),
        claims=[claim.id],
    )
    made = terminate_case(session, people.head, case.id, new, at=at)
    return {"ended_case": case.id, "termination": made.id}


def _prices(session: Session) -> Ids:
    """A firm, and an asset of whose price the parties were told and one asked to value again."""
    own = session.scalars(select(Office).where(Office.code == STORY["office"]["code"])).one()
    keeper, officer = _actor(session, "keeper"), _actor(session, "enforcement_officer")
    people = People(own, own, own, keeper=keeper, officer=officer)
    at = clock.now()
    told = make_seized(session, people, at=at)
    make_told(session, people, told, at=at)
    request_revaluation(session, officer, told, new_request(), at=at)
    sat, further = make_unfirmed(session, people, 2, at=at)
    set_up_councils(session, _actor(session, "head"), sat, new_councils(further), at=at)
    forms = {
        "facts": NextAct.FACTS.value,
        "price_contract": NextAct.CONTRACT.value,
        "council_decision": NextAct.COUNCIL_DECISION.value,
        "figure": Figure.HELD.value,
    }
    return {"told": told, "sat": sat, "firm": make_firm(session, people, at=at).id} | forms


def _rules(session: Session) -> Ids:
    """A rule, a draft of it, and what the draft would have changed."""
    inspector, at = _actor(session, "inspector"), clock.now()
    draft = enter_draft(session, inspector, new_draft(), at=at)
    made = simulate(session, inspector, NewSimulation(draft_id=draft.id), at=at)
    return {"rule": draft.key, "draft": draft.id, "simulation": made.id}


def _stocktakes(session: Session, ids: Ids) -> Ids:
    """One that is being counted, and one whose differences wait for a second counter."""
    keeper, at = _actor(session, "keeper"), clock.now()
    act_as(session, keeper)
    store = session.scalars(select(Place.id).where(Place.code == "K1")).one()
    counting = make_stocktake(session, keeper, store, at=at)
    counted = count_first(
        session,
        keeper,
        make_stocktake(session, keeper, ids["room"], at=at),
        ["8934567890123"],
        ids["room"],
        at=at,
    )
    act_as(session, SYSTEM)
    of = StocktakeDifference.stocktake_id == counted.id
    case = session.scalars(select(StocktakeDifference.id).where(of).limit(1)).one()
    return {
        "counting": counting.reference,
        "counted": counted.reference,
        "difference": case,
    }


def _actor(session: Session, role: str) -> Actor:
    account = find_account(session, LOG_IN[role])
    assert account is not None
    return actor_from(snapshot(session, account, at=clock.now()))
