"""What follows a failed round in the demonstration office: who is told, what comes back."""

from datetime import date

from auction.deadlines.queries import deadlines_of
from auction.life.commands import record_step
from auction.life.rules import Step
from auction.life.schemas import NewStep
from auction.occurrences.commands import record_occurrence
from auction.occurrences.rules import About, Occurrence
from auction.occurrences.schemas import NewOccurrence
from service.demonstration.organising import moment
from service.demonstration.warehouse import Office

TELL, PAPERS = "failure_notice_to_parties", "failed_papers_back"


def follow_failure(office: Office, lot: str, asset: str, on: date) -> None:
    """The parties are told of a failure and the papers come back, where the law sets a time."""
    session, officer = office.session, office.become("enforcement_officer")
    due = {one.rule_key for one in deadlines_of(session, officer, "lot", lot) if not one.met_on}
    if TELL in due:
        told = NewStep(step=Step.FAILURE_TOLD, on=on, document=f"{on:%d%m}/TB-THADS")
        record_step(session, officer, asset, told, at=moment(on))
    if PAPERS in due:
        back = NewOccurrence(code=Occurrence.PAPERS_BACK, on=on, document=f"{on:%d%m}/BBGN")
        record_occurrence(session, officer, About.LOT, lot, back, at=moment(on))
