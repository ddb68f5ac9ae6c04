"""Every act that moves a sealed thing asks how each seal is, keeps it and prints it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.errors import Conflict
from inventory.custody.commands import take_in_many
from inventory.custody.queries import get_holding, list_chain
from inventory.custody.rules import SealDamaged, SealsNotNoted, SealState
from inventory.custody.schemas import Coming, Intake
from inventory.disposals.commands.carry_out import carry_out
from inventory.disposals.commands.steps import decide, notify
from inventory.disposals.rules import Way
from inventory.disposals.schemas import CarriedOut, NewNotice
from inventory.handovers.commands.answers import answer
from inventory.handovers.commands.arrivals import receive, take_back
from inventory.handovers.commands.loans import lend
from inventory.handovers.commands.offers import offer
from inventory.handovers.commands.returns import bring_back
from inventory.handovers.commands.transfers import send
from inventory.handovers.queries.loans import get_loan
from inventory.handovers.queries.transfers import get_transfer
from inventory.handovers.rules import Arrival, Purpose
from inventory.handovers.schemas import (
    LineAnswer,
    LineArrival,
    LineReturn,
    NewAnswers,
    NewArrivals,
    NewComeback,
    NewLoan,
    NewOffer,
    NewReturns,
    NewTransfer,
    Outsider,
)
from inventory.papers.models import Paper
from inventory.papers.rules import Proof
from inventory.seals.commands import check_seal, conclude_damage, seal
from inventory.seals.queries import list_seals
from inventory.seals.rules import Occasion, SealStanding
from inventory.seals.schemas import NewCheck, NewConclusion
from inventory.warehouses.models import Place
from tests.inventory.decided import OWNER, decision
from tests.make.inventory import make_evidence, take_in_at
from tests.make.orders import (
    arrival_order,
    order_out,
    order_to_lend,
    order_to_send,
    return_order,
    standing_order,
)
from tests.make.organisation import People
from tests.make.seals import new_seal

Become = Callable[[Actor], Actor]
States = dict[str, SealState]
COURT = "Tòa án nhân dân"
CLERK = Outsider(name=COURT, post="Thư ký", proof=Proof.INTRODUCTION)
WHOLE, TORN = {"NP-1": SealState.WHOLE}, {"NP-1": SealState.TORN}
OTHER = {"NP-1": SealState.DIFFERENT}


class Scene(NamedTuple):
    """A sealed thing in a warehouse, and who acts."""

    session: Session
    people: People
    become: Become
    store: Place
    thing: Registered
    at: datetime

    @property
    def keeper(self) -> Actor:
        return self.become(self.people.keeper)

    def of(self, states: States) -> dict[str, States]:
        return {self.thing.reference: states} if states else {}


Act = Callable[[States], str | None]


def sending(scene: Scene) -> Act:
    order = order_to_send(scene.session, scene.store, scene.thing.reference)

    def act(states: States, *, to: str = "T02") -> str | None:
        new = NewTransfer(
            to_office=to,
            order=order,
            reason="Ủy thác",
            expected_on=scene.at.date(),
            carrier_name="Phạm Văn Chở",
            carrier_post="Lái xe",
            carrier_proof=Proof.CITIZEN_CARD,
            assets=(scene.thing.reference,),
            seals=scene.of(states),
        )
        return send(scene.session, scene.keeper, new, at=scene.at).reference

    return act


def coming_back(scene: Scene) -> Act:
    transfer = sending(scene)(WHOLE) or ""

    def act(states: States) -> str | None:
        order = arrival_order(scene.store)
        new = NewComeback(assets=[scene.thing.reference], order=order, seals=scene.of(states))
        return take_back(scene.session, scene.keeper, transfer, new, at=scene.at).papers[0]

    return act


def lending(scene: Scene) -> Act:
    order = order_to_lend(scene.session, scene.store, scene.thing.reference)

    def act(states: States) -> str | None:
        new = NewLoan(
            assets=[scene.thing.reference],
            borrower=COURT,
            taker=CLERK,
            purpose=Purpose.HEARING,
            request_number="15/TA-HS",
            requested_on=scene.at.date(),
            order=order,
            working_days=5,
            seals=scene.of(states),
        )
        return lend(scene.session, scene.keeper, new, at=scene.at).paper

    return act


def bringing_back(scene: Scene) -> Act:
    lending(scene)(WHOLE)
    (entry,) = list_chain(scene.session, scene.keeper, scene.thing.reference)[-1:]

    def act(states: States) -> str | None:
        line = LineReturn(asset=scene.thing.reference)
        new = NewReturns(
            returns=[line],
            brought_by=CLERK,
            order=return_order(scene.store),
            seals=scene.of(states),
        )
        loan = entry.document.rpartition("; ")[2]
        return bring_back(scene.session, scene.keeper, loan, new, at=scene.at).paper

    return act


def handing_over(scene: Scene) -> Act:
    who = scene.people.officer
    name = scene.thing.reference
    new = NewOffer(
        assets=[name],
        reason="Bàn giao",
        answer_by=(scene.at + timedelta(days=2)).date(),
        receiver_code="T-officer",
        order=order_out(scene.session, scene.store, name, party=who.name),
    )
    offered = offer(scene.session, scene.keeper, new, at=scene.at).reference

    def act(states: States) -> str | None:
        said = NewAnswers(answers=[LineAnswer(asset=name, accepted=True)], seals=scene.of(states))
        return answer(scene.session, scene.become(who), offered, said, at=scene.at).paper

    return act


def disposing(scene: Scene) -> Act:
    name, on = scene.thing.reference, scene.at.date()
    order = order_out(scene.session, scene.store, name, party=OWNER.name)
    officer = scene.become(scene.people.officer)
    new = decision([scene.thing], Way.RETURN, on)
    made = decide(scene.session, officer, new, at=scene.at).reference
    notify(scene.session, officer, made, NewNotice(paper="5/TB", noticed_on=on), at=scene.at)

    def act(states: States) -> str | None:
        gone = CarriedOut(order=order, receiver=OWNER, seals=scene.of(states))
        return carry_out(scene.session, scene.keeper, made, gone, at=scene.at).paper

    return act


ACTS: dict[str, tuple[Callable[[Scene], Act], Occasion]] = {
    "sending": (sending, Occasion.RELEASED),
    "coming-back": (coming_back, Occasion.TAKEN_IN),
    "lending": (lending, Occasion.RELEASED),
    "bringing-back": (bringing_back, Occasion.TAKEN_IN),
    "handing-over": (handing_over, Occasion.RELEASED),
    "disposing": (disposing, Occasion.RELEASED),
}


@pytest.fixture
def scene(session: Session, people: People, store: Place, become: Become, at: datetime) -> Scene:
    """Evidence under the seal NP-1 in the warehouse."""
    thing = make_evidence(session, people.keeper, at=at, take_in=take_in_at(store))
    seal(session, people.officer, thing.reference, new_seal("NP-1"), at=at)
    return Scene(session, people, become, store, thing, at)


def concluded(scene: Scene, states: States) -> None:
    """The damage is noted, and the competent body concluded."""
    (state,) = states.values()
    name, session, at = scene.thing.reference, scene.session, scene.at
    check_seal(session, scene.keeper, name, NewCheck(number="NP-1", state=state), at=at)
    conclusion = NewConclusion(
        number="NP-1",
        conclusion_body="Phòng Kỹ thuật hình sự",
        conclusion_number="44/KL",
        concluded_on=at.date(),
        conclusion="Hiện vật đủ",
    )
    conclude_damage(session, scene.become(scene.people.officer), name, conclusion, at=at)


def printed(scene: Scene, paper: str | None) -> list[dict[str, str]]:
    data = scene.session.scalars(select(Paper.data).where(Paper.reference == paper)).one()
    return list(data["lines"][0]["seals"])


@pytest.mark.parametrize("name", ACTS)
def test_each_act_asks_for_every_seal_keeps_and_prints_it(scene: Scene, name: str) -> None:
    prepare, occasion = ACTS[name]
    act = prepare(scene)
    with pytest.raises(SealsNotNoted) as refused:
        act({})
    assert list(refused.value.fields) == ["seals"]
    with pytest.raises(Conflict):
        act({**WHOLE, "NP-9": SealState.WHOLE})
    paper = act(WHOLE)
    keeper = scene.become(scene.people.officer if name == "handing-over" else scene.people.keeper)
    (shown,) = list_seals(scene.session, keeper, scene.thing.reference)
    last = shown.checks[-1]
    assert (last.occasion, last.state) == (occasion, SealState.WHOLE)
    if name == "sending":
        (line,) = get_transfer(scene.session, scene.keeper, paper or "").lines
        assert line.seals == WHOLE
    else:
        assert printed(scene, paper) == [{"number": "NP-1", "state": "whole"}]


@pytest.mark.parametrize("states", [TORN, OTHER], ids=["torn", "another-one"])
@pytest.mark.parametrize("name", ACTS)
def test_under_a_seal_that_is_not_whole_it_stays_where_it_is_until_the_conclusion(
    scene: Scene, name: str, states: States
) -> None:
    act = ACTS[name][0](scene)
    before = get_holding(scene.session, scene.keeper, scene.thing.reference)
    with pytest.raises(SealDamaged) as refused:
        act(states)
    assert refused.value.article == "D152/26 Art. 37(2)c"
    now = get_holding(scene.session, scene.keeper, scene.thing.reference)
    assert (now.seq, now.receiver) == (before.seq, before.receiver)
    concluded(scene, states)
    with pytest.raises(SealDamaged):
        act({"NP-1": SealState.MISSING})
    assert act(states)
    (shown,) = list_seals(scene.session, scene.keeper, scene.thing.reference)
    assert shown.standing is SealStanding.IN_FORCE


def test_the_other_office_sees_the_seals_as_sent_and_says_how_they_arrived(
    scene: Scene, foreign_store: Place
) -> None:
    transfer = sending(scene)(WHOLE) or ""
    session, name = scene.session, scene.thing.reference
    receiver = scene.become(scene.people.foreign_keeper)
    assert get_transfer(session, receiver, transfer).lines[0].seals == WHOLE

    def arrive(states: States, arrival: Arrival = Arrival.RECEIVED) -> object:
        line = LineArrival(asset=name, arrival=arrival, note="Niêm phong")
        new = NewArrivals(
            arrivals=[line],
            order=arrival_order(foreign_store),
            place_id=foreign_store.id,
            seals=scene.of(states),
        )
        with session.begin_nested():
            return receive(session, receiver, transfer, new, at=scene.at)

    for states, wrong in (({}, SealsNotNoted), (TORN, SealDamaged)):
        with pytest.raises(wrong):
            arrive(states)
    done = arrive(TORN, Arrival.REFUSED)
    assert printed(scene, done.letter) == [{"number": "NP-1", "state": "torn"}]  # type: ignore[attr-defined]
    done = arrive(WHOLE)
    assert printed(scene, done.papers[0]) == [{"number": "NP-1", "state": "whole"}]  # type: ignore[attr-defined]
    (shown,) = list_seals(session, receiver, name)
    assert [one.occasion for one in shown.checks] == [Occasion.RELEASED, Occasion.TAKEN_IN]


def test_things_taken_in_together_say_their_seals_each(
    session: Session, people: People, store: Place, become: Become, at: datetime
) -> None:
    things = [make_evidence(session, people.keeper, at=at) for _n in range(2)]
    for thing, number in zip(things, ("NP-1", "NP-2"), strict=True):
        seal(session, people.officer, thing.reference, new_seal(number), at=at)
    coming = [Coming(asset=thing.reference, place_id=store.id) for thing in things]
    first, second = (thing.reference for thing in things)
    keeper = become(people.keeper)

    def intake(seals: dict[str, States]) -> Intake:
        order = standing_order(store)
        return Intake(order=order, giver="B", reason="Nhận", things=coming, seals=seals)

    half = {first: WHOLE}
    for wrong, seals in ((SealsNotNoted, half), (Conflict, {**half, "TS-0999999-9": WHOLE})):
        with pytest.raises(wrong), session.begin_nested():
            take_in_many(session, keeper, intake(seals), at=at)
    both = {**half, second: {"NP-2": SealState.WHOLE}}
    assert len(take_in_many(session, keeper, intake(both), at=at)) == 2


def test_a_loan_shows_how_the_seals_came_back(scene: Scene) -> None:
    bringing_back(scene)(WHOLE)
    (entry,) = list_chain(scene.session, scene.keeper, scene.thing.reference)[-1:]
    loan = entry.document.rpartition("; ")[2]
    (line,) = get_loan(scene.session, scene.keeper, loan).lines
    assert line.seals == WHOLE


def test_the_pages_ask_with_the_same_fields(
    scene: Scene, browse: Callable[[str], TestClient]
) -> None:
    """Where the things are typed first, the fields come with the first refusal."""
    client, name = browse("keeper"), scene.thing.reference
    field = f"seal:{name}:NP-1"
    said = {
        "assets": name,
        "borrower": COURT,
        "purpose": "hearing",
        "request_number": "15/TA-HS",
        "requested_on": scene.at.date().isoformat(),
        "order": order_to_lend(scene.session, scene.store, name),
        "working_days": "5",
        **{f"taker.{part}": CLERK.name for part in ("name", "post")},
        "taker.proof": "introduction",
    }
    assert f'name="{field}"' in client.get(f"/loans/new?assets={name}").text
    again = client.post("/loans/new", data=said)
    assert (again.status_code, f'name="{field}"' in again.text) == (422, True)
    lent = client.post("/loans/new", data=said | {field: "whole"}, follow_redirects=False)
    assert lent.status_code == 303
    back = {f"back.{name}": "on", **{f"brought_by.{k}": COURT for k in ("name", "post")}}
    back["brought_by.proof"] = "introduction"
    back["order"] = return_order(scene.store)
    page = lent.headers["location"]
    assert f'name="{field}"' in client.get(page).text
    torn = client.post(f"{page}/returns", data=back | {field: "torn"})
    assert (torn.status_code, f"/assets/{name}/seals/checks" in torn.text) == (422, True)
    done = client.post(f"{page}/returns", data=back | {field: "whole"}, follow_redirects=False)
    assert done.status_code == 303


def test_over_rest_each_body_says_the_seals_by_thing_and_number(
    scene: Scene, client: TestClient, bearer: Callable[[str], dict[str, str]]
) -> None:
    new = {
        "to_office": "T02",
        "reason": "Ủy thác",
        "expected_on": scene.at.date().isoformat(),
        "order": order_to_send(scene.session, scene.store, scene.thing.reference),
        "carrier_name": "Phạm Văn Chở",
        "carrier_post": "Lái xe",
        "carrier_proof": "citizen_card",
        "assets": [scene.thing.reference],
    }
    headers = bearer("keeper")
    refused = client.post("/api/v1/transfers", json=new, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "seals_not_noted")
    seals = {"seals": {scene.thing.reference: {"NP-1": "whole"}}}
    sent = client.post("/api/v1/transfers", json=new | seals, headers=headers)
    assert sent.json()["lines"][0]["seals"] == {"NP-1": "whole"}
