"""What is wrong with rows taken together: doubled names, names that nothing bears, other values.

Everything is asked in sets. A refused row takes all its records with it, and what leans on them is
refused in turn; a row that is here already with other values is said to be, and left as it is.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.imports.profile import records_of
from auction.imports.rules import TARGETS
from auction.imports.schemas import ProfileFile, Record
from auction.imports.staging import Staging
from inventory.base.messages import _

DOUBLED = _("%(name)s is on line %(line)s of %(file)s already")
NOWHERE = {
    "case": _("there is no case %(name)s"),
    "lot": _("there is no lot %(name)s"),
    "asset": _("there is no asset %(name)s"),
}
EMPTY_LOT = _("no asset belongs to the lot %(name)s")
NUMBER_TAKEN = _("another case of the office has the number %(name)s")
NO_ROUND = _("the lot %(name)s has no round %(number)s")
OTHERWISE = _("here already with other values (%(fields)s); left as it is")

_LEANS = (
    ("lot", "of_case", "case"),
    ("asset", "of_case", "case"),
    ("asset", "of_lot", "lot"),
    ("round", "of_lot", "lot"),
    ("valuation", "of_lot", "lot"),
    ("valuation", "of_asset", "asset"),
    ("seizure", "of_asset", "asset"),
    ("seizure", "of_case", "case"),
    ("evidence", "of_asset", "asset"),
    ("evidence", "of_case", "case"),
)
"""Which field of a record names which other record."""

_KNOWN = (
    text(
        "INSERT INTO known_case SELECT source_ref, id, false FROM enforcement_case"
        " WHERE source = :source AND source_ref IN ("
        "SELECT ref FROM stage_case UNION SELECT of_case FROM stage_lot"
        " UNION SELECT of_case FROM stage_asset UNION SELECT of_case FROM stage_seizure"
        " UNION SELECT of_case FROM stage_evidence)"
    ),
    text(
        "INSERT INTO known_lot SELECT source_ref, id, office_id, case_id, false FROM lot"
        " WHERE source = :source AND source_ref IN ("
        "SELECT ref FROM stage_lot UNION SELECT of_lot FROM stage_asset"
        " UNION SELECT of_lot FROM stage_round UNION SELECT of_lot FROM stage_valuation"
        " UNION SELECT of_lot FROM stage_remark)"
    ),
    text(
        "INSERT INTO known_asset SELECT source_ref, id, office_id, false FROM asset"
        " WHERE source = :source AND source_ref IN ("
        "SELECT ref FROM stage_asset UNION SELECT of_asset FROM stage_valuation"
        " UNION SELECT of_asset FROM stage_seizure UNION SELECT of_asset FROM stage_evidence)"
    ),
)

_DOUBLED = """
INSERT INTO stage_said SELECT d.file, d.line, true, %(msgid)s, jsonb_build_object(
  'name', d.name, 'line', d.first_line, 'file', (%(files)s::text[])[d.first_file])
FROM (SELECT file, line, concat_ws(' / ', {name}) AS name, row_number() OVER same AS nth,
    first_value(line) OVER same AS first_line, first_value(file) OVER same AS first_file
  FROM {stage} {where} WINDOW same AS (PARTITION BY {name} ORDER BY file, line)) d
