"""From the temporary tables into ours, a statement a table; what is here already stays as it is."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auction.bidding.ledger import rebuild_runs
from auction.bidding.rules import CLOSING
from auction.imports.schemas import OfficeSaid, ProfileFile
from auction.imports.staging import Staging
from auction.lots.rules import PREFIX as LOT_PREFIX
from inventory.assets.rules import PREFIX as ASSET_PREFIX
from inventory.assets.rules import AssetKind
from inventory.base.clock import local_day
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.custody.rules import GENESIS
from inventory.organisation.models import Office
from inventory.organisation.queries import offices_on
from inventory.organisation.rules import OfficeKind

PART = 20_000
"""Assets whose counters are written in one statement."""

_CASES = text("""
WITH made AS (
  INSERT INTO enforcement_case (office_id, kind, decision_number, decision_on, court, judgment,
    debtor_name, creditor_name, note, source, source_ref, recorded_at)
  SELECT :office, s.kind, coalesce(s.number, s.ref), s.decision_on, s.court, s.judgment,
    s.debtor_name, s.creditor_name, s.note, :source, s.ref, :at
  FROM stage_case s WHERE NOT EXISTS (SELECT FROM known_case k WHERE k.ref = s.ref)
  ORDER BY s.file, s.line
  RETURNING source_ref, id)
INSERT INTO known_case SELECT source_ref, id, true FROM made""")

_LOTS = text("""
WITH made AS (
  INSERT INTO lot (id, reference, office_id, case_id, description, currency, formed_on, closed_on,
    source, source_ref, recorded_at)
  SELECT n.id, kebien_reference(:prefix, n.id), :office, c.id, n.description,
    coalesce(n.currency, :currency), n.formed_on, e.closed_on, :source, n.ref, :at
  FROM (SELECT nextval('lot_id_seq') AS id, s.*
    FROM (SELECT * FROM stage_lot s
      WHERE NOT EXISTS (SELECT FROM known_lot k WHERE k.ref = s.ref)
      ORDER BY s.file, s.line) s) n
  LEFT JOIN known_case c ON c.ref = n.of_case
  LEFT JOIN (SELECT of_lot, min(held_on) AS closed_on FROM stage_round
    WHERE outcome = ANY (:closing) GROUP BY of_lot) e ON e.of_lot = n.ref
  RETURNING source_ref, id, office_id, case_id)
INSERT INTO known_lot SELECT source_ref, id, office_id, case_id, true FROM made""")

_ASSETS = text("""
WITH made AS (
  INSERT INTO asset (id, reference, office_id, case_id, kind, description, identification,
    quantity, unit, condition, owner_name, location, source, source_ref, registered_at)
  SELECT n.id, kebien_reference(:prefix, n.id), :office, coalesce(c.id, l.case_id),
    coalesce(n.kind, o.kind, :other), n.description, n.identification, n.quantity, n.unit,
    n.condition, coalesce(n.owner_name, o.owner_name), coalesce(n.location, o.location), :source,
    n.ref, :at
  FROM (SELECT nextval('asset_id_seq') AS id, f.*
    FROM (SELECT * FROM (SELECT DISTINCT ON (s.ref) s.* FROM stage_asset s
        WHERE NOT EXISTS (SELECT FROM known_asset k WHERE k.ref = s.ref)
        ORDER BY s.ref, s.file, s.line) s
      ORDER BY s.file, s.line) f) n
  LEFT JOIN known_case c ON c.ref = n.of_case
  LEFT JOIN known_lot l ON l.ref = n.of_lot
  LEFT JOIN stage_lot o ON o.ref = n.of_lot
  RETURNING source_ref, id, office_id)
INSERT INTO known_asset SELECT source_ref, id, office_id, true FROM made""")

_HOLDINGS = text("""
INSERT INTO holding (asset_id, office_id, place_id, receiver, since, seq, hash)
SELECT id, office_id, NULL, '', :at, 0, :genesis FROM known_asset WHERE made""")

_LINKS = text("""
WITH made AS (
  INSERT INTO lot_asset (lot_id, asset_id, position)
  SELECT l.id, a.id, row_number() OVER (PARTITION BY l.id ORDER BY s.file, s.line)
  FROM (SELECT of_lot, ref, min(file) AS file, min(line) AS line FROM stage_asset
    WHERE of_lot IS NOT NULL GROUP BY of_lot, ref) s
  JOIN known_lot l ON l.ref = s.of_lot
  JOIN known_asset a ON a.ref = s.ref
  ON CONFLICT DO NOTHING
  RETURNING lot_id, asset_id)
