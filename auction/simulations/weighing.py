"""The statements that weigh what a source finds against the rows in use and those of a draft."""

from auction.simulations.history import SIDES
from auction.simulations.sources import Sense, Source

TERM_STARTS = """
SELECT DISTINCT s.start_on FROM ({source}) s
WHERE s.start_on BETWEEN :since AND :until AND (:sees_all OR s.office_id = ANY (:offices))"""

TERMED = """
SELECT s.office_id, s.start_on AS on_day, s.subject_kind, s.subject_ref,
  CASE WHEN would AND NOT was THEN {breaks} WHEN was AND NOT would THEN {keeps}
    WHEN {moves} AND s.due_before <> s.due_after THEN 'due_moved' ELSE 'same' END AS change,
  jsonb_build_object('started_on', s.start_on, 'due_before_on', s.due_before,
    'due_after_on', s.due_after, 'done_on', s.done_on) AS facts
FROM (
  SELECT s.*, b.due_before, b.due_after,
    {done} {against} b.due_before AS was, {done} {against} b.due_after AS would
  FROM ({source}) s
  JOIN unnest(CAST(:started AS date[]), CAST(:bases AS date[]), CAST(:dues AS date[]))
    AS b (started_on, due_before, due_after) ON b.started_on = s.start_on
  WHERE (:sees_all OR s.office_id = ANY (:offices))) s"""

MEASURED = """
SELECT s.office_id, s.on_day, s.subject_kind, s.subject_ref,
  CASE WHEN s.measured {against} new.value AND NOT s.measured {against} old.value
      THEN 'becomes_breach'
    WHEN s.measured {against} old.value AND NOT s.measured {against} new.value
      THEN 'stops_breach' ELSE 'same' END AS change,
  jsonb_build_object('amount', s.measured::text, 'limit_before', old.value::text,
    'limit_after', new.value::text) AS facts
FROM (
  SELECT s.* FROM ({source}) s
  WHERE s.on_day BETWEEN :since AND :until AND (:sees_all OR s.office_id = ANY (:offices))) s
  {sides}"""

# Codes against the lists of the day; what the auction law leaves open is not judged.
CODED = """
SELECT s.office_id, s.on_day, s.subject_kind, s.subject_ref,
  CASE WHEN would AND NOT was THEN 'becomes_breach' WHEN was AND NOT would THEN 'stops_breach'
    ELSE 'same' END AS change,
  jsonb_build_object({name}, (
    SELECT string_agg(c.code, ', ' ORDER BY c.code)
    FROM jsonb_array_elements_text({shown}) AS c (code) WHERE {missing})) AS facts
FROM (
  SELECT s.*, old.codes AS old_codes, new.codes AS new_codes,
    NOT {was} AS was, NOT {would} AS would
  FROM ({source}) s
  JOIN listed old ON old.side = 'old' AND s.on_day BETWEEN old.starts AND old.ends
  JOIN listed new ON new.side = 'new' AND s.on_day BETWEEN new.starts AND new.ends
  WHERE s.on_day BETWEEN :since AND :until AND (:sees_all OR s.office_id = ANY (:offices))
    AND NOT old.codes ? 'auction_law') s"""

LISTED = """
WITH listed AS (
  SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS t (side text, starts date, ends date, codes jsonb))"""

_CHOSEN_SIDES = {"least": Sense.AT_LEAST, "most": Sense.AT_MOST}

AGAINST = {
    Sense.DUE: ">",
    Sense.NOT_AFTER: ">",
    Sense.NOT_BEFORE: "<",
    Sense.AFTER: "<=",
    Sense.AT_MOST: ">",
    Sense.BELOW: ">=",
    Sense.AT_LEAST: "<",
}
"""How what is against its bound compares with it."""

HOLDS = {
    Sense.ONE_OF: "{}.codes @> s.recorded",
    Sense.ANY_OF: (
        "EXISTS (SELECT FROM jsonb_array_elements_text(s.recorded) AS r (code)"
        " WHERE {}.codes ? r.code)"
    ),
}
"""How the list of a rule holds what is recorded."""


def termed(source: Source) -> str:
    """The statement that judges steps by the day until or from which they may be taken."""
    due = source.sense is Sense.DUE
    parts = {
        "breaks": "'late'" if due else "'becomes_breach'",
        "keeps": "'in_time'" if due else "'stops_breach'",
        "moves": "true" if due else "false",
        "done": "coalesce(s.done_on, :as_of)" if due else "s.done_on",
        "against": AGAINST[source.sense],
        "source": source.sql,
    }
    return TERMED.format(**parts)


def measured(source: Source, scope: str | None) -> str:
    """The statement that judges numbers by their bound; a scope may name which of two it is."""
    sense = _CHOSEN_SIDES.get(scope or "", source.sense)
    return MEASURED.format(against=AGAINST[sense], source=source.sql, sides=SIDES)


def coded(source: Source) -> str:
    """The statement that judges codes by the list they stand in, or by the list they must hold."""
    if source.sense is Sense.ALL_OF:
        side, parts = "s.recorded @> {}.codes", {"name": "'missing'"}
        parts["missing"] = "NOT s.recorded ? c.code"
        parts["shown"] = "CASE WHEN would THEN s.new_codes ELSE s.old_codes END"
    else:
        side, parts = HOLDS[source.sense], {"name": "'named'", "missing": "true"}
        parts["shown"] = "s.recorded"
    was, would = (side.format(one) for one in ("old", "new"))
    return LISTED + CODED.format(was=was, would=would, source=source.sql, **parts)
