"""The order of papers as a table: each step in its turn, any other is refused with the article."""

from decimal import Decimal
from itertools import pairwise

import pytest

from inventory.orders.rules import (
    BY_THEMSELVES,
    OBLIGATORY,
    PURPOSES,
    Direction,
    OutOfTurn,
    Purpose,
    Step,
    check_turn,
    countable,
    fits,
    line_ref,
    next_step,
)

IN = [Step.REQUEST, Step.ORDER, Step.MINUTES, Step.SLIP]
OUT = [Step.REQUEST, Step.ORDER, Step.CHECK, Step.SLIP, Step.MINUTES]
WAYS = [(Direction.IN, IN), (Direction.OUT, OUT)]


@pytest.mark.parametrize(("direction", "steps"), WAYS)
def test_the_steps_follow_each_other(direction: Direction, steps: list[Step]) -> None:
    done: set[Step] = set()
    for step in steps:
        assert next_step(direction, done) is step
        check_turn(direction, done, step)
        done.add(step)
    assert next_step(direction, done) is None


@pytest.mark.parametrize(("direction", "steps"), WAYS)
def test_every_step_out_of_its_turn_is_refused_with_its_article(
    direction: Direction, steps: list[Step]
) -> None:
    for n in range(len(steps) + 1):
        done = set(steps[:n])
        for wanted in set(steps) - set(steps[n : n + 1]):
            with pytest.raises(OutOfTurn) as refused:
                check_turn(direction, done, wanted)
            assert refused.value.article


@pytest.mark.parametrize("direction", list(Direction))
def test_card_and_register_follow_from_the_slip(direction: Direction) -> None:
    names = [rule.step for rule in OBLIGATORY[direction]]
    assert names.index(Step.SLIP) < names.index(Step.CARD) < names.index(Step.REGISTER)
    assert {Step.CARD, Step.REGISTER} <= BY_THEMSELVES
    assert all(rule.article for rule in OBLIGATORY[direction])
    assert len(set(names)) == len(names)


def test_every_purpose_goes_in_one_direction() -> None:
    assert sorted(PURPOSES[Direction.IN] + PURPOSES[Direction.OUT]) == sorted(Purpose)


@pytest.mark.parametrize(
    ("said", "order", "line"),
    [
        ("LK-0000012-3", "LK-0000012-3", None),
        (" lk-0000012-3/2 ", "LK-0000012-3", 2),
        ("LK-0000012-3/", "LK-0000012-3", -1),
        ("LK-0000012-3/x", "LK-0000012-3", -1),
        ("LK-0000012-3/-1", "LK-0000012-3", -1),
        ("LK-0000012-3/99999999999999999999", "LK-0000012-3", -1),
    ],
)
def test_an_order_and_its_line_are_named_in_one_text(
    said: str, order: str, line: int | None
) -> None:
    assert line_ref(said) == (order, line)


def test_no_more_pieces_than_are_left() -> None:
    less, more = pairwise([Decimal("2.999"), Decimal(3), Decimal("3.001")])
    assert fits(less[1], less[0])
    assert fits(Decimal(3), Decimal(3))
    assert not fits(more[0], more[1])


@pytest.mark.parametrize("said", ["NaN", "Infinity", "1E12", "0.0001", "-1E30"])
def test_what_cannot_be_counted(said: str) -> None:
    assert not countable(Decimal(said))
