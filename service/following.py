"""What follows what: which act of a room answers what another room says has happened."""

from sqlalchemy.orm import Session

from auction.auctioneers.rules import ContractSigned
from auction.bidding.ledger import follow_new_life
from auction.holds.coercing import refuse_held_minutes, refuse_held_seizure
from auction.holds.joining import hold_evidence, hold_seized
from auction.holds.rules import HoldOpened, HoldOver
from auction.legal_rules.drafting import DraftApproved
from auction.life.commands import (
    follow_custody,
    follow_decision,
    follow_end,
    follow_measure,
    follow_notice,
    follow_release,
    follow_seizure,
)
from auction.life.rules import LifeBegan
from auction.lots.anew import leave_lots_behind
from auction.lots.commands import refuse_leaving
from auction.occurrences.commands import follow_held
from auction.occurrences.voluntary import refuse_voluntary
from auction.offers.commands.recalling import follow_collateral
from auction.offers.rules import LotTaken
from auction.offers.standing import refuse_release
from auction.outcomes.commands.follow_holds import go_on, pause_contracted, pause_held
from auction.outcomes.rules import LotSold
from auction.payouts.commands.proposing import follow_fallen_sale, refuse_new_proceeds
from auction.proportions.commands import follow_choice, weigh_choice
from auction.sales.commands.opening import open_sale, open_taken
from auction.sales.recalled import refuse_carried_out
from auction.sales.rules import ProceedsChange, SaleFellAway
from auction.simulations.commands import refuse_untried
from auction.valuations.anew import leave_behind
from inventory.base.actor import SYSTEM
from inventory.base.events import subscribe
from inventory.cases.rules import CaseNotified
from inventory.custody.care import ComesIn
from inventory.custody.rules import SealsNoted
from inventory.evidence.rules import EvidenceHeld
from inventory.handovers.rules import LeavesOffice
from inventory.keepers.rules import CountedOnPaper, KeeperChangeOpened
from inventory.labels.commands import follow_finished
from inventory.losses.commands import open_case
from inventory.measures.drawing import follow_replacement as follow_measure_paper
from inventory.measures.rules import MeasureDecided, MeasureEnded, MeasureTaken
from inventory.orders.rules import OrderFinished
from inventory.organisation.rules import Appointed
from inventory.outside.rules import FoundMissing
from inventory.papers.rules import PaperIssued, PaperReplaced, RecallAsked, WordsAsked
from inventory.seals.noting import note_handled
from inventory.seizures.replacing import follow_replacement
from inventory.seizures.rules import (
    AssetsSeized,
    ChoiceAsked,
    ChoiceSeized,
    CoercionBegins,
    CustodyAssigned,
    SeizureHeld,
    SeizureReleased,
)
from inventory.specials.commands import refuse_unready
from inventory.stocktakes.commands.joint_count import follow_change, follow_paper
from inventory.titles.rules import CollateralFound
from reports.documents.commands import keep_template, tell_words
from service.auth.commands import end_sessions_of
from service.queue import print_soon


def follow_each_other() -> None:
    """Let every room hear what it follows; called once, where the program is put together."""
    subscribe(Appointed, _end_sessions)
    subscribe(SealsNoted, note_handled)
    subscribe(ComesIn, refuse_unready)
    subscribe(FoundMissing, open_case)
    subscribe(KeeperChangeOpened, follow_change)
    subscribe(CountedOnPaper, follow_paper)
    subscribe(OrderFinished, follow_finished)
    subscribe(CaseNotified, follow_notice)
    subscribe(MeasureTaken, follow_measure)
    subscribe(MeasureDecided, follow_decision)
    subscribe(MeasureEnded, follow_end)
    subscribe(AssetsSeized, refuse_held_seizure)
    subscribe(AssetsSeized, follow_seizure)
    subscribe(AssetsSeized, hold_seized)
    subscribe(EvidenceHeld, hold_evidence)
    subscribe(HoldOpened, pause_held)
    subscribe(HoldOver, go_on)
    subscribe(ContractSigned, pause_contracted)
    subscribe(LotSold, open_sale)
    subscribe(LotTaken, open_taken)
    subscribe(CollateralFound, follow_collateral)
    subscribe(SaleFellAway, follow_fallen_sale)
    subscribe(ProceedsChange, refuse_new_proceeds)
    subscribe(LeavesOffice, refuse_leaving)
    subscribe(DraftApproved, refuse_untried)
    subscribe(SeizureReleased, refuse_release)
    subscribe(SeizureReleased, follow_release)
    subscribe(CustodyAssigned, follow_custody)
    subscribe(SeizureHeld, refuse_held_minutes)
    subscribe(SeizureHeld, follow_held)
    subscribe(CoercionBegins, refuse_voluntary)
    subscribe(ChoiceAsked, weigh_choice)
    subscribe(ChoiceSeized, follow_choice)
    subscribe(PaperIssued, keep_template)
    subscribe(PaperIssued, print_soon)
    subscribe(WordsAsked, tell_words)
    subscribe(RecallAsked, refuse_carried_out)
    subscribe(PaperReplaced, follow_replacement)
    subscribe(PaperReplaced, follow_measure_paper)
    subscribe(LifeBegan, follow_new_life)
    subscribe(LifeBegan, leave_behind)
    subscribe(LifeBegan, leave_lots_behind)


def _end_sessions(session: Session, event: Appointed) -> None:
    """Who is given a role logs in again, so that no session keeps rights of before."""
    end_sessions_of(session, SYSTEM, event.staff_id, at=event.at)
