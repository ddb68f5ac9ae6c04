"""Warehouse orders: who asks, who signs, what is refused, and the papers in their order."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, Invalid
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import release
from inventory.custody.queries import list_chain
from inventory.custody.schemas import Release, TakeIn
from inventory.keepers.rules import NotTheKeeper
from inventory.orders.commands.finishing import check_release, write_minutes, write_slip
from inventory.orders.commands.requesting import request_order, withdraw_order
from inventory.orders.commands.signing import (
    delegate_signing,
    end_delegation,
    refuse_order,
    sign_order,
)
from inventory.orders.models import OrderUse
from inventory.orders.queries import (
    Passing,
    count_awaiting,
    get_order,
    list_card,
    list_open_lines,
    list_orders,
    list_orders_of,
)
from inventory.orders.rules import (
    Direction,
    NotTheCounted,
    NotYoursToSign,
    OrderInUse,
    OrderIsClosed,
    OutOfTurn,
    Step,
)
from inventory.orders.schemas import Closing, FoundLine, HandOver
from inventory.papers.commands import recall, replace
from inventory.papers.models import Paper, PaperSubject
from inventory.papers.rules import RecalledByItsAct, ReplacedByItsAct
from inventory.papers.schemas import NewRecall, NewWording, Reworded
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset
from tests.make.organisation import People
from tests.make.requests import (
    as_ordered,
    new_delegation,
    new_order,
    new_release,
    phones,
    signed,
)

Become = Callable[[Actor], Actor]
WHY = Closing(reason="Không còn cần")


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> Registered:
    """An asset in the warehouse."""
    return make_asset(session, people.keeper, case, at=at, place=store)


def bought(store: Place, order: str) -> Release:
    return Release(store.id, "Nguyễn Thị Mua", "x", order=order)


def papers(session: Session, ref: str) -> list[str]:
    p = Paper
    return list(session.scalars(select(p.kind).where(p.subject_ref == ref).order_by(p.id)))


def test_what_comes_in_passes_every_paper_in_its_order(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    become: Become,
    at: datetime,
) -> None:
    new = new_order(store, phones(1), case_number=case.decision_number)
    become(people.officer)
    ref = request_order(session, people.officer, new, at=at).reference
    become(people.head)
    order = sign_order(session, people.head, ref, at=at)
    keeper = become(people.keeper)
    came = TakeIn(store.id, "Trần Văn Nợ", "Kê biên", order=f"{ref}/1")
    made = make_asset(session, keeper, case, at=at, take_in=came)
    write_minutes(session, keeper, ref, as_ordered(session, people, ref), at=at)
    done = write_slip(session, keeper, ref, at=at)
    assert done.finished_at == at
    assert papers(session, ref) == ["store_in_order", "handover_minutes", "receipt_slip"]
    shown = get_order(session, keeper, ref)
    assert {step.step for step in shown.steps} == {
        Step.REQUEST,
        Step.ORDER,
        Step.MINUTES,
        Step.SLIP,
    }
    (entry,) = list_chain(session, keeper, made.reference)
    assert entry.document == order.number
    (line,) = list_card(session, keeper, made.id)
    assert (line.direction, line.balance, line.slip_number) == (
        Direction.IN,
        Decimal(1),
        next(step.paper_number for step in shown.steps if step.step is Step.SLIP),
    )
    assert [row.reference for row in list_orders_of(session, keeper, made.id)] == [ref]
    about = select(Paper.kind).join(PaperSubject, PaperSubject.paper_id == Paper.id)
    mine = about.where(PaperSubject.kind == "asset", PaperSubject.ref == made.reference)
    assert set(session.scalars(mine)) == {"handover_minutes", "receipt_slip"}
    slip = session.scalars(select(Paper.data).where(Paper.kind == "receipt_slip")).one()
    assert [line["code"] for line in slip["lines"]] == [made.reference]
    assert people.accountant.name in [one["name"] for one in slip["signatures"]]
    assert slip["bases"][0] == "C04/23 Art. 11(2)"


def test_what_leaves_is_checked_before_the_slip_and_handed_over_after_it(
    session: Session, people: People, held: Registered, store: Place, at: datetime
) -> None:
    keeper = people.keeper
    ref = signed(session, people, new_release(store, held.reference), at=at)
    with pytest.raises(OutOfTurn) as early:
        write_slip(session, keeper, ref, at=at)
    assert early.value.article
    seen = {"identity": "CCCD 0456", "authority": "Giấy giới thiệu 9"}
    with pytest.raises(Invalid) as unnamed:
        check_release(session, keeper, ref, as_ordered(session, people, ref), at=at)
    assert list(unnamed.value.fields) == ["identity"]
    check_release(session, keeper, ref, as_ordered(session, people, ref, **seen), at=at)
    with pytest.raises(NotTheCounted):
        write_slip(session, keeper, ref, at=at)
    release(session, keeper, held.reference, bought(store, ref), at=at)
    write_slip(session, keeper, ref, at=at)
    assert get_order(session, keeper, ref).due is Step.MINUTES
    done = write_minutes(session, keeper, ref, HandOver(), at=at)
    assert done.finished_at == at
    assert papers(session, ref) == ["store_out_order", "release_slip", "handover_minutes"]
    assert [line.balance for line in list_card(session, keeper, held.id)] == [1, 0]
    with pytest.raises(OutOfTurn):
        write_minutes(session, keeper, ref, HandOver(), at=at)


def test_the_paper_keeps_the_lines_as_they_were(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    ref = signed(session, people, new_order(store, phones(5, seal_number="N-77")), at=at)
    data = session.scalars(select(Paper.data).where(Paper.subject_ref == ref)).one()
    (line,) = data["lines"]
    assert (Decimal(line["quantity"]), line["seal"]) == (Decimal(5), "N-77")
    assert data["party"]["identity"] == "CCCD 0123"
    assert data["signatures"][0]["name"] == people.head.name


def test_who_drafted_it_and_the_keeper_do_not_sign(
    session: Session, people: People, store: Place, at: datetime, today: date
) -> None:
    delegate_signing(session, people.head, new_delegation(today, today), at=at)
    ref = request_order(session, people.officer, new_order(store), at=at).reference
    for signer in (people.officer, SYSTEM):
        with pytest.raises(NotYoursToSign) as refused:
            sign_order(session, signer, ref, at=at)
        assert refused.value.article
    with pytest.raises(Forbidden):
        sign_order(session, people.keeper, ref, at=at)
    keeper_and_head = Actor(
        **{
            **{name: getattr(people.head, name) for name in people.head.__slots__},
            "staff_id": people.keeper.staff_id,
        }
    )
    with pytest.raises(NotYoursToSign):
        sign_order(session, keeper_and_head, ref, at=at)


def test_a_delegate_signs_on_his_days_only(
    session: Session, people: People, store: Place, at: datetime, today: date
) -> None:
    ask = lambda: request_order(session, people.keeper, new_order(store), at=at).reference  # noqa: E731
    with pytest.raises(NotYoursToSign):
        sign_order(session, people.officer, ask(), at=at)
    given = delegate_signing(session, people.head, new_delegation(today, today), at=at)
    ref = ask()
    sign_order(session, people.officer, ref, at=at)
    data = session.scalars(select(Paper.data).where(Paper.subject_ref == ref)).one()
    assert data["signatures"][0]["on_behalf"] == "KT. Thủ trưởng"
    with pytest.raises(NotYoursToSign):
        sign_order(session, people.officer, ask(), at=at + timedelta(days=1))
    end_delegation(session, people.head, given.id, at=at)
    with pytest.raises(NotYoursToSign):
        sign_order(session, people.officer, ask(), at=at)
    for staff in ("T-keeper", "T-foreign_officer", "T-accountant"):
        with pytest.raises(Invalid):
            delegate_signing(session, people.head, new_delegation(today, today, staff), at=at)


def test_a_request_is_refused_or_taken_back_with_a_reason(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    one, two = (
        request_order(session, people.keeper, new_order(store), at=at).reference for _i in range(2)
    )
    refuse_order(session, people.head, one, WHY, at=at)
    with pytest.raises(Forbidden):
        withdraw_order(session, people.officer, two, WHY, at=at)
    withdraw_order(session, people.keeper, two, WHY, at=at)
    for ref in (one, two):
        with pytest.raises(OrderIsClosed):
            sign_order(session, people.head, ref, at=at)
        with pytest.raises(OrderIsClosed):
            withdraw_order(session, people.keeper, ref, WHY, at=at)
    shown = get_order(session, people.head, one)
    assert (shown.ending, shown.ending_reason, shown.due) == ("refused", WHY.reason, None)


def test_a_signed_order_is_recalled_while_nothing_went_through(
    session: Session, people: People, held: Registered, store: Place, at: datetime
) -> None:
    ref = signed(session, people, new_release(store, held.reference), at=at)
    with pytest.raises(OutOfTurn):
        withdraw_order(session, people.keeper, ref, WHY, at=at)
    steps = get_order(session, people.head, ref).steps
    (paper,) = [step.paper_reference for step in steps if step.paper_reference]
    with pytest.raises(RecalledByItsAct) as refused:
        recall(session, people.head, paper, NewRecall(reason="Sai nội dung"), at=at)
    assert refused.value.article
    assert ref in str(refused.value)
    refuse_order(session, people.head, ref, WHY, at=at)
    assert papers(session, ref) == ["store_out_order", "recall"]
    new = NewWording(passages=[Reworded(path="reason", text="Lý do khác")])
    with pytest.raises(ReplacedByItsAct):
        replace(session, people.head, paper, new, at=at)
    with pytest.raises(OrderIsClosed):
        release(
            session,
            people.keeper,
            held.reference,
            Release(store.id, "Nguyễn Thị Mua", "x", order=ref),
            at=at,
        )
    again = signed(session, people, new_release(store, held.reference), at=at)
    shown = as_ordered(session, people, again, identity="CCCD 1", authority="GUQ 2")
    check_release(session, people.keeper, again, shown, at=at)
    release(
        session,
        people.keeper,
        held.reference,
        bought(store, again),
        at=at,
    )
    with pytest.raises(OrderInUse):
        refuse_order(session, people.head, again, WHY, at=at)


@pytest.mark.parametrize(
    ("found", "field"),
    [
        ([], "lines"),
        ([FoundLine(no=2, quantity=Decimal(1))], "lines"),
        ([FoundLine(no=1, quantity=Decimal(1))] * 2, "lines"),
        ([FoundLine(no=1, quantity=Decimal(3))], "lines.1.quantity"),
        ([FoundLine(no=1, quantity=Decimal(-1))], "lines.1.quantity"),
        ([FoundLine(no=1, quantity=Decimal("NaN"))], "lines.1.quantity"),
    ],
)
def test_minutes_say_of_every_line_what_was_there(
    session: Session,
    people: People,
    store: Place,
    at: datetime,
    found: list[FoundLine],
    field: str,
) -> None:
    ref = signed(session, people, new_order(store, phones(2)), at=at)
    with pytest.raises(Invalid) as refused:
        write_minutes(session, people.keeper, ref, HandOver(lines=found), at=at)
    assert list(refused.value.fields) == [field]


def test_only_the_keeper_of_that_warehouse_hands_over(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    ref = signed(session, people, new_order(store), at=at)
    for other in (people.officer, people.head, people.accountant):
        with pytest.raises(Forbidden):
            write_minutes(session, other, ref, as_ordered(session, people, ref), at=at)
    stranger = Actor(
        **{
            **{name: getattr(people.keeper, name) for name in people.keeper.__slots__},
            "staff_id": people.head.staff_id,
        }
    )
    with pytest.raises(NotTheKeeper):
        write_minutes(session, stranger, ref, as_ordered(session, people, ref), at=at)


def test_desks_count_what_waits(
    session: Session, people: People, held: Registered, store: Place, at: datetime
) -> None:
    counted = lambda what: count_awaiting(session, people.head, what)  # noqa: E731
    standing = counted("receiving")
    ref = request_order(session, people.keeper, new_release(store, held.reference), at=at).reference
    assert (counted("signature"), counted("releasing")) == (1, 0)
    sign_order(session, people.head, ref, at=at)
    assert (counted("signature"), counted("releasing")) == (0, 1)
    assert counted("receiving") == standing
    choices = list_open_lines(
        session, people.keeper, people.office.id, Direction.OUT, Passing(held.id)
    )
    assert [line.choice for line in choices] == [ref]


@pytest.mark.parametrize("n", [1, 12])
def test_lists_take_one_statement_however_much_there_is(
    session: Session, people: People, store: Place, at: datetime, statements: list[str], n: int
) -> None:
    for _i in range(n):
        request_order(session, people.keeper, new_order(store, *[phones()] * n), at=at)
    ref = list_orders(session, people.keeper).items[0].reference
    statements.clear()
    list_orders(session, people.keeper)
    assert len(statements) == 1
    statements.clear()
    get_order(session, people.keeper, ref)
    assert len(statements) == 3


def test_uses_are_counted_once_for_every_entry(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    ref = signed(session, people, new_order(store, phones(3)), at=at)
    came = TakeIn(store.id, "A", "Kê biên", order=f"{ref}/1")
    for _i in range(3):
        make_asset(session, people.keeper, case, at=at, take_in=came)
    n = select(func.count()).select_from(OrderUse)
    assert session.scalar(n) == 3
    assert get_order(session, people.keeper, ref).lines[0].used == 3
