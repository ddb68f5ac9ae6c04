"""Lists and search: what is found, in which order, page by page, in how many statements."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from inventory.assets import queries
from inventory.assets.schemas import AssetRow
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.listing import PAGE_SIZE, Page
from inventory.cases.models import EnforcementCase
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


@pytest.fixture
def keeper(people: People, case: EnforcementCase, store: Place, become: Become) -> Actor:
    return become(people.keeper)


@pytest.fixture
def name(
    session: Session, keeper: Actor, case: EnforcementCase, at: datetime
) -> Callable[[str], str]:
    """Registers an asset with that description; its number."""

    def name(description: str, identification: str | None = None) -> str:
        return make_asset(
            session, keeper, case, at=at, description=description, identification=identification
        ).reference

    return name


def found(session: Session, keeper: Actor, words: str) -> list[str]:
    return [row.description for row in queries.search_assets(session, keeper, words).items]


@pytest.mark.parametrize(
    "words",
    [
        "xe ô tô hòa bình",
        "xe ô tô hoà bình",
        "XE Ô TÔ HÒA BÌNH",
        "xe o to hoa binh",
        "ô tô h",
        "  hoa binh  ",
        "ho\u0300a bi\u0300nh",
        "tô hoà",
    ],
)
def test_words_are_found_with_and_without_marks_and_case(
    session: Session, keeper: Actor, name: Callable[[str], str], words: str
) -> None:
    name("Xe ô tô Hòa Bình")
    name("Tủ gỗ hai cánh")
    assert found(session, keeper, words) == ["Xe ô tô Hòa Bình"]


@pytest.mark.parametrize("words", ["dang", "đăng", "Dăng", "ĐANG"])
def test_the_barred_d_is_found_by_the_plain_one_and_the_other_way_round(
    session: Session, keeper: Actor, name: Callable[[str], str], words: str
) -> None:
    name("Nhà của ông Đăng")
    assert found(session, keeper, words) == ["Nhà của ông Đăng"]


def test_the_same_marks_come_first_then_the_newest(
    session: Session, keeper: Actor, name: Callable[[str], str]
) -> None:
    for description in ("Bàn má", "Bàn ma", "Bàn mà", "Bàn Má mới"):
        name(description)
    assert found(session, keeper, "bàn má") == ["Bàn Má mới", "Bàn má", "Bàn mà", "Bàn ma"]


def test_a_part_of_the_number_or_of_the_plate_is_enough(
    session: Session, keeper: Actor, name: Callable[..., str]
) -> None:
    reference = name("Xe máy Honda", "29-H1 123.45")
    assert found(session, keeper, reference[3:9]) == ["Xe máy Honda"]
    assert found(session, keeper, "h1 123") == ["Xe máy Honda"]


@pytest.mark.parametrize("words", ["%%", "_a", "a_", "\\a", "50%", "bàn%", "%bàn", "_àn"])
def test_wildcards_stand_for_themselves(
    session: Session, keeper: Actor, name: Callable[[str], str], words: str
) -> None:
    name("Bàn gỗ sơn a")
    assert found(session, keeper, words) == []


def test_a_per_cent_sign_is_found_as_such(
    session: Session, keeper: Actor, name: Callable[[str], str]
) -> None:
    name("Cổ phần 50% vốn_góp \\ đợt 1")
    for words in ("50%", "vốn_góp", "\\ đợt"):
        assert found(session, keeper, words) == ["Cổ phần 50% vốn_góp \\ đợt 1"]


@pytest.mark.parametrize("words", ["", " ", "a", " \x00a"])
def test_too_little_is_refused(session: Session, keeper: Actor, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        queries.search_assets(session, keeper, words)
    assert list(refused.value.fields) == ["q"]


def test_odd_words_find_nothing_and_break_nothing(session: Session, keeper: Actor) -> None:
    for words in ("\x00\x00xx", "'; DROP TABLE asset; --", "x" * 10_000, "\U0001f697\U0001f697"):
        assert found(session, keeper, words) == []


def pages(ask: Callable[[str | None], Page[AssetRow]]) -> list[list[int]]:
    cursor: str | None = None
    read = []
    while True:
        page = ask(cursor)
        read.append([row.id for row in page.items])
        assert len(read) < 10, "the pages go round in a circle"
        cursor = page.next_cursor
        if cursor is None:
            return read


@pytest.mark.parametrize("marked", [1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, PAGE_SIZE + 30])
def test_pages_of_a_search_join_without_gap_or_repeat_over_both_kinds_of_match(
    session: Session, keeper: Actor, name: Callable[[str], str], marked: int
) -> None:
    total = 2 * PAGE_SIZE + 10
    order = [n * 37 % total for n in range(total)]
    for n in order:
        name("Tủ gỗ" if n < marked else "Tu go")
    read = pages(lambda c: queries.search_assets(session, keeper, "tủ gỗ", cursor=c))
    ids = [i for page in read for i in page]
    newest_first = sorted(ids, reverse=True)
    alike = {i for i, n in zip(sorted(ids), order, strict=True) if n < marked}
    assert [len(page) for page in read] == [PAGE_SIZE, PAGE_SIZE, 10]
    assert ids == sorted(newest_first, key=lambda i: i not in alike)


@pytest.mark.parametrize("n", [0, 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE + 3])
def test_pages_of_a_place_join(
    session: Session, keeper: Actor, case: EnforcementCase, store: Place, at: datetime, n: int
) -> None:
    made = [make_asset(session, keeper, case, at=at, place=store.id).id for _i in range(n)]
    make_asset(session, keeper, case, at=at)
    read = pages(lambda c: queries.list_assets_of_place(session, keeper, store.id, cursor=c))
    assert [i for page in read for i in page] == made[::-1]
    assert all(len(page) == PAGE_SIZE for page in read[:-1])


def test_a_list_says_where_each_asset_is(
    session: Session, keeper: Actor, case: EnforcementCase, store: Place, at: datetime
) -> None:
    make_asset(session, keeper, case, at=at, place=store.id)
    make_asset(session, keeper, case, at=at)
    rows = queries.list_assets(session, keeper).items
    assert [(row.place_id, row.place) for row in rows] == [(None, None), (store.id, "Kho số 1")]


def test_a_case_lists_its_own_assets(
    session: Session, people: People, keeper: Actor, case: EnforcementCase, at: datetime
) -> None:
    other = make_case(session, people.officer, "77/QĐ", at=at)
    mine = make_asset(session, keeper, case, at=at)
    make_asset(session, keeper, other, at=at)
    rows = queries.list_assets(session, keeper, case_id=case.id).items
    assert [row.id for row in rows] == [mine.id]


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "bnVsbA", "WyJhIl0", "WzFd" * 3, "eyJhIjoxfQ", "WzEuNV0", "Wy0x"]
)
def test_a_made_up_page_link_is_refused(session: Session, keeper: Actor, cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        queries.list_assets(session, keeper, cursor=cursor)
    assert list(refused.value.fields) == ["cursor"]


def test_an_asset_is_found_by_its_number_however_it_was_typed(
    session: Session, keeper: Actor, name: Callable[[str], str]
) -> None:
    reference = name("Xe máy")
    assert queries.get_asset(session, keeper, f" {reference}").reference == reference
    assert queries.find_reference(session, keeper, f" {reference.lower()} ") == reference
    assert queries.find_reference(session, keeper, "TS-0") is None
    with pytest.raises(NotFound):
        queries.get_asset(session, keeper, "TS-\x000")


def test_an_inspector_sees_below_and_a_foreign_office_does_not(
    session: Session, people: People, name: Callable[[str], str], become: Become
) -> None:
    name("Xe máy")
    assert len(queries.list_assets(session, become(people.inspector)).items) == 1
    assert queries.list_assets(session, become(people.foreign_keeper)).items == []
    assert found(session, people.foreign_keeper, "xe máy") == []


@pytest.mark.parametrize("n", [1, PAGE_SIZE + 5])
def test_a_list_is_one_statement_however_long(
    session: Session,
    keeper: Actor,
    case: EnforcementCase,
    store: Place,
    at: datetime,
    statements: list[str],
    n: int,
) -> None:
    reference = ""
    for _i in range(n):
        reference = make_asset(session, keeper, case, at=at, place=store.id).reference
    for ask in (
        lambda: queries.list_assets(session, keeper),
        lambda: queries.list_assets_of_place(session, keeper, store.id),
        lambda: queries.search_assets(session, keeper, "Thaco"),
        lambda: queries.get_asset(session, keeper, reference),
    ):
        statements.clear()
        ask()
        assert len(statements) == 1
