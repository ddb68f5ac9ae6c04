"""The review dossier as the record gives it."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from auction.lots.models import AuctionRound, Lot, LotAsset
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden
from inventory.organisation.models import Office
from reports.forms.review_dossier.data import Dossier
from reports.forms.review_dossier.form import lay_out
from reports.forms.review_dossier.gather import dossier_of
from reports.forms.review_dossier.subject import SubjectAmbiguous, SubjectUnknown
from tests.make.organisation import People
from tests.reports.histories import TOO_DEEP, History, make_history


@pytest.fixture
def history(session: Session, people: People, at: datetime) -> History:
    return make_history(session, people, at=at)


def test_the_dossier_holds_every_part_of_the_record(
    session: Session, people: People, history: History, at: datetime
):
    dossier = dossier_of(session, people.inspector, history.asset.reference, at=at)
    assert dossier.data.subject == history.asset.reference
    assert [a.description for a in dossier.data.assets] == ["Nhà ở hai tầng tại xã Thử"]
    assert [(g.kind, g.document, g.case) for g in dossier.data.grounds] == [
        ("seizure", "77/QĐ-THADS", "318/QĐ-THADS")
    ]
    assert [(c.debtor, c.creditor, c.officer) for c in dossier.data.cases] == [
        ("Đặng Văn Nợ", "Ngân hàng Thử", people.officer.name)
    ]
    assert [(e.seq, e.kind, e.to_place) for e in dossier.data.custody] == [
        (1, "taken_in", "Kho KHO-A"),
        (2, "moved", "Kho KHO-B"),
    ]
    assert all(len(e.hash_prefix) == 12 for e in dossier.data.custody)
    assert [v.certificate for v in dossier.data.valuations] == ["01/CT"]
    assert dossier.data.failed_in_a_row == 4
    assert [(f.tier, f.article, f.confidence) for f in dossier.data.flags] == [(3, "HOUSE", "C")]
    assert [[f.code for f in r.findings] for r in dossier.data.reviews] == [["P02"]]
    assert dossier.data.signatures[0].name == people.inspector.name


def test_each_price_step_names_its_limit_and_the_decision(
    session: Session, people: People, history: History, at: datetime
):
    rounds = dossier_of(session, people.inspector, history.asset.reference, at=at).data.rounds
    assert [r.held for r in rounds] == ["failed"] * 4
    assert rounds[0].cut is None
    second, third, fourth = (r.cut for r in rounds[1:])
    assert second is not None
    assert (second.percent, second.decision, second.breach) == (Decimal(10), "80/QĐ-THADS", False)
    assert second.lowest_lawful == Decimal(900_000_000)
    assert second.article == "L08 Art. 104(5)"
    assert third is not None
    assert third.decision is None
    assert fourth is not None
    assert rounds[TOO_DEEP - 1].cut is fourth
    assert fourth.breach
    assert fourth.lowest_lawful == Decimal(729_000_000)
    assert fourth.article == "L25 Art. 83(3)", "the fourth round was held under the new law"


def test_a_price_a_few_dong_under_the_limit_is_no_breach_unless_one_was_noted(
    session: Session, people: People, history: History, at: datetime
):
    session.execute(
        update(AuctionRound)
        .where(AuctionRound.lot_id == history.lot.id, AuctionRound.number == 2)
        .values(starting_price=Decimal(899_999_999))
    )
    dossier = dossier_of(session, people.inspector, history.asset.reference, at=at)
    assert [r.order for r in dossier.data.rounds if r.cut and r.cut.breach] == [TOO_DEEP]
    assert [(b.order, b.title) for b in dossier.data.breaches] == [
        (TOO_DEEP, "Mức giảm giá tối đa mỗi lần")
    ]


def test_the_checklist_answers_what_the_record_shows(
    session: Session, people: People, history: History, at: datetime
):
    dossier = dossier_of(session, people.inspector, history.asset.reference, at=at)
    by_number = {answer.number: answer for answer in dossier.data.checklist}
    assert by_number[18].findings == ("P02",)
    assert (by_number[18].record, by_number[18].orders) == ("cuts_too_deep", (TOO_DEEP,))
    assert by_number[7].record == "certificate_valid"
    assert by_number[5].record == "custody_recorded"


def test_the_legal_bases_cover_both_laws_of_the_rounds(
    session: Session, people: People, history: History, at: datetime
):
    dossier = dossier_of(session, people.inspector, history.asset.reference, at=at)
    limits = [
        (b.article, b.value, b.unit) for b in dossier.data.bases if b.key == "max_reduction_pct"
    ]
    assert limits == [("L08 Art. 104(5)", "10", "pct"), ("L25 Art. 83(3)", "10", "pct")]
    assert len({(b.key, b.scope, b.valid_from) for b in dossier.data.bases}) == len(
        dossier.data.bases
    )


@pytest.mark.parametrize("ref", ["DG-9000001-0", "X-42"])
def test_a_lot_is_found_by_its_own_number_and_that_of_its_source(
    session: Session, people: People, history: History, at: datetime, ref: str
):
    dossier = dossier_of(session, people.inspector, ref, at=at)
    assert dossier.data.subject == "DG-9000001-0"
    assert [a.reference for a in dossier.data.assets] == [history.asset.reference]


def test_an_asset_is_found_by_the_number_of_its_source(
    session: Session, people: People, history: History, at: datetime
):
    session.execute(
        update(Asset).where(Asset.id == history.asset.id).values(source="test", source_ref="ITEM-7")
    )
    dossier = dossier_of(session, people.inspector, "ITEM-7", at=at)
    assert dossier.data.subject == history.asset.reference


def test_an_unknown_number_is_refused(session: Session, people: People, at: datetime):
    with pytest.raises(SubjectUnknown):
        dossier_of(session, people.inspector, "TS-0000000-0", at=at)


def test_a_number_of_two_sources_is_refused_with_both_lots(
    session: Session, people: People, history: History, at: datetime
):
    session.add(
        Lot(
            id=900_000_002,
            reference="DG-9000002-9",
            office_id=history.lot.office_id,
            description="Khác",
            source="other",
            source_ref="X-42",
            recorded_at=at,
        )
    )
    with pytest.raises(SubjectAmbiguous) as refusal:
        dossier_of(session, people.inspector, "X-42", at=at)
    assert refusal.value.params["lots"] == "DG-9000001-0, DG-9000002-9"


@pytest.mark.parametrize("ref", ["asset", "DG-9000001-0", "X-42"])
def test_a_foreign_office_finds_nothing(
    session: Session,
    people: People,
    history: History,
    become: Callable[[Actor], Actor],
    at: datetime,
    ref: str,
):
    wanted = history.asset.reference if ref == "asset" else ref
    become(people.foreign_officer)
    with pytest.raises(SubjectUnknown):
        dossier_of(session, people.foreign_officer, wanted, at=at)


def test_the_database_alone_also_hides_the_parts_from_a_foreign_office(
    session: Session,
    people: People,
    history: History,
    become: Callable[[Actor], Actor],
    at: datetime,
):
    """With the program's own scope switched off only row-level security stands in the way."""
    wanted = history.asset.reference
    careless = said_to_see_all(become(people.foreign_officer))
    with pytest.raises(SubjectUnknown):
        dossier_of(session, careless, wanted, at=at)


