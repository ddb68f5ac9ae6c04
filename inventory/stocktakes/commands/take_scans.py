"""Taking scans: each accepted once, however often, in whatever order, from however many devices."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from inventory.assets.rules import MOST
from inventory.base.actor import Actor
from inventory.base.direct import Direct
from inventory.base.errors import Forbidden, Invalid
from inventory.base.messages import _
from inventory.labels.rules import LabelKind, MistypedCode, read_code
from inventory.stocktakes.models import StocktakeScan
from inventory.stocktakes.queries.stocktakes import unknown
from inventory.stocktakes.rules import PackForged, Phase, Taken, Verdict, read_token
from inventory.stocktakes.schemas.said import DeskScan, ScanSaid, Upload
from inventory.stocktakes.schemas.told import ScanTaken, UploadTaken

_FIND = Direct("SELECT id, pack_key, office_id FROM stocktake WHERE reference = %(reference)s")
_TAKE = Direct(
    """
    WITH st AS MATERIALIZED (
      SELECT id, office_id, closed_at, first_ended_at,
        CASE WHEN closed_at IS NOT NULL THEN 'late' WHEN first_ended_at IS NULL THEN 'first'
          WHEN %(counter)s::bigint = ANY (first_counter_ids) THEN 'late' ELSE 'second' END AS phase
      FROM stocktake WHERE reference = %(reference)s AND office_id = %(office)s::bigint
      FOR KEY SHARE
    ), said AS (
      SELECT x.*, st.id AS stocktake_id, st.office_id, st.phase,
        coalesce(x.mark, m.mark) = m.mark AS ours
      FROM st, label_mark m, json_to_recordset(%(scans)s::json) AS x(
        number bigint, code text, reference text, mark text, asset bigint, place_id bigint,
        undoes bigint, quantity numeric, seal text, note text, scanned_at timestamptz)
    ), known AS MATERIALIZED (
      SELECT said.*, coalesce(i.asset_id, a.id) AS asset_id,
        coalesce(i.description, a.description) AS what, i.place_id AS home,
        CASE WHEN said.undoes IS NOT NULL THEN 'undone'
          WHEN i.asset_id IS NOT NULL THEN
            CASE WHEN i.place_id = said.place_id OR (
              SELECT starts_with(i.path, p.path) OR starts_with(p.path, i.path)
              FROM stocktake_place p
              WHERE p.stocktake_id = said.stocktake_id AND p.place_id = said.place_id)
            THEN 'in_place' ELSE 'wrong_place' END
          WHEN a.id IS NOT NULL THEN 'not_listed'
          WHEN said.reference IS NOT NULL THEN 'not_ours' ELSE 'unknown' END AS verdict
      FROM said
      LEFT JOIN LATERAL (
        SELECT l.asset_id, l.description, l.place_id, l.path FROM stocktake_item l
        WHERE l.stocktake_id = said.stocktake_id AND l.asset_id = said.asset
          AND l.reference = said.reference AND said.ours LIMIT 1
      ) i ON true
      LEFT JOIN LATERAL (
        SELECT t.id, t.description FROM asset t
        WHERE i.asset_id IS NULL AND t.reference = said.reference AND t.office_id = said.office_id
          AND said.ours LIMIT 1
      ) a ON true
    ), kept AS (
      INSERT INTO stocktake_scan (stocktake_id, device, number, office_id, code, place_id, asset_id,
        verdict, phase, undoes, quantity, seal, note, counter_id, counter_name, sent_by_id,
        scanned_at, received_at)
      SELECT stocktake_id, %(device)s, number, office_id, code, place_id,
        CASE WHEN undoes IS NULL THEN asset_id END,
        verdict, phase, undoes, quantity, seal, note, %(counter)s::bigint, %(counter_name)s,
        %(sender)s::bigint, scanned_at, %(at)s
      FROM known ON CONFLICT DO NOTHING RETURNING number
    ), device AS (
      INSERT INTO stocktake_device AS d (stocktake_id, device, office_id, staff_id, staff_name,
        name, last_number, held, report, clock_ahead_s, reported_at, done_at)
      SELECT st.id, %(device)s, st.office_id, %(counter)s::bigint, %(counter_name)s, %(name)s,
        %(last)s::bigint, %(held)s::bigint, %(report)s::bigint, %(ahead)s::bigint, %(at)s,
        CASE WHEN %(done)s::boolean THEN %(at)s::timestamptz END
      FROM st
      ON CONFLICT (stocktake_id, device) DO UPDATE SET
        last_number = greatest(d.last_number, excluded.last_number),
        held = CASE WHEN excluded.report >= d.report THEN excluded.held ELSE d.held END,
        done_at = CASE WHEN excluded.report >= d.report THEN excluded.done_at ELSE d.done_at END,
        report = greatest(d.report, excluded.report),
        clock_ahead_s = excluded.clock_ahead_s, reported_at = excluded.reported_at
    )
    SELECT st.closed_at IS NOT NULL, st.first_ended_at IS NOT NULL, (
      SELECT CAST(json_agg(json_build_array(k.number, k.verdict, k.phase, k.code, k.place_id,
        k.undoes, k.reference, k.what, CASE WHEN k.verdict = 'wrong_place' THEN (
          SELECT p.name FROM stocktake_place p
          WHERE p.stocktake_id = k.stocktake_id AND p.place_id = k.home) END)) AS text)
      FROM known k JOIN kept USING (number))
    FROM st
    """
)
"""One round trip for a batch, and every scan is looked up by its number: one costs the same however
long the list is. The row of the stocktake is held, so that nobody closes it meanwhile; a scan that
is here already stays as it is."""

_HERE = Direct(
    """
    SELECT CAST(json_agg(json_build_array(s.number, s.verdict, s.phase, s.code, s.place_id,
      s.undoes, coalesce(i.reference, a.reference), coalesce(i.description, a.description),
      CASE WHEN s.verdict = 'wrong_place' THEN p.name END)) AS text)
    FROM stocktake st
    JOIN stocktake_scan s ON s.stocktake_id = st.id AND s.device = %(device)s
      AND s.number = ANY (%(numbers)s::bigint[])
    LEFT JOIN stocktake_item i ON i.stocktake_id = s.stocktake_id AND i.asset_id = s.asset_id
    LEFT JOIN stocktake_place p ON p.stocktake_id = i.stocktake_id AND p.place_id = i.place_id
    LEFT JOIN asset a ON a.id = s.asset_id
    WHERE st.reference = %(reference)s
    """
)


_ALONE = text(
    "SELECT pg_advisory_xact_lock(hashtext('kebien.count.' || CAST(:stocktake AS text)),"
    " CAST(:staff AS integer))"
)


class Counter(NamedTuple):
    """Who scanned."""

    id: int | None
    name: str


class Stored(NamedTuple):
    """A scan as it is kept, with what is told of it."""

    number: int
    verdict: Verdict
    phase: Phase
    code: str
    place_id: int
    undoes: int | None
    reference: str | None
    what: str | None
    belongs: str | None


class _Scan(msgspec.Struct):
    """A scan as it goes to the database: what was said, and what its code names."""

    number: int
    code: str
    place_id: int
    undoes: int | None
    quantity: Decimal | None
    seal: str | None
    note: str | None
    scanned_at: datetime
    reference: str | None = None
    mark: str | None = None
    asset: int | None = None


_READ = msgspec.json.Decoder(list[Stored])


def take_scans(
    session: Session, actor: Actor, reference: str, upload: Upload, *, at: datetime
) -> UploadTaken:
    """Take what a device sends; nothing of it is refused for what it is, and nothing is lost.

    A closed stocktake keeps what comes late, apart.
    Raises Forbidden, NotFound, PackForged.
    """
    actor.require("stocktakes.count")
    counter = _counter(session, actor, reference, upload)
    said = _said(reference, actor, counter, upload, at=at)
    answer = _TAKE.ask(session.connection(), said)
    if answer is None:
        _find(session, actor, reference)  # says why it is not for these eyes or hands
        raise unknown(reference)
    here = {row.number: row for row in _stored(answer[2])}
    fresh = set(here)
    numbers = {scan.number for scan in upload.scans} - fresh
    if numbers:
        asked = {"reference": reference, "device": upload.device, "numbers": sorted(numbers)}
        (repeated,) = _HERE.ask_all(session.connection(), asked)
        here |= {row.number: row for row in _stored(repeated[0])}
    return UploadTaken(list(_told(upload.scans, here, fresh)), answer[0], answer[1])


def count_at_desk(
    session: Session, actor: Actor, reference: str, said: DeskScan, *, at: datetime
) -> ScanTaken:
    """Take one scan of somebody at a desk; his numbers are given here, one after the other.

    Raises Forbidden, NotFound, Invalid.
    """
    actor.require("stocktakes.count")
    stocktake_id, _key = _find(session, actor, reference)
    if not said.code and said.undoes is None:
        raise Invalid(_("Scan or type a number."), field="code")
    device = f"desk-{actor.staff_id}"
    session.execute(_ALONE, {"stocktake": stocktake_id, "staff": actor.staff_id})
    s = StocktakeScan
    last = session.scalar(
        select(func.max(s.number)).where(s.stocktake_id == stocktake_id, s.device == device)
    )
    scan = ScanSaid(number=(last or 0) + 1, scanned_at=at, **msgspec.structs.asdict(said))
    upload = Upload(device=device, scans=(scan,), done=True)
    (taken,) = take_scans(session, actor, reference, upload, at=at).scans
    return taken


def _find(session: Session, actor: Actor, reference: str) -> tuple[int, bytes]:
    found = _FIND.ask(session.connection(), {"reference": reference})
    if found is None or not actor.sees(found[2]):
        raise unknown(reference)
    if found[2] != actor.office_id:
        raise Forbidden(_("An office counts its own places."))
    return found[0], found[1]


def _counter(session: Session, actor: Actor, reference: str, upload: Upload) -> Counter:
    """Who scanned: whoever sends, or he for whom the pack of the device was made."""
    if upload.pack is None:
        return Counter(actor.staff_id, actor.name)
    stocktake_id, key = _find(session, actor, reference)
    token = read_token(upload.pack, key)
    if (token.stocktake_id, token.device) != (stocktake_id, upload.device):
        raise PackForged(_("This pack was not made for this device; fetch it again."))
    return Counter(token.staff_id, token.name)


def _row(scan: ScanSaid) -> _Scan:
    if scan.undoes is not None and scan.undoes >= scan.number:
        raise Invalid(_("A scan takes back an earlier one."), field="undoes")
    if scan.quantity is not None and not (scan.quantity.is_finite() and 0 <= scan.quantity < MOST):
        raise Invalid(_("Give a quantity from zero on."), field="quantity")
    row = _Scan(
        scan.number,
        scan.code,
        scan.place_id,
        scan.undoes,
        scan.quantity,
        scan.seal,
        scan.note,
        scan.scanned_at,
    )
    try:
        code = read_code(scan.code)
    except MistypedCode:
        return row
    if code is not None and code.kind is LabelKind.ASSET:
        row.reference, row.mark, row.asset = code.reference, code.mark, code.number
    return row


def _said(
    reference: str, actor: Actor, counter: Counter, upload: Upload, *, at: datetime
) -> dict[str, Any]:
    firsts = {scan.number: scan for scan in reversed(upload.scans)}
    rows = [_row(scan) for scan in firsts.values()]
    ahead = (upload.sent_at - at).total_seconds() if upload.sent_at else 0
    last = max((scan.number for scan in upload.scans), default=0)
    return {
        "reference": reference,
        "office": actor.office_id,
        "scans": msgspec.json.encode(rows).decode(),
        "device": upload.device,
        "name": upload.name,
        "counter": counter.id,
        "counter_name": counter.name,
        "sender": actor.staff_id,
        "last": max(last, upload.last_number),
        "held": upload.held,
        "report": upload.report,
        "ahead": round(ahead),
        "done": upload.done and not upload.held,
        "at": at,
    }


def _stored(told: Any) -> list[Stored]:
    return _READ.decode(told) if told else []


def _told(
    scans: Iterable[ScanSaid], here: dict[int, Stored], fresh: set[int]
) -> Iterable[ScanTaken]:
    for scan in scans:
        row = here[scan.number]
        same = (row.code, row.place_id, row.undoes) == (scan.code, scan.place_id, scan.undoes)
        taken = Taken.REPEATED if same else Taken.NUMBER_TAKEN
        if scan.number in fresh and same:
            fresh.discard(scan.number)
            taken = Taken.KEPT
        yield ScanTaken(
            scan.number,
            taken,
            row.verdict,
            row.phase,
            row.reference,
            row.what,
            row.belongs,
        )
