"""What follows a failed round in the demonstration office: who is told, what comes back."""

from datetime import date

from auction.deadlines.queries import deadlines_of
from auction.occurrences.commands import record_occurrence
from auction.occurrences.rules import About, Occurrence
from auction.occurrences.schemas import NewOccurrence
from auction.offers.commands.telling import tell_failure
from auction.offers.schemas import NewFailureNotice
from service.demonstration.organising import moment
from service.demonstration.warehouse import Office

TELL, PAPERS = "failure_notice_to_parties", "failed_papers_back"


def follow_failure(office: Office, lot: str, on: date) -> None:
    """The parties are told of a failure and the papers come back, where the law sets a time."""
    session, officer = office.session, office.become("enforcement_officer")
    due = {one.rule_key for one in deadlines_of(session, officer, "lot", lot) if not one.met_on}
    if TELL in due:
        paper = f"{on:%d%m}/TB-THADS"
        told = NewFailureNotice(told_on=on, document=paper, names_right=True)
        tell_failure(session, officer, lot, told, at=moment(on))
    if PAPERS in due:
        back = NewOccurrence(code=Occurrence.PAPERS_BACK, on=on, document=f"{on:%d%m}/BBGN")
        record_occurrence(session, officer, About.LOT, lot, back, at=moment(on))
