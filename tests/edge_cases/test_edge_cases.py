"""All fifty edge cases of the trade, each by its number and article."""

import re

import pytest
from sqlalchemy.orm import Session

from tests.edge_cases.table import CASES, EdgeCase, Office, whole_table
from tests.make.organisation import People


@pytest.mark.parametrize("case", whole_table(), ids=lambda case: case.name)
def test_edge_case(case: EdgeCase, session: Session, people: People) -> None:
    case.check(Office(session, people))


def test_every_one_of_the_fifty_cases_is_checked() -> None:
    assert {case.number for case in whole_table()} == set(CASES)


ARTICLE = re.compile(r"\b(?:L25|L08|D152/26|D62|PA16|JC11/16|C04/23) Art\. \d+")


def test_every_check_names_an_article_and_stands_once() -> None:
    nameless = [case.name for case in whole_table() if not ARTICLE.search(case.article)]
    assert nameless == []
    names = [case.name for case in whole_table()]
    assert len(set(names)) == len(names)
