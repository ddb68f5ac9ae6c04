"""Sealing, opening, sealing again, damage and its conclusion."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.attachments.commands import attach_to_asset, withdraw
from inventory.attachments.darkroom import examine
from inventory.attachments.rules import Limits, Purpose
from inventory.attachments.schemas import NewAttachments, Withdrawal
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.base.storage import BlobStore
from inventory.cases.models import EnforcementCase
from inventory.custody.rules import SealDamaged, SealState
from inventory.papers.models import Paper
from inventory.seals.commands import check_seal, conclude_damage, open_seal, seal
from inventory.seals.models import Seal, SealCheck
from inventory.seals.queries import count_standing, list_of_office, list_pictures, list_seals
from inventory.seals.rules import (
    NoDamageOpen,
    NotSealed,
    Occasion,
    OpenedFor,
    OpenedSealWaits,
    PresentAs,
    SealInUse,
    SealNotWaiting,
    SealStanding,
    WitnessMissing,
)
from inventory.seals.schemas import NewCheck, NewConclusion, Present, ReceivedSeal
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_evidence, take_in_at
from tests.make.organisation import People
from tests.make.pictures import incoming, picture
from tests.make.seals import WITNESS, new_opening, new_seal

Become = Callable[[Actor], Actor]


@pytest.fixture
def officer(people: People, case: EnforcementCase, become: Become) -> Actor:
    return become(people.officer)


@pytest.fixture
def asset(session: Session, officer: Actor, case: EnforcementCase, at: datetime) -> Registered:
    return make_asset(session, officer, case, at=at)


def conclusion(number: str = "NP-1", **said: object) -> NewConclusion:
    facts = {
        "number": number,
        "conclusion_body": "Phòng Kỹ thuật hình sự",
        "conclusion_number": "44/KL-KTHS",
        "concluded_on": date(2026, 11, 23),
        "conclusion": "Niêm phong rách do vận chuyển, hiện vật đủ",
    }
    return NewConclusion(**{**facts, **said})


def test_a_sealing_keeps_who_was_there_who_refused_and_its_minutes(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    owner = Present(name="Trần Văn Nợ", role=PresentAs.CONCERNED, refusal="Không đồng ý")
    seal(session, officer, asset.reference, new_seal(present=[WITNESS, owner]), at=at)
    (shown,) = list_seals(session, officer, asset.reference)
    assert shown.standing is SealStanding.IN_FORCE
    assert [(p.name, p.refusal) for p in shown.present] == [
        (WITNESS.name, None),
        ("Trần Văn Nợ", "Không đồng ý"),
    ]
    paper = session.scalars(select(Paper).where(Paper.reference == shown.paper)).one()
    assert paper.number == shown.minutes
    assert paper.data["refusals"] == [{"name": "Trần Văn Nợ", "reason": "Không đồng ý"}]
    assert paper.data["seal_number"] == "NP-1"


def test_every_opening_ends_with_a_new_seal_that_names_the_old(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    seal(session, officer, asset.reference, new_seal("NP-1"), at=at)
    use = new_opening("NP-1", purpose=OpenedFor.EXAMINATION)
    open_seal(session, officer, asset.reference, use, at=at)
    (opened,) = list_seals(session, officer, asset.reference)
    assert opened.standing is SealStanding.OPEN
    assert count_standing(session, officer, SealStanding.OPEN) == 1
    with pytest.raises(OpenedSealWaits) as refused:
        seal(session, officer, asset.reference, new_seal("NP-2"), at=at)
    assert refused.value.article == "D127/17 Art. 8, 11"
    with pytest.raises(SealNotWaiting):
        seal(session, officer, asset.reference, new_seal("NP-2", replaces="NP-9"), at=at)
    seal(session, officer, asset.reference, new_seal("NP-2", replaces="NP-1"), at=at)
    new, old = list_seals(session, officer, asset.reference)
    assert (new.replaces, old.replaced_by) == ("NP-1", "NP-2")
    assert old.standing is SealStanding.REPLACED
    assert count_standing(session, officer, SealStanding.OPEN) == 0
    with pytest.raises(SealNotWaiting):
        seal(session, officer, asset.reference, new_seal("NP-3", replaces="NP-1"), at=at)


def test_what_is_opened_for_disposal_is_not_sealed_again(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    seal(session, officer, asset.reference, new_seal(), at=at)
    open_seal(session, officer, asset.reference, new_opening(), at=at)
    (ended,) = list_seals(session, officer, asset.reference)
    assert ended.standing is SealStanding.ENDED
    assert ended.opening is not None
    assert ended.opening.state_found is SealState.WHOLE
    with pytest.raises(NotSealed):
        open_seal(session, officer, asset.reference, new_opening(), at=at)


def test_nobody_seals_or_opens_without_a_witness(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    alone = [Present(name="Trần Văn Nợ", role=PresentAs.CONCERNED)]
    with pytest.raises(WitnessMissing) as refused:
        seal(session, officer, asset.reference, new_seal(present=alone), at=at)
    assert (refused.value.article, list(refused.value.fields)) == ("D127/17 Art. 7", ["present"])
    seal(session, officer, asset.reference, new_seal(), at=at)
    with pytest.raises(WitnessMissing):
        open_seal(session, officer, asset.reference, new_opening(present=alone), at=at)


def test_a_number_in_force_is_used_once_in_an_office_and_leaves_no_gap_in_the_minutes(
    session: Session, officer: Actor, asset: Registered, case: EnforcementCase, at: datetime
) -> None:
    other = make_asset(session, officer, case, at=at)
    seal(session, officer, asset.reference, new_seal(), at=at)
    with pytest.raises(SealInUse) as refused:
        seal(session, officer, other.reference, new_seal(), at=at)
    assert list(refused.value.fields) == ["number"]
    seal(session, officer, other.reference, new_seal("NP-2"), at=at)
    serials = session.scalars(select(Paper.serial).order_by(Paper.serial)).all()
    assert list(serials) == [1, 2]


def test_days_must_be_possible(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        seal(session, officer, asset.reference, new_seal(sealed_on=date(2027, 1, 1)), at=at)
    assert list(refused.value.fields) == ["sealed_on"]
    seal(session, officer, asset.reference, new_seal(), at=at)
    for day in (date(2026, 11, 19), date(2027, 1, 1)):
        with pytest.raises(Invalid) as refused:
            open_seal(session, officer, asset.reference, new_opening(opened_on=day), at=at)
        assert list(refused.value.fields) == ["opened_on"]


def test_a_damaged_seal_waits_for_a_conclusion_once(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    seal(session, officer, asset.reference, new_seal(), at=at)
    torn = NewCheck(number="NP-1", state=SealState.TORN, occasion=Occasion.CHECK)
    for _i in range(2):
        check_seal(session, officer, asset.reference, torn, at=at)
    (shown,) = list_seals(session, officer, asset.reference)
    assert (shown.standing, len(shown.damages), len(shown.checks)) == (SealStanding.DAMAGED, 1, 2)
    assert shown.damages[0].article == "D152/26 Art. 37(2)c"
    rows = list_of_office(session, officer, SealStanding.DAMAGED).items
    assert [(row.number, row.last_state) for row in rows] == [("NP-1", SealState.TORN)]
    early = conclusion(concluded_on=date(2026, 11, 22))
    with pytest.raises(Invalid):
        conclude_damage(session, officer, asset.reference, early, at=at)
    conclude_damage(session, officer, asset.reference, conclusion(), at=at)
    with pytest.raises(NoDamageOpen):
        conclude_damage(session, officer, asset.reference, conclusion(), at=at)
    check_seal(session, officer, asset.reference, torn, at=at)
    (known,) = list_seals(session, officer, asset.reference)
    assert known.standing is SealStanding.IN_FORCE


def test_evidence_with_a_torn_seal_is_registered_but_does_not_come_in(
    session: Session, officer: Actor, case: EnforcementCase, store: Place, at: datetime
) -> None:
    torn = ReceivedSeal(number="NP-7", state=SealState.TORN)
    with pytest.raises(SealDamaged) as refused:
        make_evidence(session, officer, at=at, seal=torn, take_in=take_in_at(store))
    assert list(refused.value.fields) == ["seal.state"]
    made = make_evidence(session, officer, at=at, seal=torn)
    (shown,) = list_seals(session, officer, made.reference)
    assert shown.standing is SealStanding.DAMAGED
    assert shown.sealed_by == "Công an tỉnh Thử"
    assert [check.occasion for check in shown.checks] == [Occasion.RECEIPT]


def test_a_keeper_looks_and_an_officer_seals(
    session: Session, people: People, officer: Actor, asset: Registered, at: datetime
) -> None:
    for refused in (people.keeper, people.inspector, people.head):
        with pytest.raises(Forbidden):
            seal(session, refused, asset.reference, new_seal(), at=at)
    seal(session, officer, asset.reference, new_seal(), at=at)
    whole = NewCheck(number="NP-1", state=SealState.WHOLE)
    check_seal(session, people.keeper, asset.reference, whole, at=at)
    with pytest.raises(Forbidden):
        check_seal(session, people.inspector, asset.reference, whole, at=at)


def test_another_office_sees_and_touches_nothing(
    session: Session,
    people: People,
    officer: Actor,
    asset: Registered,
    become: Become,
    at: datetime,
) -> None:
    seal(session, officer, asset.reference, new_seal(), at=at)
    stranger = become(people.foreign_officer)
    assert list_seals(session, stranger, asset.reference) == []
    assert list_of_office(session, stranger).items == []
    with pytest.raises(NotFound):
        open_seal(session, stranger, asset.reference, new_opening(), at=at)
    assert session.scalars(select(Seal.id)).all() == []


def test_what_was_seen_of_a_seal_is_never_changed(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    seal(session, officer, asset.reference, new_seal(), at=at)
    whole = NewCheck(number="NP-1", state=SealState.WHOLE)
    check_seal(session, officer, asset.reference, whole, at=at)
    for change in (
        update(SealCheck).values(state="torn"),
        update(Seal).values(number="NP-X"),
        text("DELETE FROM seal"),
    ):
        with pytest.raises(ProgrammingError), session.begin_nested():
            session.execute(change)


def test_a_list_of_seals_is_one_statement(
    session: Session, officer: Actor, case: EnforcementCase, at: datetime, statements: list[str]
) -> None:
    for n in range(3):
        made = make_asset(session, officer, case, at=at)
        seal(session, officer, made.reference, new_seal(f"NP-{n}"), at=at)
    for few in (1, 50):
        statements.clear()
        list_of_office(session, officer, size=few)
        assert len(statements) == 1


@pytest.fixture
def pictured(
    session: Session, people: People, asset: Registered, at: datetime, tmp_path: Path
) -> Callable[[str], str]:
    """Attach a picture to an asset; its SHA-256."""

    def attached(reference: str = asset.reference, colour: str = "gold") -> str:
        received = incoming(picture(colour=colour), "niem-phong.jpg")
        found = examine([received], Limits())
        new = NewAttachments(purpose=Purpose.SEAL)
        store = BlobStore(tmp_path)
        attach_to_asset(session, people.keeper, reference, new, found, store=store, at=at)
        received.content.close()
        return received.sha256

    return attached


def test_a_seal_names_the_picture_it_is_seen_in(
    session: Session,
    officer: Actor,
    asset: Registered,
    at: datetime,
    pictured: Callable[..., str],
) -> None:
    before, after = pictured(), pictured(colour="green")
    seal(session, officer, asset.reference, new_seal(photo_sha256=before), at=at)
    opening = new_opening(photo_sha256=after)
    open_seal(session, officer, asset.reference, opening, at=at)
    (shown,) = list_seals(session, officer, asset.reference)
    assert shown.picture is not None
    assert (shown.picture.sha256, shown.picture.name) == (before, "niem-phong.jpg")
    assert shown.opening is not None
    assert shown.opening.picture is not None
    assert shown.opening.picture.sha256 == after
    data = session.scalars(select(Paper.data).order_by(Paper.id)).all()
    assert [(one["photo_sha256"], one["photo_name"]) for one in data] == [
        (before, "niem-phong.jpg"),
        (after, "niem-phong.jpg"),
    ]


def test_a_picture_of_another_thing_or_none_at_all_is_refused(
    session: Session,
    people: People,
    officer: Actor,
    case: EnforcementCase,
    asset: Registered,
    at: datetime,
    pictured: Callable[..., str],
) -> None:
    other = make_asset(session, officer, case, at=at, decision_number="99/QĐ")
    for digest in (pictured(other.reference), "0" * 64):
        with pytest.raises(Invalid) as refused:
            seal(session, officer, asset.reference, new_seal(photo_sha256=digest), at=at)
        assert list(refused.value.fields) == ["photo_sha256"]
    assert session.scalar(select(Seal.id)) is None


def test_a_withdrawn_picture_is_offered_no_more_and_stays_where_it_was_named(
    session: Session,
    people: People,
    officer: Actor,
    asset: Registered,
    at: datetime,
    pictured: Callable[..., str],
) -> None:
    digest = pictured()
    seal(session, officer, asset.reference, new_seal(photo_sha256=digest), at=at)
    (offered,) = list_pictures(session, asset.id)
    withdraw(session, people.keeper, offered.id, Withdrawal("Chụp nhầm vật"), at=at)
    assert list_pictures(session, asset.id) == []
    (shown,) = list_seals(session, officer, asset.reference)
    assert shown.picture is not None
