"""All fifty edge cases of the trade, each by its number and article."""

import pytest
from sqlalchemy.orm import Session

from tests.edge_cases.table import EdgeCase, Office, whole_table
from tests.make.organisation import People


@pytest.mark.parametrize("case", whole_table(), ids=lambda case: case.name)
def test_edge_case(case: EdgeCase, session: Session, people: People) -> None:
    case.check(Office(session, people))