INSERT INTO made_link SELECT lot_id, asset_id FROM made""")

_ROUNDS = text("""
WITH made AS (
  INSERT INTO auction_round (lot_id, office_id, number, starting_price, deposit, announced_on,
    opens_at, held_on, organisation, venue, note, source_ref, recorded_at)
  SELECT l.id, l.office_id, s.number, s.starting_price, coalesce(s.deposit, o.deposit),
    s.announced_on, s.opens_at, s.held_on, s.organisation, s.venue,
    nullif(concat_ws('; ', s.note, r.text), ''), s.source_ref, :at
  FROM stage_round s
  JOIN known_lot l ON l.ref = s.of_lot
  LEFT JOIN stage_lot o ON o.ref = s.of_lot
  LEFT JOIN (SELECT of_lot, number, string_agg(text, '; ' ORDER BY file, line) AS text
    FROM stage_remark GROUP BY of_lot, number) r ON r.of_lot = s.of_lot AND r.number = s.number
  WHERE l.made OR NOT EXISTS (
    SELECT FROM auction_round t WHERE t.lot_id = l.id AND t.number = s.number)
  ORDER BY s.file, s.line
  RETURNING id, lot_id, number)
INSERT INTO made_round SELECT id, lot_id, number FROM made""")

_OUTCOMES = text("""
INSERT INTO round_outcome (round_id, lot_id, office_id, code, sale_price, buyer_name, registered,
  minutes, reason, source_code, recorded_at)
SELECT m.id, l.id, l.office_id, s.outcome, s.sale_price, s.buyer_name, s.registered, s.minutes,
  s.reason, s.source_code, :at
FROM stage_round s
JOIN known_lot l ON l.ref = s.of_lot
JOIN made_round m ON m.lot_id = l.id AND m.number = s.number
WHERE s.outcome IS NOT NULL""")

_VALUATIONS = text("""
WITH made AS (
  INSERT INTO valuation (asset_id, lot_id, office_id, method, amount, currency, firm,
    certificate_number, valued_on, note, source, source_ref, recorded_at)
  SELECT a.id, l.id, coalesce(a.office_id, l.office_id), s.method, s.amount,
    coalesce(s.currency, :currency), s.firm, s.certificate_number, s.valued_on, s.note, :source,
    s.ref, :at
  FROM stage_valuation s
  LEFT JOIN known_asset a ON a.ref = s.of_asset
  LEFT JOIN known_lot l ON l.ref = s.of_lot
  ORDER BY s.file, s.line
  ON CONFLICT (source, source_ref) DO NOTHING
  RETURNING source_ref)
INSERT INTO made_valuation SELECT source_ref FROM made""")

_SEIZURES = text("""
WITH made AS (
  INSERT INTO seizure (asset_id, office_id, case_id, decision_number, decision_on, minutes,
    recorded_at, followed_at)
  SELECT a.id, a.office_id, c.id, s.decision_number, s.decision_on, s.minutes, :at, :at
  FROM stage_seizure s
  JOIN known_asset a ON a.ref = s.of_asset
  JOIN known_case c ON c.ref = s.of_case
  WHERE NOT EXISTS (SELECT FROM seizure t WHERE t.asset_id = a.id AND t.case_id = c.id
    AND t.decision_number = s.decision_number)
  ORDER BY s.file, s.line
  ON CONFLICT DO NOTHING
  RETURNING asset_id, decision_number)
INSERT INTO made_seizure SELECT asset_id, decision_number FROM made""")

_EVIDENCE = text("""
WITH made AS (
  INSERT INTO evidence_hold (kind, asset_id, office_id, case_id, agency, first_minutes,
    received_on, recorded_at)
  SELECT s.kind, a.id, a.office_id, c.id, coalesce(s.agency, m.court, m.decision_number, ''),
    s.first_minutes, s.received_on, :at
  FROM stage_evidence s JOIN known_asset a ON a.ref = s.of_asset
  LEFT JOIN known_case c ON c.ref = s.of_case
  LEFT JOIN enforcement_case m ON m.id = c.id
  WHERE NOT EXISTS (SELECT FROM evidence_hold t WHERE t.asset_id = a.id
    AND t.received_on = s.received_on AND t.case_id IS NOT DISTINCT FROM c.id)
  ORDER BY s.file, s.line
  RETURNING asset_id, received_on)
INSERT INTO made_evidence SELECT asset_id, received_on FROM made""")

_NOTICES = (
    text("""
INSERT INTO lot_notice (lot_id, office_id, round_number, kind, place, name, number, from_on,
  recorded_at)
SELECT l.id, l.office_id, s.number, 'announcement', s.place, s.name, s.source_number, s.from_on, :at
FROM stage_announcement s JOIN known_lot l ON l.ref = s.of_lot
JOIN made_round m ON m.lot_id = l.id AND m.number = s.number
ORDER BY s.file, s.line ON CONFLICT DO NOTHING"""),
    text("""
