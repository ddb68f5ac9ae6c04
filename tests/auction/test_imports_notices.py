"""Imported notices against the periods of the auction law: what the data shows, by article."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.imports.schemas import Imported
from auction.lots.models import Breach
from auction.notices.models import LotNotice
from tests.make.imports import run_import

NOTICES = (
    "notice_id,portal_kind,property_type_vi,description_vi,place_vi,province_vi,start_price_vnd,"
    "deposit_vnd,application_fee_vnd,published_at_utc,registration_start_utc,registration_end_utc,"
    "auction_at_utc,portal_status,organizer_vi,owner_vi,owner_kind,related_notice_ids,items\n"
)
ITEMS = "notice_id,item_no,description_vi,quantity_text,start_price_vnd,deposit_vnd,place_vi\n"
LAWFUL = {
    "kind": "land",
    "price": "1000000000",
    "deposit": "100000000",
    "published": "2026-09-01T02:00:00.000Z",
    "closes": "2026-09-25T10:00:00.000Z",
    "opens": "2026-09-28T02:00:00.000Z",
    "owner": "civil_judgment_enforcement_office",
    "earlier": "",
}
Bring = Callable[..., Imported]


@pytest.fixture
def bring(session: Session, tmp_path: Path, at: datetime) -> Bring:
    """Imports one notice that is lawful but for what is said."""

    def bring(**said: str) -> Imported:
        row = {**LAWFUL, **said}
        line = (
            f"7,{row['kind']},,Thửa đất số 1,,Đắk Lắk,{row['price']},{row['deposit']},1,"
            f"{row['published']},2026-09-01T02:00:00.000Z,{row['closes']},{row['opens']},"
            f"completed,Công ty Đấu giá Thử,Cơ quan Thử,{row['owner']},{row['earlier']},1\n"
        )
        (tmp_path / "notices.csv").write_text(NOTICES + line, "utf-8")
        (tmp_path / "items.csv").write_text(ITEMS + "7,1,Thửa đất số 1,01,,,\n", "utf-8")
        return run_import(session, tmp_path, at, profile="vn_notices")

    return bring


def breaches(session: Session) -> list[tuple[str, str, str]]:
    rows = session.execute(select(Breach.rule_key, Breach.article, Breach.confidence))
    return [(row.rule_key, row.article, row.confidence) for row in rows]


def test_a_lawful_notice_is_kept_with_its_days_and_is_no_breach(
    session: Session, bring: Bring
) -> None:
    assert bring().breaches == 0
    kept = session.execute(
        select(LotNotice.kind, LotNotice.place, LotNotice.number, LotNotice.until_on).order_by(
            LotNotice.kind
        )
    ).all()
    assert [(row.kind, row.place, row.number) for row in kept] == [
        ("announcement", "national_portal", "7"),
        ("registration", None, None),
    ]
    assert str(kept[1].until_on) == "2026-09-25"


FAULTS = [
    ({"deposit": "49999999"}, "deposit_pct", "PA16 Art. 39(1)"),
    ({"deposit": "200000001"}, "deposit_pct", "PA16 Art. 39(1)"),
    ({"published": "2026-09-15T02:00:00.000Z"}, "announce_second_before", "PA16 Art. 57(3)"),
    ({"closes": "2026-09-27T02:00:00.000Z"}, "registration_close", "PA16 Art. 38(2)"),
]


@pytest.mark.parametrize(("said", "key", "article"), FAULTS)
def test_what_the_notice_breaks_is_noted_with_its_article(
    session: Session, bring: Bring, said: dict[str, str], key: str, article: str
) -> None:
    assert bring(**said).breaches == 1
    ((found_key, found_article, _confidence),) = breaches(session)
    assert (found_key, found_article) == (key, article)
    assert bring(**said).breaches == 1, "again finds it and notes it no second time"
    assert len(breaches(session)) == 1


JUST_LAWFUL = [
    {"deposit": "50000000"},
    {"deposit": "200000000"},
    {"published": "2026-09-11T02:00:00.000Z"},
    {"closes": "2026-09-26T02:00:00.000Z"},
    {"kind": "car", "published": "2026-09-16T02:00:00.000Z"},
]


@pytest.mark.parametrize("said", JUST_LAWFUL)
def test_the_last_lawful_day_and_sum_are_no_breach(bring: Bring, said: dict[str, str]) -> None:
    assert bring(**said).breaches == 0


def test_after_two_earlier_notices_the_shorter_periods_hold(bring: Bring) -> None:
    late = {"published": "2026-09-18T02:00:00.000Z", "closes": "2026-09-27T02:00:00.000Z"}
    assert bring(**late, earlier="4,5").breaches == 0


def test_a_seller_whom_the_law_does_not_bind_is_not_judged(bring: Bring) -> None:
    assert bring(deposit="900000000", owner="company_or_other").breaches == 0