def said_to_see_all(actor: Actor) -> Actor:
    """The same actor, said to see everything."""
    return Actor(
        staff_id=actor.staff_id,
        name=actor.name,
        office_id=actor.office_id,
        office_ids=actor.office_ids,
        permissions=actor.permissions,
        channel=actor.channel,
        sees_all=True,
    )


def test_reading_needs_the_permission(
    session: Session, people: People, history: History, at: datetime
):
    with pytest.raises(Forbidden):
        dossier_of(session, people.keeper, history.asset.reference, at=at)


def test_the_letterhead_is_that_of_the_acting_office(
    session: Session, people: People, history: History, at: datetime
):
    by_inspector = dossier_of(session, people.inspector, history.asset.reference, at=at).letterhead
    assert (by_inspector.parent, by_inspector.body) == ("Bộ Tư pháp", "Cục thử nghiệm")
    assert by_inspector.place == "Hà Nội"
    by_officer = dossier_of(session, people.officer, history.asset.reference, at=at).letterhead
    assert (by_officer.parent, by_officer.body) == ("Cục thử nghiệm", "THADS tỉnh Thử")
    assert by_officer.place == "Thử"
    by_program = dossier_of(session, SYSTEM, history.asset.reference, at=at).letterhead
    assert by_program.body == "THADS tỉnh Thử"
    assert not by_program.demonstration


def test_made_up_offices_mark_the_dossier(
    session: Session, people: People, history: History, at: datetime
):
    session.execute(
        update(Office).where(Office.id == history.asset.office_id).values(demonstration=True)
    )
    assert dossier_of(
        session, people.inspector, history.asset.reference, at=at
    ).letterhead.demonstration


def test_the_snapshot_survives_storing(
    session: Session, people: People, history: History, at: datetime
):
    dossier = dossier_of(session, people.inspector, history.asset.reference, at=at)
    again = msgspec.convert(msgspec.json.decode(msgspec.json.encode(dossier)), Dossier)
    assert again == dossier
    assert lay_out(again) == lay_out(dossier)


def test_a_longer_history_takes_no_more_statements(
    session: Session, people: People, history: History, at: datetime, statements: list[str]
):
    dossier_of(session, people.inspector, history.asset.reference, at=at)
    short = len(statements)
    for number in range(5, 40):
        session.add(
            AuctionRound(
                lot_id=history.lot.id,
                office_id=history.lot.office_id,
                number=number,
                starting_price=Decimal(1_000),
                recorded_at=at,
            )
        )
    session.flush()
    statements.clear()
    dossier = dossier_of(session, people.inspector, history.asset.reference, at=at)
    assert len(dossier.data.rounds) == 39
    assert len(statements) == short


def test_a_price_step_is_not_counted_between_two_lots(
    session: Session, people: People, history: History, at: datetime
):
    session.add(
        Lot(
            id=900_000_003,
            reference="DG-9000003-8",
            office_id=history.lot.office_id,
            description="Lô sau",
            formed_on=at.date(),
            recorded_at=at,
        )
    )
    session.flush()
    session.add(LotAsset(lot_id=900_000_003, asset_id=history.asset.id, position=1))
    session.add(
        AuctionRound(
            lot_id=900_000_003,
            office_id=history.lot.office_id,
            number=1,
            starting_price=Decimal(100),
            recorded_at=at,
        )
    )
    session.flush()
    rounds = dossier_of(session, people.inspector, history.asset.reference, at=at).data.rounds
    assert [(r.order, r.lot, r.number) for r in rounds[-2:]] == [
        (4, "DG-9000001-0", 4),
        (5, "DG-9000003-8", 1),
    ]
    assert rounds[-1].cut is None