INSERT INTO lot_notice (lot_id, office_id, round_number, kind, from_on, until_on, recorded_at)
SELECT l.id, l.office_id, s.number, 'registration', s.from_on, greatest(s.from_on, s.until_on), :at
FROM stage_registration s JOIN known_lot l ON l.ref = s.of_lot
JOIN made_round m ON m.lot_id = l.id AND m.number = s.number
ORDER BY s.file, s.line ON CONFLICT DO NOTHING"""),
)

_TOUCHED = text("""
INSERT INTO touched_asset SELECT DISTINCT asset_id FROM lot_asset
WHERE lot_id IN (SELECT lot_id FROM made_round UNION SELECT lot_id FROM made_link)""")

_LOCK_ASSETS = text("""
SELECT count(*) FROM (
  SELECT a.id FROM touched_asset t JOIN asset a ON a.id = t.asset_id
  WHERE NOT EXISTS (SELECT FROM known_asset k WHERE k.id = a.id AND k.made)
  ORDER BY a.id FOR NO KEY UPDATE OF a) locked""")

_PART = text(
    "SELECT asset_id FROM touched_asset WHERE asset_id > :after ORDER BY asset_id LIMIT :size"
)

_ANALYZE = text("SELECT kebien_analyze(VARIADIC CAST(:names AS text[]))")
_WRITTEN = (
    "enforcement_case",
    "asset",
    "holding",
    "lot",
    "lot_asset",
    "auction_round",
    "round_outcome",
    "valuation",
    "seizure",
    "evidence_hold",
)
_COUNTED = ("asset_round", "failure_run")

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('kebien.import'), hashtext(:source))")

LARGE = 5_000
"""Added rows from which on the planner must be told."""


class Into(NamedTuple):
    """Where an import writes, and when."""

    profile: ProfileFile
    office_id: int
    at: datetime


def lock_source(session: Session, source: str) -> None:
    """Let imports of one source follow each other."""
    session.execute(_LOCK, {"source": source})


def office_of(session: Session, said: OfficeSaid, *, at: datetime) -> int:
    """The office that imported records belong to; made as an archive below the centre if it is new.

    Raises NotFound where the profile names an office by its code alone and there is none.
    """
    on = local_day(at)
    office = session.scalar(offices_on(on).where(Office.code == said.code))
    if office is None and said.name is None:
        raise NotFound(_("There is no office %(code)s."), field="office", code=said.code)
    if office is None:
        office = Office(
            code=said.code, name=said.name, kind=OfficeKind.ARCHIVE.value, valid_from=on
        )
        session.add(office)
    if office.kind == OfficeKind.ARCHIVE and office.parent_id is None:
        centre = select(Office.id).where(
            Office.kind == OfficeKind.CENTRE.value,
            Office.valid_from <= on,
            (Office.valid_to.is_(None)) | (Office.valid_to >= on),
        )
        office.parent_id = session.scalar(centre.order_by(Office.id).limit(1))
    session.flush()
    return office.id


def write(session: Session, staging: Staging, into: Into) -> None:
    """Write everything that is not here yet, in the order in which it leans on each other."""
    profile = into.profile
    here = {"office": into.office_id, "source": profile.source, "at": into.at}
    session.execute(_CASES, here)
    lots = {"prefix": LOT_PREFIX, "closing": [code.value for code in CLOSING]}
    session.execute(_LOTS, {**here, **lots, "currency": profile.currency})
    session.execute(_ASSETS, {**here, "prefix": ASSET_PREFIX, "other": AssetKind.OTHER.value})
    session.execute(_HOLDINGS, {"at": into.at, "genesis": GENESIS})
    staging.analyze("known_case", "known_lot", "known_asset")
    session.execute(_LINKS)
    session.execute(_ROUNDS, {"at": into.at})
    staging.analyze("made_link", "made_round")
    session.execute(_OUTCOMES, {"at": into.at})
    priced = {"source": profile.source, "at": into.at, "currency": profile.currency}
    session.execute(_VALUATIONS, priced)
    session.execute(_SEIZURES, {"at": into.at})
    session.execute(_EVIDENCE, {"at": into.at})
    for statement in _NOTICES:
        session.execute(statement, {"at": into.at})


def count_failures(session: Session, into: Into, *, large: bool) -> None:
    """Write the held rounds and counters of all assets whose rounds or lots are new.

    After a large import the planner is told how much the tables hold now.
    """
    if large:
        session.execute(_ANALYZE, {"names": list(_WRITTEN)})
    session.execute(_TOUCHED)
    session.execute(_LOCK_ASSETS)
    after = 0
    while part := list(session.scalars(_PART, {"after": after, "size": PART})):
        rebuild_runs(session, part, on=local_day(into.at))
        after = part[-1]
    if large:
        session.execute(_ANALYZE, {"names": list(_COUNTED)})