WHERE d.nth > 1"""

_NOWHERE = """
INSERT INTO stage_said
SELECT s.file, s.line, true, %(msgid)s, jsonb_build_object('name', s.{field})
FROM {stage} s WHERE s.{field} IS NOT NULL
  AND NOT EXISTS (SELECT FROM {wanted} w WHERE w.ref = s.{field})
  AND NOT EXISTS (SELECT FROM {known} k WHERE k.ref = s.{field})"""

_EMPTY_LOT = text(
    "INSERT INTO stage_said SELECT s.file, s.line, true, :msgid,"
    " jsonb_build_object('name', s.ref) FROM stage_lot s"
    " WHERE NOT EXISTS (SELECT FROM known_lot k WHERE k.ref = s.ref)"
    " AND NOT EXISTS (SELECT FROM stage_asset a WHERE a.of_lot = s.ref)"
)

_NUMBER_TAKEN = text(
    "INSERT INTO stage_said SELECT s.file, s.line, true, :msgid,"
    " jsonb_build_object('name', coalesce(s.number, s.ref)) FROM stage_case s"
    " JOIN enforcement_case c ON c.office_id = :office"
    " AND c.decision_number = coalesce(s.number, s.ref)"
    " WHERE c.source IS DISTINCT FROM :source OR c.source_ref <> s.ref"
)

_NO_ROUND = text(
    "INSERT INTO stage_said SELECT s.file, s.line, true, :msgid,"
    " jsonb_build_object('name', s.of_lot, 'number', s.number) FROM stage_remark s"
    " WHERE NOT EXISTS (SELECT FROM stage_round r"
    " WHERE r.of_lot = s.of_lot AND r.number = s.number)"
    " AND NOT EXISTS (SELECT FROM known_lot l JOIN auction_round r ON r.lot_id = l.id"
    " WHERE l.ref = s.of_lot AND r.number = s.number)"
)

_TAKE_OUT = """
DELETE FROM {stage} s USING stage_said r
WHERE r.refused AND r.file = s.file AND r.line = s.line"""

_OTHERWISE = """
INSERT INTO stage_said SELECT file, line, false, %(msgid)s, jsonb_build_object('fields', fields)
FROM (SELECT s.file, s.line, concat_ws(', ', {differing}) AS fields FROM {rows}) d
WHERE fields <> ''"""

_SAME = {
    "case": (
        "stage_case s JOIN known_case k ON k.ref = s.ref JOIN enforcement_case t ON t.id = k.id",
        {
            "number": "coalesce(s.number, s.ref) IS DISTINCT FROM t.decision_number",
            "decision_on": "s.decision_on IS DISTINCT FROM t.decision_on",
            "court": "s.court IS DISTINCT FROM t.court",
            "judgment": "s.judgment IS DISTINCT FROM t.judgment",
            "debtor_name": "s.debtor_name IS DISTINCT FROM t.debtor_name",
            "creditor_name": "s.creditor_name IS DISTINCT FROM t.creditor_name",
            "note": "s.note IS DISTINCT FROM t.note",
        },
    ),
    "lot": (
        "stage_lot s JOIN known_lot k ON k.ref = s.ref JOIN lot t ON t.id = k.id"
        " LEFT JOIN known_case c ON c.ref = s.of_case",
        {
            "of_case": "c.id IS DISTINCT FROM t.case_id",
            "description": "s.description IS DISTINCT FROM t.description",
            "currency": "coalesce(s.currency, %(currency)s) IS DISTINCT FROM t.currency",
            "formed_on": "s.formed_on IS DISTINCT FROM t.formed_on",
        },
    ),
    "asset": (
        "(SELECT DISTINCT ON (ref) * FROM stage_asset ORDER BY ref, file, line) s"
        " JOIN known_asset k ON k.ref = s.ref JOIN asset t ON t.id = k.id"
        " LEFT JOIN stage_lot l ON l.ref = s.of_lot",
        {
            "kind": "coalesce(s.kind, l.kind, t.kind) <> t.kind",
            "description": "s.description IS DISTINCT FROM t.description",
            "identification": "s.identification IS DISTINCT FROM t.identification",
            "quantity": "s.quantity IS DISTINCT FROM t.quantity",
            "unit": "s.unit IS DISTINCT FROM t.unit",
            "condition": "s.condition IS DISTINCT FROM t.condition",
            "owner_name": "coalesce(s.owner_name, l.owner_name) IS DISTINCT FROM t.owner_name",
        },
    ),
    "round": (
        "stage_round s JOIN known_lot k ON k.ref = s.of_lot"
        " JOIN auction_round t ON t.lot_id = k.id AND t.number = s.number"
        " LEFT JOIN round_outcome o ON o.round_id = t.id"
        " LEFT JOIN stage_lot l ON l.ref = s.of_lot",
        {
            "starting_price": "s.starting_price IS DISTINCT FROM t.starting_price",
            "deposit": "coalesce(s.deposit, l.deposit) IS DISTINCT FROM t.deposit",
            "announced_on": "s.announced_on IS DISTINCT FROM t.announced_on",
            "opens_at": "s.opens_at IS DISTINCT FROM t.opens_at",
            "held_on": "s.held_on IS DISTINCT FROM t.held_on",
            "organisation": "s.organisation IS DISTINCT FROM t.organisation",
            "venue": "s.venue IS DISTINCT FROM t.venue",
            "outcome": "s.outcome IS DISTINCT FROM o.code",
            "reason": "s.outcome IS NOT NULL AND s.reason IS DISTINCT FROM o.reason",
            "sale_price": "s.outcome IS NOT NULL AND s.sale_price IS DISTINCT FROM o.sale_price",
        },
    ),
    "valuation": (
        "stage_valuation s JOIN valuation t ON t.source = %(source)s AND t.source_ref = s.ref",
        {
            "amount": "s.amount IS DISTINCT FROM t.amount",
            "currency": "coalesce(s.currency, %(currency)s) IS DISTINCT FROM t.currency",
            "valued_on": "s.valued_on IS DISTINCT FROM t.valued_on",
        },
    ),
}
"""How a staged record meets the one that is here, and where the two differ."""


def find_known(session: Session, staging: Staging, source: str) -> None:
    """Look up which of the records named in the files are here already."""
    for statement in _KNOWN:
        session.execute(statement, {"source": source})
    staging.analyze("known_case", "known_lot", "known_asset")


def refuse_rows(
    session: Session, staging: Staging, profile: ProfileFile, office_id: int, files: Sequence[str]
) -> None:
    """Say what is wrong with rows taken together, and take those rows out."""
    if _doubled(staging, profile, files):
        _take_out(staging)
    params = {"source": profile.source, "office": office_id, "msgid": NUMBER_TAKEN}
    if session.execute(_NUMBER_TAKEN, params).rowcount:  # type: ignore[attr-defined]  # of a DML
        _take_out(staging)
    while _leaning(session, staging, profile):
        _take_out(staging)


def say_changed(staging: Staging, profile: ProfileFile) -> None:
    """Say which rows are here already with other values."""
    params = {"msgid": OTHERWISE, "currency": profile.currency, "source": profile.source}
    for name in _used(profile) & set(_SAME):
        rows, differing = _SAME[name]
        cases = [
            sql.SQL("CASE WHEN {} THEN {} END").format(_raw(test), sql.Literal(field))
            for field, test in differing.items()
        ]
        statement = _raw(_OTHERWISE).format(differing=sql.SQL(", ").join(cases), rows=_raw(rows))
        staging.run(statement, params)


def _doubled(staging: Staging, profile: ProfileFile, files: Sequence[str]) -> int:
    found = 0
    for name in _used(profile):
        target = TARGETS[name]
        if not target.repeats:
            found += _find_doubled(staging, name, target.name, None, files)
    for number, file in enumerate(profile.files.values(), 1):
        records = records_of(file)
        if file.key and not any(_names(record, name, file.key) for name, record in records.items()):
            found += _find_doubled(staging, next(iter(records)), ("key",), number, files)
    for name in ("case",) if "case" in _used(profile) else ():
        found += _find_doubled(staging, name, ("number",), None, files)
    return found


def _find_doubled(
    staging: Staging, name: str, fields: Sequence[str], file: int | None, files: Sequence[str]
) -> int:
    where = sql.SQL("WHERE {} IS NOT NULL").format(sql.Identifier(fields[0]))
    if file is not None:
        where += sql.SQL(" AND file = {}").format(sql.Literal(file))
    statement = _raw(_DOUBLED).format(
        stage=sql.Identifier(f"stage_{name}"),
        name=sql.SQL(", ").join(sql.Identifier(field) for field in fields),
        where=where,
    )
    return staging.run(statement, {"msgid": DOUBLED, "files": list(files)})


def _names(record: Record, name: str, key: Iterable[str]) -> bool:
    """Whether what names a record is the key of its rows, so that doubled rows are found by it."""
    target = TARGETS[name]
    return not target.repeats and {record[field] for field in target.name} == set(key)


def _leaning(session: Session, staging: Staging, profile: ProfileFile) -> int:
    used = _used(profile)
    found = 0
    for name, field, what in _LEANS:
        if name in used:
            statement = _raw(_NOWHERE).format(
                stage=sql.Identifier(f"stage_{name}"),
                field=sql.Identifier(field),
                wanted=sql.Identifier(f"stage_{what}"),
                known=sql.Identifier(f"known_{what}"),
            )
            found += staging.run(statement, {"msgid": NOWHERE[what]})
    for name, query, msgid in (("lot", _EMPTY_LOT, EMPTY_LOT), ("remark", _NO_ROUND, NO_ROUND)):
        if name in used:
            found += session.execute(query, {"msgid": msgid}).rowcount  # type: ignore[attr-defined]  # of a DML
    return found


def _take_out(staging: Staging) -> None:
    for name in TARGETS:
        staging.run(_raw(_TAKE_OUT).format(stage=sql.Identifier(f"stage_{name}")))


def _used(profile: ProfileFile) -> set[str]:
    return {name for file in profile.files.values() for name in records_of(file)}


def _raw(statement: Any) -> sql.SQL:
    """A text of this module, which nobody outside can change, as SQL."""
    return sql.SQL(statement)
