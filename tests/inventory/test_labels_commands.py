"""Printing labels: for what, how often, why again, and that none of it can be undone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from inventory.audit.models import AuditEntry
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.base.references import reference
from inventory.cases.models import EnforcementCase
from inventory.labels.commands import print_labels
from inventory.labels.models import AssetLabel, LabelRun, PlaceLabel
from inventory.labels.queries import (
    find_by_code,
    get_drawable_run,
    get_run,
    list_labels_of,
    list_runs,
    mark_of_installation,
    select_labels,
)
from inventory.labels.rules import (
    LabelKind,
    MistypedCode,
    NeverTakenIn,
    NoLongerDrawn,
    OtherInstallation,
    Reason,
    UnknownCode,
    WrongLabel,
    place_reference,
    qr_text,
)
from inventory.labels.schemas import Chosen, NewRun
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_case
from tests.make.orders import standing_order
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, shelf: Place, at: datetime
) -> list[str]:
    """Numbers of three assets on the shelf."""
    return [
        make_asset(session, people.keeper, case, at=at, place=shelf).reference for _n in range(3)
    ]


@pytest.fixture
def foreign(session: Session, people: People, foreign_store: Place, at: datetime) -> str:
    """The number of an asset of another office."""
    keeper = people.foreign_keeper
    case = make_case(session, people.foreign_officer, "88/QĐ", at=at)
    return make_asset(session, keeper, case, at=at, place=foreign_store.id).reference


def run_of(*numbers: str, **said: object) -> NewRun:
    return NewRun(**{"format": "a4-24", "numbers": list(numbers), **said})


def printed(
    session: Session, actor: Actor, *numbers: str, at: datetime, **said: object
) -> LabelRun:
    return print_labels(session, actor, run_of(*numbers, **said), address="", at=at)


def test_a_print_is_recorded_with_who_when_and_each_label(
    session: Session, people: People, held: list[str], at: datetime
) -> None:
    run = printed(session, people.keeper, *reversed(held), at=at, start=5)

    shown = get_run(session, people.keeper, run.id)
    assert [item.reference for item in shown.items] == held[::-1]
    assert {item.nth for item in shown.items} == {1}
    assert (shown.number, shown.repeated, shown.start) == (3, 0, 5)
    assert (shown.printed_by_name, shown.printed_at) == (people.keeper.name, at)
    codes = session.scalars(select(AuditEntry.code).where(AuditEntry.subject_id == run.id)).all()
    assert "labels.run.printed" in codes


def test_a_label_is_printed_again_only_with_a_reason_and_counted(
    session: Session, people: People, held: list[str], at: datetime
) -> None:
    printed(session, people.keeper, held[0], at=at)
    with pytest.raises(Invalid) as refused:
        printed(session, people.keeper, *held, at=at)
    assert refused.value.fields["reason"][1] == {"n": 1}

    later = at + timedelta(days=1)
    run = printed(session, people.keeper, *held, at=later, reason=Reason.DAMAGED, note="Ướt")

    assert [item.nth for item in get_run(session, people.keeper, run.id).items] == [2, 1, 1]
    asset = find_by_code(session, people.keeper, held[0])
    assert asset is not None
    labels = list_labels_of(session, people.keeper, asset.id)
    assert [(label.nth, label.reason, label.note) for label in labels] == [
        (2, Reason.DAMAGED, "Ướt"),
        (1, None, None),
    ]
    other = find_by_code(session, people.keeper, held[1])
    assert other is not None
    assert list_labels_of(session, people.keeper, other.id)[0].reason is None


def test_only_what_was_taken_in_gets_a_label(
    session: Session, people: People, case: EnforcementCase, at: datetime
) -> None:
    waiting = make_asset(session, people.keeper, case, at=at)

    with pytest.raises(NeverTakenIn):
        printed(session, people.keeper, waiting.reference, at=at)


def test_a_label_of_another_office_reads_as_an_unknown_one(
    session: Session, people: People, foreign: str, become: Become, at: datetime
) -> None:
    become(people.keeper)
    unknown = reference("TS", 9_876_543)
    refusals = []
    for number in (foreign, unknown):
        with pytest.raises(UnknownCode) as refused:
            find_by_code(session, people.keeper, number)
        refusals.append((refused.value.message_id, refused.value.params.pop("code")))
        with pytest.raises(UnknownCode) as refused:
            printed(session, people.keeper, number, at=at)
        refusals.append((refused.value.message_id, refused.value.params.pop("code")))
    assert refusals[:2] == [(message, foreign) for message, _code in refusals[2:]]
    assert {code for _message, code in refusals[2:]} == {unknown}


def test_a_scan_leads_to_its_thing_or_place_and_to_nothing_else(
    session: Session, people: People, held: list[str], shelf: Place
) -> None:
    mark = mark_of_installation(session)
    address = "https://kho.thads.gov.vn"

    asset = find_by_code(session, people.keeper, qr_text(address, mark, held[1]))
    place = find_by_code(session, people.keeper, qr_text("", mark, place_reference(shelf.id)))

    assert asset is not None
    assert place is not None
    assert (asset.reference, asset.path) == (held[1], f"/assets/{held[1]}")
    assert (place.id, place.path) == (shelf.id, f"/places/{shelf.id}")
    assert find_by_code(session, people.keeper, "Thaco Ollin") is None


def test_wrong_labels_are_told_apart(
    session: Session, people: People, held: list[str], shelf: Place, foreign_store: Place
) -> None:
    keeper, mark = people.keeper, mark_of_installation(session)
    other = f"{(int(mark) + 1) % 10_000:04d}"
    wrong = f"{held[0][:-1]}{(int(held[0][-1]) + 1) % 10}"

    with pytest.raises(OtherInstallation):
        find_by_code(session, keeper, qr_text("https://kho.vn", other, held[0]))
    with pytest.raises(MistypedCode):
        find_by_code(session, keeper, wrong)
    with pytest.raises(WrongLabel):
        find_by_code(session, keeper, held[0], expected=LabelKind.PLACE)
    with pytest.raises(WrongLabel):
        find_by_code(session, keeper, place_reference(shelf.id), expected=LabelKind.ASSET)
    with pytest.raises(UnknownCode):
        find_by_code(session, keeper, place_reference(foreign_store.id))


def test_a_place_gives_what_lies_in_it_and_below_and_has_no_label_yet(
    session: Session,
    people: People,
    case: EnforcementCase,
    held: list[str],
    store: Place,
    at: datetime,
) -> None:
    above = make_asset(session, people.keeper, case, at=at, place=store).reference
    printed(session, people.keeper, held[1], at=at)

    rest = select_labels(session, people.keeper, Chosen(place_id=store.id))
    all_of_them = select_labels(session, people.keeper, Chosen(place_id=store.id, again=True))

    assert [item.reference for item in rest.items] == [held[0], held[2], above]
    assert [item.reference for item in all_of_them.items] == [*held, above]
    assert all_of_them.repeated == 1
    assert not rest.more


def test_an_order_gives_what_came_in_on_it(
    session: Session, people: People, held: list[str], shelf: Place, store: Place, at: datetime
) -> None:
    order = standing_order(shelf).partition("/")[0]
    printed(session, people.keeper, held[0], at=at)

    rest = select_labels(session, people.keeper, Chosen(order=order.lower()))
    none = select_labels(session, people.keeper, Chosen(order=standing_order(store)[:-2]))

    assert [item.reference for item in rest.items] == held[1:]
    assert none.items == []
    with pytest.raises(NotFound):
        select_labels(session, people.keeper, Chosen(order="LK-9876543-1"))


def test_places_get_labels_of_their_own(
    session: Session, people: People, store: Place, shelf: Place, at: datetime
) -> None:
    new = NewRun(kind=LabelKind.PLACE, format="roll-50x30", place_id=store.id)

    run = print_labels(session, people.keeper, new, address="", at=at)

    items = get_run(session, people.keeper, run.id).items
    assert [(item.reference, item.place_code) for item in items] == [
        (place_reference(store.id), "K1"),
        (place_reference(shelf.id), "K1-A"),
    ]
    with pytest.raises(Invalid):
        print_labels(session, people.keeper, new, address="", at=at)


def test_who_may_not_print_is_refused_and_nothing_is_written(
    session: Session, people: People, held: list[str], at: datetime
) -> None:
    with pytest.raises(Forbidden):
        printed(session, people.officer, held[0], at=at)
    with pytest.raises(Invalid):
        printed(session, people.keeper, held[0], at=at, format="a3")
    with pytest.raises(Invalid):
        printed(session, people.keeper, held[0], at=at, start=25)
    with pytest.raises(Invalid):
        printed(session, people.keeper, at=at)
    with pytest.raises(NotFound):
        printed(session, people.keeper, at=at, place_id=10**12)
    assert session.scalar(select(func.count()).select_from(LabelRun)) == 0


def test_a_print_of_another_office_is_unknown(
    session: Session, people: People, held: list[str], become: Become, at: datetime
) -> None:
    run_id = printed(session, people.keeper, *held, at=at).id
    become(people.foreign_keeper)

    with pytest.raises(NotFound):
        get_run(session, people.foreign_keeper, run_id)
    assert list_runs(session, people.foreign_keeper).items == []
    assert session.scalar(select(func.count()).select_from(AssetLabel)) == 0
    assert session.scalar(select(func.count()).select_from(LabelRun)) == 0


def test_the_file_of_a_print_is_given_for_an_hour(
    session: Session, people: People, held: list[str], at: datetime
) -> None:
    run = printed(session, people.keeper, *held, at=at)

    get_drawable_run(session, people.keeper, run.id, at=at + timedelta(minutes=59))
    with pytest.raises(NoLongerDrawn):
        get_drawable_run(session, people.keeper, run.id, at=at + timedelta(minutes=61))


@pytest.mark.parametrize("table", ["label_run", "asset_label", "place_label", "label_mark"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_what_was_printed(
    session: Session,
    people: People,
    held: list[str],
    store: Place,
    become: Become,
    table: str,
    act: str,
    at: datetime,
) -> None:
    printed(session, people.keeper, *held, at=at)
    places = NewRun(kind=LabelKind.PLACE, format="roll-50x30", place_id=store.id)
    print_labels(session, people.keeper, places, address="", at=at)
    column = "mark" if table == "label_mark" else "note" if table == "label_run" else "nth"

    with pytest.raises(ProgrammingError, match=r"append-only|permission denied"):
        session.execute(text(act.format(table, column, column)))


def test_a_run_of_many_takes_as_many_statements_as_a_run_of_few(
    session: Session,
    people: People,
    held: list[str],
    statements: list[str],
    at: datetime,
) -> None:
    counts = []
    for numbers in (held[:2], held):
        statements.clear()
        printed(session, people.keeper, *numbers, at=at, reason=Reason.REPACKED)
        counts.append(len([sent for sent in statements if "SAVEPOINT" not in sent]))
    statements.clear()
    list_runs(session, people.keeper)
    assert len(statements) == 1
    assert counts[0] == counts[1]


def test_more_than_a_thousand_are_refused_by_number_and_come_in_runs_from_a_place(
    session: Session, people: People, held: list[str], monkeypatch: pytest.MonkeyPatch, store: Place
) -> None:
    monkeypatch.setattr("inventory.labels.queries.MOST", 2)

    with pytest.raises(Invalid):
        select_labels(session, people.keeper, Chosen(numbers=held))
    first = select_labels(session, people.keeper, Chosen(place_id=store.id))

    assert [item.reference for item in first.items] == held[:2]
    assert first.more


def test_place_labels_are_kept_per_place(
    session: Session, people: People, shelf: Place, at: datetime
) -> None:
    number = place_reference(shelf.id)
    for reason in (None, Reason.LOST):
        printed(session, people.keeper, number, at=at, kind=LabelKind.PLACE, reason=reason)

    rows = session.execute(
        select(PlaceLabel.nth, PlaceLabel.reason).where(PlaceLabel.place_id == shelf.id)
    )
    assert sorted(rows.all()) == [(1, None), (2, "lost")]
