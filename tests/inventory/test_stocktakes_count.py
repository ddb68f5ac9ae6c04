"""Scanning: every scan is kept once as what it is, whatever the network does."""

import random
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.base.errors import Forbidden, Invalid
from inventory.base.numbering import reference
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move, release
from inventory.custody.schemas import Move
from inventory.labels.rules import place_reference
from inventory.stocktakes.commands.fetch_pack import fetch_pack
from inventory.stocktakes.commands.judge import end_first_count
from inventory.stocktakes.models import StocktakeScan
from inventory.stocktakes.queries.packs import keys_of, public_key, said_by
from inventory.stocktakes.queries.results import check_sight, list_differences, list_items
from inventory.stocktakes.queries.stocktakes import (
    get_stocktake,
    list_devices,
    list_scans,
    progress_of,
)
from inventory.stocktakes.rules import (
    FirstCountRuns,
    PackForged,
    Phase,
    Taken,
    Verdict,
    blinded,
)
from inventory.stocktakes.schemas.said import NewDevice, ScanSaid
from inventory.stocktakes.schemas.told import Pack
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_case, make_place, release_from
from tests.make.organisation import People
from tests.make.stocktakes import make_stocktake, scans_of, send


def verdicts(answer) -> list[Verdict]:
    return [scan.verdict for scan in answer.scans]


