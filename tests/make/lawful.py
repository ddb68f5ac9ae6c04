"""What must hold after every act of an office, each claim a statement that finds what breaks it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline
from auction.deadlines.rules import due_date
from auction.legal_rules.queries import calendar, rules_in_use
from tests.make.noticed import unannounced, unnoticed, untimely
from tests.make.organisation import People

# every thing of the machine is worth the same, so each has an equal part of a lot's price;
# what was said of the earlier round, not how it was ruled after the later lot had begun; where its
# sale fell away, the price it began at is still in force
_FIRST = (
    "(SELECT sum(CASE WHEN b.price IS NULL OR b.sold THEN 1000000000"
    "    ELSE b.price / b.things END) FROM lot_asset x"
    "  LEFT JOIN LATERAL (SELECT coalesce(o.code = 'sold', false) AND NOT EXISTS ("
    "      SELECT FROM sale w WHERE w.round_id = p.id"
    "       AND coalesce(w.defaulted_on, w.cancelled_on) IS NOT NULL) AS sold,"
    "     (SELECT count(*) FROM lot_asset y"
    "      WHERE y.lot_id = p.lot_id) AS things,"
    "     coalesce(d.new_price, p.starting_price) AS price"
    "    FROM lot_asset z JOIN auction_round p ON p.lot_id = z.lot_id"
    "    LEFT JOIN round_outcome o ON o.round_id = p.id"
    "    LEFT JOIN price_reduction d ON d.round_id = p.id"
    "    WHERE z.asset_id = x.asset_id AND z.lot_id < l.id"
    "    ORDER BY p.lot_id DESC, p.number DESC LIMIT 1) AS b ON true"
    "  WHERE x.lot_id = l.id)"
)
"""What a lot is offered at, at the least, before its first round."""

_LEDGER = "FROM sale_entry e LEFT JOIN sale_entry u ON u.id = e.reverses_id"
"""Entries of sales, each with the one it undoes."""

NOTICED = "what a posting, an announcement or the viewing lacked is a breach, and only that is one"
TIMELY = "who registered or paid his deposit outside its days is a breach"
ANNOUNCED = "no day is fixed that no notice can reach, unless a second person lets it through"
CLAIMS = {
    "no price lies below nine tenths of the one before": (
        "SELECT l.reference || '/' || r.number FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " JOIN auction_round p ON p.lot_id = r.lot_id AND p.number = r.number - 1"
        " WHERE r.office_id = :office AND r.starting_price < ceil(p.starting_price * 0.9)"
    ),
    "no decision cuts more than a tenth": (
        "SELECT decision_number FROM price_reduction WHERE office_id = :office"
        " AND (new_price < ceil(old_price * 0.9) OR new_price >= old_price)"
    ),
    "the price falls by decision only": (
        "SELECT l.reference || '/' || r.number FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " JOIN auction_round p ON p.lot_id = r.lot_id AND p.number = r.number - 1"
        " WHERE r.office_id = :office AND r.starting_price < p.starting_price"
        " AND NOT EXISTS (SELECT FROM price_reduction d WHERE d.round_id = p.id"
        "  AND d.new_price = r.starting_price)"
    ),
    "no lot begins below what its things were offered at or are worth": (
        "SELECT l.reference FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        f" WHERE r.office_id = :office AND r.number = 1 AND r.starting_price < {_FIRST}"
    ),
    "a round is fixed under a contract in force for all its things": (
        "SELECT l.reference || '/' || r.number FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " WHERE r.office_id = :office AND NOT EXISTS (SELECT FROM auction_contract c"
        "  WHERE c.id = r.contract_id AND c.signed_on <= r.held_on"
        "  AND (c.ended_on IS NULL OR c.ended_on >= r.held_on "
        "   OR (r.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= c.ended_on)"
        "  AND NOT EXISTS (SELECT FROM lot_asset x WHERE x.lot_id = l.id AND NOT EXISTS ("
        "   SELECT FROM lot_asset y WHERE y.lot_id = c.lot_id AND y.asset_id = x.asset_id)))"
    ),
    "a contract is signed once the parties knew each price and had their time to ask again": (
        "SELECT DISTINCT l.reference FROM auction_contract c JOIN lot l ON l.id = c.lot_id"
        " JOIN lot_asset x ON x.lot_id = l.id"
        " WHERE c.office_id = :office AND c.way = 'local_centre'"
        " AND NOT EXISTS (SELECT FROM price_notice n WHERE n.asset_id = x.asset_id"
        "  AND n.told_on <= c.signed_on AND (n.window_ends_on < c.signed_on) IS NOT FALSE)"
        " AND NOT EXISTS (SELECT FROM departure d JOIN departure_use u ON u.departure_id = d.id"
        "  WHERE d.lot_id = l.id AND d.rule_key = 'auction_contract_after')"
    ),
    "a deposit is a twentieth to a fifth of the price": (
        "SELECT l.reference || '/' || r.number FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " WHERE r.office_id = :office AND (r.deposit IS NULL"
        "  OR NOT r.deposit BETWEEN r.starting_price * 0.05 AND r.starting_price * 0.2)"
    ),
    "a round has one winner": (
        "SELECT round_id::text FROM bid WHERE office_id = :office AND kind = 'accepted'"
        " GROUP BY round_id HAVING count(DISTINCT bidder_id) > 1"
    ),
    "a thing has one buyer at a time": (
        "SELECT x.asset_id::text FROM sale s JOIN lot_asset x ON x.lot_id = s.lot_id"
        " WHERE s.office_id = :office AND s.defaulted_on IS NULL AND s.cancelled_on IS NULL"
        " GROUP BY x.asset_id HAVING count(*) > 1"
    ),
    "nothing that is sold is offered to others": (
        "SELECT a.reference FROM asset a JOIN lot_asset x ON x.asset_id = a.id"
        " JOIN lot l ON l.id = x.lot_id AND l.awaits = 'outcome'"
        " JOIN asset_step s ON s.asset_id = a.id AND s.seq ="
        "  (SELECT max(seq) FROM asset_step WHERE asset_id = a.id)"
        " WHERE a.office_id = :office AND s.state IN"
        "  ('sold_unpaid', 'sold_paid', 'delivered', 'paid_out')"
    ),
    "who paid has paid the price": (
        "SELECT s.id::text FROM sale s WHERE s.office_id = :office AND s.paid_on IS NOT NULL"
        " AND s.price > (SELECT coalesce(sum(e.amount), 0) FROM sale_entry e"
        "  WHERE e.sale_id = s.id AND e.kind IN ('receipt', 'deposit', 'set_off'))"
    ),
    "a lot has one winner at a time": (
        "SELECT lot_id::text FROM sale WHERE office_id = :office AND defaulted_on IS NULL"
        " AND cancelled_on IS NULL GROUP BY lot_id HAVING count(*) > 1"
    ),
    "a sale is never below the starting price": (
        "SELECT s.id::text FROM sale s JOIN auction_round r ON r.id = s.round_id"
        " WHERE s.office_id = :office AND s.price < r.starting_price"
    ),
    "nothing is sold without auction below the price in force": (
        "SELECT s.id::text FROM sale s JOIN lot l ON l.id = s.lot_id"
        " WHERE s.office_id = :office AND s.way IN ('direct', 'agreement')"
        " AND s.price < coalesce((SELECT coalesce(d.new_price, r.starting_price)"
        "  FROM auction_round r LEFT JOIN price_reduction d"
        "   ON d.round_id = r.id AND d.recorded_at < s.recorded_at"
        "  WHERE r.lot_id = s.lot_id AND r.recorded_at < s.recorded_at"
        f"  ORDER BY r.number DESC LIMIT 1), {_FIRST})"
    ),
    "what is approved to be divided is what the ledger of its sale holds": (
        "SELECT p.id::text FROM payout p WHERE p.office_id = :office AND p.withdrawn_at IS NULL"
        " AND p.approved_at IS NOT NULL AND p.gross <> (SELECT coalesce(sum(e.amount), 0)"
        f"  {_LEDGER} WHERE e.sale_id = p.sale_id AND (coalesce(u.kind, e.kind) IN"
        "   ('deposit', 'receipt', 'set_off')"
        "   OR coalesce(u.kind, e.kind) = 'interest' AND coalesce(u.owner, e.owner) = 'debt'))"
    ),
    "no more is given back than came in as money": (
        "SELECT s.id::text FROM sale s WHERE s.office_id = :office AND 0 > (SELECT"
        "  coalesce(sum(CASE coalesce(u.kind, e.kind) WHEN 'returned' THEN -e.amount"
        "   WHEN 'deposit' THEN e.amount WHEN 'receipt' THEN e.amount"
        f"   WHEN 'interest' THEN e.amount ELSE 0 END), 0) {_LEDGER} WHERE e.sale_id = s.id)"
    ),
    "what a buyer in default had paid is forfeited or kept apart, to the dong": (
        "SELECT s.id::text FROM sale s WHERE s.office_id = :office AND s.defaulted_on IS NOT NULL"
        " AND 0 <> (SELECT coalesce(sum(CASE WHEN e.kind IN ('forfeited', 'kept_apart')"
        "   THEN -e.amount WHEN coalesce(u.kind, e.kind) IN ('deposit', 'receipt')"
        f"   THEN e.amount ELSE 0 END), 0) {_LEDGER} WHERE e.sale_id = s.id)"
    ),
    "no more is paid out in money than came in as money": (
        "SELECT p.id::text FROM payout p WHERE p.office_id = :office"
        " AND (SELECT coalesce(sum(v.amount), 0) FROM voucher v JOIN payout_line l"
        "   ON l.id = v.line_id WHERE l.payout_id = p.id AND v.way <> 'set_off')"
        f"  > (SELECT coalesce(sum(e.amount), 0) {_LEDGER} WHERE e.sale_id = p.sale_id"
        "   AND coalesce(u.kind, e.kind) IN ('deposit', 'receipt', 'interest'))"
    ),
    "the lines of a payout are its money": (
        "SELECT p.id::text FROM payout p WHERE p.office_id = :office AND p.withdrawn_at IS NULL"
        " AND p.gross <> (SELECT coalesce(sum(l.amount), 0) FROM payout_line l"
        "  WHERE l.payout_id = p.id)"
    ),
    "nobody gets more than he is owed": (
        "SELECT id::text FROM payout_line WHERE office_id = :office AND claim_id IS NOT NULL"
        " AND amount > owed"
    ),
    "a line is paid once": (
        "SELECT line_id::text FROM voucher v WHERE office_id = :office GROUP BY line_id"
        " HAVING sum(CASE WHEN reverses_id IS NULL THEN abs(amount) ELSE -abs(amount) END) >"
        "  (SELECT amount FROM payout_line l WHERE l.id = line_id)"
    ),
    "who proposed a payout did not approve it": (
        "SELECT id::text FROM payout WHERE office_id = :office AND approved_by_id = proposed_by_id"
    ),
    "a due date has its rule, article and start": (
        "SELECT id::text FROM deadline WHERE office_id = :office AND (article = ''"
        " OR rule_key = '' OR started_on IS NULL OR calendar_id IS NULL)"
    ),
    "a due date that moved has its row": (
        "SELECT m.id::text FROM deadline_move m WHERE m.office_id = :office AND m.why = ''"
    ),
    "steps follow each other without a gap": (
        "SELECT asset_id::text FROM asset_step WHERE office_id = :office GROUP BY asset_id"
        " HAVING max(seq) <> count(*)"
    ),
    "a departure was approved by somebody else than who asked": (
        "SELECT d.id::text FROM departure d JOIN departure_decision x ON x.departure_id = d.id"
        " WHERE d.office_id = :office AND x.decided_by_id = d.asked_by_id"
    ),
}


def broken(session: Session, people: People) -> dict[str, list[str]]:
    """The claims that do not hold, with what breaks them."""
    said = {"office": people.keeper.office_id}
    found = {claim: session.scalars(text(sql), said).all() for claim, sql in CLAIMS.items()}
    found[NOTICED] = unnoticed(session, people)
    found[TIMELY] = untimely(session, people)
    found[ANNOUNCED] = unannounced(session, people)
    return {claim: list(refs) for claim, refs in found.items() if refs}


def unexplained(session: Session, after: int = 0) -> list[int]:
    """Due dates that never moved and are not what their rule and calendar say."""
    rules = {rule.id: rule for rule in rules_in_use(session)}
    days = calendar(session)
    moved = set(session.scalars(text("SELECT deadline_id FROM deadline_move")))
    return [
        one.id
        for one in session.query(Deadline).filter(Deadline.id > after)
        if one.id not in moved
        and not one.still
        and one.due_on != due_date(one.started_on, rules[one.rule_id], days).due_on
    ]
