"""What an inspection of a warehouse asks, and on which articles."""

from enum import StrEnum

from inventory.base.errors import Duplicate, Invalid
from inventory.base.messages import _, labels


class Question(StrEnum):
    """A question of the checklist."""

    ORDERS = "orders"
    LABELS = "labels"
    BOOKS = "books"
    SEALS = "seals"
    SEPARATE = "separate"
    STOCKTAKES = "stocktakes"
    BACKLOG = "backlog"
    CONTRACTS = "contracts"
    FIRE_PLAN = "fire_plan"
    HOUSE_RULES = "house_rules"
    DISPOSALS = "disposals"


BASES = {
    Question.ORDERS: "C01/17 Art. 9",
    Question.LABELS: "C01/17 Art. 9(2)",
    Question.BOOKS: "C04/23 Art. 11(1)",
    Question.SEALS: "C01/17 Art. 9",
    Question.SEPARATE: "C01/17 Art. 9",
    Question.STOCKTAKES: "C04/23 Art. 11(4)",
    Question.BACKLOG: "C01/17 Art. 13(2)",
    Question.CONTRACTS: "C01/17 Art. 12(2)",
    Question.FIRE_PLAN: "D152/26 Art. 38(2)",
    Question.HOUSE_RULES: "C01/17 Art. 5",
    Question.DISPOSALS: "D152/26 Art. 39",
}
"""The article each question stands on."""


class Answer(StrEnum):
    """What the team found."""

    IN_ORDER = "in_order"
    NOT_IN_ORDER = "not_in_order"
    DOES_NOT_APPLY = "does_not_apply"


class Figure(StrEnum):
    """What the program knows about a question."""

    HELD = "held"
    WITHOUT_DOCUMENT = "without_document"
    ORDERS_UNFINISHED = "orders_unfinished"
    WITHOUT_LABEL = "without_label"
    WITHOUT_CARD = "without_card"
    OPEN_DIFFERENCES = "open_differences"
    CONFIRMED_MISSING = "confirmed_missing"
    BOOK_NOT_COMPARED = "book_not_compared"
    BROKEN_SEALS = "broken_seals"
    OPEN_SEALS = "open_seals"
    SHARED_PLACES = "shared_places"
    MISSED_STOCKTAKES = "missed_stocktakes"
    CLOSED_STOCKTAKES = "closed_stocktakes"
    UNCOUNTED = "uncounted"
    OLD_UNJUDGED = "old_unjudged"
    CONTRACTS = "contracts"
    CONTRACTS_OVER = "contracts_over"
    CHECKS_LATE = "checks_late"
    ENDED_STILL_HELD = "ended_still_held"
    DISPOSALS_LATE = "disposals_late"


FIGURES = {
    Question.ORDERS: (Figure.HELD, Figure.WITHOUT_DOCUMENT, Figure.ORDERS_UNFINISHED),
    Question.LABELS: (Figure.WITHOUT_LABEL,),
    Question.BOOKS: (
        Figure.WITHOUT_CARD,
        Figure.OPEN_DIFFERENCES,
        Figure.CONFIRMED_MISSING,
        Figure.BOOK_NOT_COMPARED,
    ),
    Question.SEALS: (Figure.BROKEN_SEALS, Figure.OPEN_SEALS),
    Question.SEPARATE: (Figure.SHARED_PLACES,),
    Question.STOCKTAKES: (
        Figure.CLOSED_STOCKTAKES,
        Figure.MISSED_STOCKTAKES,
        Figure.UNCOUNTED,
    ),
    Question.BACKLOG: (Figure.OLD_UNJUDGED,),
    Question.CONTRACTS: (Figure.CONTRACTS, Figure.CONTRACTS_OVER, Figure.CHECKS_LATE),
    Question.FIRE_PLAN: (),
    Question.HOUSE_RULES: (),
    Question.DISPOSALS: (Figure.ENDED_STILL_HELD, Figure.DISPOSALS_LATE),
}
"""Which figures stand beside which question; where there are none, the team looks for itself."""

NEUTRAL = frozenset({Figure.HELD, Figure.CLOSED_STOCKTAKES, Figure.CONTRACTS})
"""Figures that say nothing against the warehouse."""


class NotAWarehouse(Invalid):
    """A whole warehouse is inspected, not a shelf."""

    code = "not_a_warehouse"


class CheckedThatDay(Duplicate):
    """The warehouse was inspected on that day."""

    code = "warehouse_checked_that_day"


labels(
    {
        Question.ORDERS: _("Every movement has its order and its document"),
        Question.LABELS: _("Every thing bears its label"),
        Question.BOOKS: _("Cards, books and shelves agree"),
        Question.SEALS: _("Seals are whole and as in the minutes"),
        Question.SEPARATE: _("Things of different cases are kept apart"),
        Question.STOCKTAKES: _("Stocktakes were held and written down in time"),
        Question.BACKLOG: _("The backlog is listed and followed up"),
        Question.CONTRACTS: _("Custody outside has contracts and monthly minutes"),
        Question.FIRE_PLAN: _("There is a plan against fire and incidents"),
        Question.HOUSE_RULES: _("House rules are issued and posted"),
        Question.DISPOSALS: _("Things are destroyed, returned, handed over in time"),
        Answer.IN_ORDER: _("In order"),
        Answer.NOT_IN_ORDER: _("Not in order"),
        Answer.DOES_NOT_APPLY: _("Does not apply"),
    }
)
labels(
    {
        Figure.HELD: _("things held"),
        Figure.WITHOUT_DOCUMENT: _("entries of custody without a document"),
        Figure.ORDERS_UNFINISHED: _("signed orders not finished"),
        Figure.WITHOUT_LABEL: _("things without a printed label"),
        Figure.WITHOUT_CARD: _("things without a stock card"),
        Figure.BOOK_NOT_COMPARED: _("paper book not compared for the last month"),
        Figure.OPEN_SEALS: _("things whose opened seal was not renewed"),
        Figure.UNCOUNTED: _("not counted as a whole in the last period"),
        Figure.CONTRACTS: _("running contracts of the office"),
        Figure.CONTRACTS_OVER: _("contracts past their end"),
        Figure.DISPOSALS_LATE: _("terms of disposal of the office that passed"),
        Figure.OPEN_DIFFERENCES: _("differences of stocktakes still open"),
        Figure.CONFIRMED_MISSING: _("things confirmed missing"),
        Figure.BROKEN_SEALS: _("seals torn or missing without a conclusion"),
        Figure.SHARED_PLACES: _("places with things of several cases"),
        Figure.MISSED_STOCKTAKES: _("planned stocktakes missed"),
        Figure.CLOSED_STOCKTAKES: _("stocktakes closed within a year"),
        Figure.OLD_UNJUDGED: _("things without judgment for a year or longer"),
        Figure.CHECKS_LATE: _("monthly checks outside that are late"),
        Figure.ENDED_STILL_HELD: _("things decided on that are still here"),
    }
)