def test_the_list_is_not_shown_while_the_count_is_blind(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    with pytest.raises(FirstCountRuns):
        check_sight(get_stocktake(session, people.keeper, made.reference))
    end_first_count(session, people.keeper, made.reference, at=at)
    check_sight(get_stocktake(session, people.keeper, made.reference))
    assert len(list_items(session, made.id).items) == 5


def test_each_scan_is_kept_as_what_it_is(
    session: Session, people: People, become, store: Place, shelf: Place, held, at: datetime
) -> None:
    case = make_case(session, people.foreign_officer, "9/QĐ", at=at)
    foreign = make_asset(session, people.foreign_officer, case, at=at).reference
    become(people.keeper)
    own = make_case(session, people.officer, "77/QĐ", at=at)
    elsewhere = make_place(session, people.keeper, "K2", "Kho số 2", at=at)
    other = make_asset(session, people.keeper, own, at=at, place=elsewhere).reference
    made = make_stocktake(session, people.keeper, store, at=at)
    codes = [held[0], held[3], other, foreign, "8934567890123", "", "TS-0000001-0", held[1][:-1]]
    codes.append(place_reference(shelf.id))  # the label of the shelf, not of the thing on it
    answer = send(session, people.keeper, made, scans_of(codes, shelf, at=at), at=at)
    assert verdicts(answer) == [
        Verdict.IN_PLACE,
        Verdict.IN_PLACE,
        Verdict.NOT_LISTED,
        Verdict.NOT_OURS,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
    ]
    assert {scan.taken for scan in answer.scans} == {Taken.KEPT}
    assert answer.scans[3].what is None
    assert answer.scans[0].what
    assert progress_of(session, made.id).scans == 9


def test_the_wrong_room_is_told_with_the_place_where_it_belongs(
    session: Session, people: People, store: Place, shelf: Place, held, at: datetime
) -> None:
    other = make_place(session, people.keeper, "K1-B", "Kệ B", at=at, inside=store)
    made = make_stocktake(session, people.keeper, store, at=at)
    answer = send(session, people.keeper, made, scans_of(held[:1], other, at=at), at=at)
    assert (answer.scans[0].verdict, answer.scans[0].belongs) == (Verdict.WRONG_PLACE, "Kệ A")
    nowhere = send(session, people.keeper, made, scans_of(held[:1], 10**9, at=at, first=2), at=at)
    assert verdicts(nowhere) == [Verdict.WRONG_PLACE]


def test_a_scanned_address_and_a_typed_number_are_the_same_code(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    mark = session.scalar(text("SELECT mark FROM label_mark"))
    strange = f"{(int(mark) + 1) % 10000:04d}"
    number = held[0].replace("-", "")
    codes = [f"HTTPS://KHO.VN/L/{mark}/{held[0]}", number.lower(), f" {held[0]} "]
    made = make_stocktake(session, people.keeper, store, at=at)
    answer = send(session, people.keeper, made, scans_of(codes, store, at=at), at=at)
    assert verdicts(answer) == [Verdict.IN_PLACE] * 3
    again = [f"https://kho.vn/l/{strange}/{held[0]}"]
    other = send(session, people.keeper, made, scans_of(again, store, at=at, first=4), at=at)
    assert verdicts(other) == [Verdict.NOT_OURS]


def test_the_same_upload_a_hundred_times_is_kept_once(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    scans = scans_of(held, store, at=at)
    first = send(session, people.keeper, made, scans, at=at)
    for _n in range(100):
        again = send(session, people.keeper, made, scans, at=at)
    assert {scan.taken for scan in again.scans} == {Taken.REPEATED}
    assert verdicts(again) == verdicts(first)
    assert [scan.what for scan in again.scans] == [scan.what for scan in first.scans]
    assert session.scalar(select(func.count()).select_from(StocktakeScan)) == 5


def test_a_number_that_is_taken_is_told_and_the_first_scan_stays(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    two = [*scans_of(held[:1], store, at=at), *scans_of(held[1:2], store, at=at)]
    answer = send(session, people.keeper, made, two, at=at)
    assert [scan.taken for scan in answer.scans] == [Taken.KEPT, Taken.NUMBER_TAKEN]
    again = send(session, people.keeper, made, scans_of(held[2:3], store, at=at), at=at)
    assert again.scans[0].taken is Taken.NUMBER_TAKEN
    assert list_scans(session, made.id)[0].code == held[0]


def test_whatever_the_order_and_repetition_the_result_is_that_of_a_clean_run(
    session: Session, people: People, store: Place, shelf: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    codes = [*held[:4], held[0], "khác", held[1]]
    wanted = [*scans_of(codes, shelf, at=at), undo(8, 1, shelf, at)]
    lots = [wanted[i : i + 2] for i in range(0, len(wanted), 2)] * 3
    random.Random(7).shuffle(lots)
    for n, lot in enumerate(lots):
        random.Random(n).shuffle(lot)
        send(session, people.keeper, made, lot, at=at + timedelta(seconds=n), device="a")
    clean = make_stocktake(session, people.keeper, shelf, at=at)
    send(session, people.keeper, clean, wanted, at=at, device="a")
    kept = [rows_of(session, stocktake.id) for stocktake in (made, clean)]
    assert [row[:3] for row in kept[0]] == [row[:3] for row in kept[1]]
    end_first_count(session, people.keeper, made.reference, at=at)
    (left, strange) = list_differences(session, made.id).items
    assert {left.code, strange.code} == {held[4], "khác"}


def undo(number: int, of: int, place: Place, at: datetime) -> ScanSaid:
    return ScanSaid(number=number, place_id=place.id, scanned_at=at, undoes=of)


def rows_of(session: Session, stocktake_id: int) -> list[tuple]:
    s = StocktakeScan
    return [
        tuple(row)
        for row in session.execute(
            select(s.device, s.number, s.code)
            .where(s.stocktake_id == stocktake_id)
            .order_by(s.number)
        )
    ]


def test_a_scan_that_is_taken_back_leaves_its_trace_and_does_not_count(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    scans = [*scans_of(held, store, at=at), undo(6, 2, store, at)]
    answer = send(session, people.keeper, made, scans, at=at)
    assert answer.scans[-1].verdict is Verdict.UNDONE
    shown = {row.number: row.undone for row in list_scans(session, made.id)}
    assert shown == {1: False, 2: True, 3: False, 4: False, 5: False}
    end_first_count(session, people.keeper, made.reference, at=at)
    assert [case.code for case in list_differences(session, made.id).items] == [held[1]]
    with pytest.raises(Invalid):
        send(session, people.keeper, made, [undo(7, 9, store, at)], at=at)


def test_a_clock_wrong_by_a_day_is_noted_and_nothing_else(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    wrong = at + timedelta(days=1)
    send(session, people.keeper, made, scans_of(held, store, at=wrong), at=at, sent_at=wrong)
    (device,) = list_devices(session, made.id)
    assert device.clock_ahead_s == 86400
    rows = list_scans(session, made.id)
    assert {row.received_at for row in rows} == {at}
    assert [row.number for row in rows] == [5, 4, 3, 2, 1]
    assert all(earlier.scanned_at > later.scanned_at for earlier, later in pairwise(rows))


def test_a_scan_is_never_changed_nor_removed(
    session: Session, people: People, become, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    send(session, people.keeper, made, scans_of(held, store, at=at), at=at)
    become(people.keeper)
    for act in ("UPDATE stocktake_scan SET code = 'x'", "DELETE FROM stocktake_scan"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(act))
    for act in ("UPDATE stocktake_item SET place_id = 1", "UPDATE stocktake SET listed = 0"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(act))


def test_a_pack_is_blind_and_names_its_counter_whoever_sends(
    session: Session, people: People, store: Place, shelf: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    pack = fetch_pack(
        session, people.keeper, made.reference, NewDevice("phone-1", "Máy của Lan"), at=at
    )
    assert {item.key for item in pack.items} == {blinded(pack.salt, ref) for ref in held}
    assert all(ref not in str(pack.items) for ref in held)
    assert [place.name for place in pack.places] == ["Kho số 1", "Kệ A"]
    scans = scans_of(held, store, at=at)
    send(session, people.accountant, made, scans, at=at, device="phone-1", pack=pack.token)
    assert {row.counter_name for row in list_scans(session, made.id)} == {people.keeper.name}
    (row,) = session.execute(select(StocktakeScan.sent_by_id).distinct())
    assert row[0] == people.accountant.staff_id
    with pytest.raises(PackForged):
        send(session, people.keeper, made, (), at=at, device="phone-2", pack=pack.token)


def test_a_pack_is_signed_by_the_key_a_device_was_told_and_all_of_it(
    session: Session, people: People, store: Place, held: list[str], at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    pack = fetch_pack(session, people.keeper, made.reference, NewDevice("phone-1"), at=at)
    key = keys_of(session, [made.reference])[made.reference]
    assert genuine(pack, key)
    assert not genuine(pack, public_key(bytes(32)))
    for changed in ({"items": pack.items[1:]}, {"title": "x"}, {"salt": ""}, {"last_number": 9}):
        assert not genuine(msgspec.structs.replace(pack, **changed), key), changed


def genuine(pack: Pack, key: str) -> bool:
    """What the browser does (count/codes.js)."""
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(key))
    parts = [int(pack.signature[:64], 16), int(pack.signature[64:], 16)]
    try:
        point.verify(encode_dss_signature(*parts), said_by(pack), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def test_an_open_pack_shows_numbers_and_names(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at, blind=False)
    pack = fetch_pack(session, people.keeper, made.reference, NewDevice("phone-1"), at=at)
    assert sorted(item.key for item in pack.items) == held
    assert pack.items[0].what.startswith("Xe ô tô")


def test_what_left_during_the_count_is_explained_and_what_moved_inside_is_looked_for(
    session: Session, people: People, store: Place, shelf: Place, held, at: datetime
) -> None:
    other = make_place(session, people.keeper, "K1-B", "Kệ B", at=at, inside=store)
    made = make_stocktake(session, people.keeper, store, at=at)
    later = at + timedelta(minutes=5)
    for ref in held[:2]:
        move(session, people.keeper, ref, Move(other.id, shelf.id, "Sắp xếp"), at=later)
    release(session, people.keeper, held[3], release_from(session, store, held[3]), at=later)
    first = scans_of([held[0]], other, at=later)
    send(
        session,
        people.keeper,
        made,
        [*first, *scans_of([held[4]], store, at=later, first=2)],
        at=at,
    )
    end_first_count(session, people.keeper, made.reference, at=later)
    waiting = [case.code for case in list_differences(session, made.id).items]
    assert waiting == [held[1], held[2]]
    states = {item.reference: item.state for item in list_items(session, made.id).items}
    assert states == {
        held[0]: "found",
        held[1]: "not_scanned",
        held[2]: "not_scanned",
        held[3]: "moved",
        held[4]: "found",
    }


def test_what_came_in_during_the_count_is_no_difference(
    session: Session, people: People, case: EnforcementCase, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    new = make_asset(session, people.keeper, case, at=at, place=store).reference
    send(session, people.keeper, made, scans_of([*held, new], store, at=at), at=at)
    end_first_count(session, people.keeper, made.reference, at=at)
    assert list_differences(session, made.id).items == []


def test_who_may_not_count_does_not(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    for who in (people.head, people.inspector):
        with pytest.raises(Forbidden):
            send(session, who, made, (), at=at)
    with pytest.raises(Forbidden):
        make_stocktake(session, people.officer, store, at=at)


def test_one_scan_takes_few_statements_and_a_batch_no_more(
    session: Session, people: People, store: Place, held, at: datetime, statements
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    statements.clear()
    send(session, people.keeper, made, scans_of(held[:1], store, at=at), at=at)
    one = len(statements)
    send(session, people.keeper, made, scans_of(held, store, at=at, first=2), at=at)
    assert (one, len(statements)) == (1, 2)


def test_numbers_are_those_of_the_program(session: Session) -> None:
    assert reference("KK", 12).startswith("KK-0000012-")
    assert Phase.FIRST == "first"
