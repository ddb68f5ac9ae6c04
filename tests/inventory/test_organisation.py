"""Offices, staff and appointments; who may arrange them; the shipped list of offices."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.organisation.commands import (
    add_office,
    add_staff,
    appoint,
    load_offices,
    shipped_offices,
)
from inventory.organisation.models import Office
from inventory.organisation.queries import appointments_on, list_appointments, list_offices
from inventory.organisation.rules import (
    OfficeExists,
    OfficeKind,
    OutsideOwnOffices,
    OwnAppointment,
    Role,
    StaffExists,
)
from inventory.organisation.schemas import NewAppointment, NewOffice, NewStaff
from service.auth.models import LoginSession
from tests.make.organisation import People, make_token

FROM = date(2026, 7, 1)


def new_office(code: str = "T01-1", parent: str = "T01", **said: object) -> NewOffice:
    facts = {
        "code": code,
        "name": "Phòng THADS khu vực 1",
        "kind": OfficeKind.DIVISION,
        "parent": parent,
        "valid_from": FROM,
    }
    return NewOffice(**{**facts, **said})


def appointment(staff: str, office: str = "T01", **said: object) -> NewAppointment:
    facts = {"staff": staff, "office": office, "role": Role.KEEPER, "valid_from": FROM}
    return NewAppointment(**{**facts, **said})


def test_an_administrator_arranges_his_office_and_what_is_below(
    session: Session, people: People, at: datetime
) -> None:
    admin = people.administrator
    division = add_office(session, admin, new_office(), at=at)
    assert division.parent_id == people.office.id
    add_staff(session, admin, NewStaff(code="NV-1", name="Lê Thị Mới"), at=at)
    made = appoint(session, admin, appointment("NV-1", division.code), at=at)
    assert made.decided_by_id == admin.staff_id
    staff = list_appointments(session, division.id, local_day(at))
    assert [(row.code, row.name, row.role) for row in staff] == [("NV-1", "Lê Thị Mới", "keeper")]


def test_he_reaches_neither_beside_nor_above(
    session: Session, people: People, at: datetime
) -> None:
    admin = people.administrator
    add_staff(session, admin, NewStaff(code="NV-1", name="Lê Thị Mới"), at=at)
    for code in ("T00", "T02"):
        with pytest.raises(OutsideOwnOffices):
            add_office(session, admin, new_office(parent=code), at=at)
        with pytest.raises(OutsideOwnOffices):
            appoint(session, admin, appointment("NV-1", code), at=at)


def test_nobody_gives_himself_a_role(session: Session, people: People, at: datetime) -> None:
    own = people.staff["administrator"].code
    with pytest.raises(OwnAppointment):
        appoint(session, people.administrator, appointment(own, role=Role.INSPECTOR), at=at)


@pytest.mark.parametrize("who", ["keeper", "officer", "head", "inspector", "accountant"])
def test_only_administrators_arrange(
    session: Session, people: People, at: datetime, who: str
) -> None:
    actor = getattr(people, who)
    with pytest.raises(Forbidden):
        add_office(session, actor, new_office(), at=at)
    with pytest.raises(Forbidden):
        add_staff(session, actor, NewStaff(code="NV-1", name="Ai đó"), at=at)
    with pytest.raises(Forbidden):
        appoint(session, actor, appointment("T-officer"), at=at)


def test_codes_are_used_once(session: Session, people: People, at: datetime) -> None:
    admin = people.administrator
    add_office(session, admin, new_office(), at=at)
    with pytest.raises(OfficeExists):
        add_office(session, admin, new_office(), at=at)
    with pytest.raises(StaffExists):
        add_staff(session, admin, NewStaff(code="T-keeper", name="Ai đó"), at=at)


def test_an_appointment_needs_a_person_an_office_and_a_possible_period(
    session: Session, people: People, at: datetime
) -> None:
    admin = people.administrator
    with pytest.raises(NotFound) as refused:
        appoint(session, admin, appointment("không ai"), at=at)
    assert list(refused.value.fields) == ["staff"]
    with pytest.raises(NotFound) as refused:
        appoint(session, admin, appointment("T-keeper", "không có"), at=at)
    assert list(refused.value.fields) == ["office"]
    with pytest.raises(Invalid) as refused:
        appoint(session, admin, appointment("T-keeper", valid_to=FROM - timedelta(days=1)), at=at)
    assert list(refused.value.fields) == ["valid_to"]


def test_a_role_counts_from_its_first_day_to_its_last(
    session: Session, people: People, at: datetime
) -> None:
    new = appointment("T-keeper", role=Role.HEAD, valid_to=FROM + timedelta(days=2))
    appoint(session, people.administrator, new, at=at)
    keeper = people.staff["keeper"].id
    heads = [
        any(a.role == Role.HEAD for a in appointments_on(session, keeper, FROM + timedelta(days=n)))
        for n in (-1, 0, 2, 3)
    ]
    assert heads == [False, True, True, False]


def test_who_is_appointed_has_to_log_in_again(
    session: Session, people: People, at: datetime
) -> None:
    make_token(session, people, "keeper", at)
    make_token(session, people, "officer", at)
    appoint(session, people.administrator, appointment("T-keeper", role=Role.HEAD), at=at)
    session.expire_all()
    ended = session.execute(select(LoginSession.actor["name"].astext, LoginSession.ended_at)).all()
    assert {name: end is not None for name, end in ended} == {
        "Người thử keeper": True,
        "Người thử officer": False,
    }


def test_the_shipped_list_has_the_centre_and_34_provinces(session: Session, at: datetime) -> None:
    load_offices(session, SYSTEM, at=at)
    shipped = [o for o in list_offices(session, local_day(at)) if o.basis]
    assert Counter(o.kind for o in shipped) == {"centre": 1, "province": 34}
    assert len({o.code for o in shipped}) == 35
    centre = next(o for o in shipped if o.kind == "centre")
    assert {o.parent_id for o in shipped if o.kind == "province"} == {centre.id}
    assert {o.valid_from for o in shipped} == {date(2025, 7, 1)}
    merged = [o for o in shipped if o.kind == "province" and o.former_names]
    assert sum(len(o.former_names.split(", ")) for o in merged) == 63 - (34 - len(merged))


def test_the_list_says_how_sure_it_is() -> None:
    shipped = shipped_offices()
    assert shipped["confidence"] == "B"
    assert "(B)" in shipped["basis"]


def test_loading_again_adds_nothing(session: Session, at: datetime) -> None:
    load_offices(session, SYSTEM, at=at)
    before = session.scalar(select(func.count()).select_from(Office))
    again = load_offices(session, SYSTEM, at=at)
    assert (again.added, again.kept) == (0, 35)
    assert session.scalar(select(func.count()).select_from(Office)) == before


def test_offices_are_listed_in_vietnamese_order(session: Session, at: datetime) -> None:
    load_offices(session, SYSTEM, at=at)
    names = [o.name for o in list_offices(session, local_day(at)) if o.kind == "province"]
    cut = [n.removeprefix("Thi hành án dân sự tỉnh ") for n in names if "tỉnh" in n]
    assert cut[:4] == ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng"]
    assert cut.index("Đắk Lắk") > cut.index("Cao Bằng")
    assert cut.index("Đồng Tháp") < cut.index("Gia Lai")
