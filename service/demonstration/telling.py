"""What follows a failed round in the demonstration office: who is told, what comes back."""

from datetime import date

from auction.deadlines.queries import deadlines_of
from auction.legal_rules.queries import rule_on
from auction.notices.rules import Halt
from auction.notices.schemas import NewHalt
from auction.occurrences.commands import record_occurrence
from auction.occurrences.rules import About, Occurrence
from auction.occurrences.schemas import NewOccurrence
from auction.offers.commands.telling import tell_failure
from auction.offers.schemas import NewFailureNotice
from auction.outcomes.commands.halt_round import halt_round
from service.demonstration.organising import moment
from service.demonstration.warehouse import Office

BREACH = "serious_breach"
"""Why a round is stopped: in posting it, say (L25 Art. 84(2)b)."""
TELL, PAPERS = "failure_notice_to_parties", "failed_papers_back"


def stop(office: Office, lot: str, number: int, on: date) -> None:
    """A round is stopped on a ground of the law of its day."""
    session, officer = office.session, office.become("enforcement_officer")
    codes = rule_on(session, "stop_grounds", on).codes
    ground = BREACH if BREACH in codes else str(codes[0])
    new = NewHalt(kind=Halt.STOP, ground=ground, document=f"{on:%d%m}/CV-THADS")
    halt_round(session, officer, lot, number, new, at=moment(on))


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
