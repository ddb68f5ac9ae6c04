"""docs/legal-rules.md: every parameter with its dated rows, written from the shipped files."""

from collections.abc import Iterator

from auction.legal_rules.rules import Confidence, Parameter, Rule, Section
from auction.legal_rules.shipped import shipped_calendar, shipped_parameters
from auction.legal_rules.words import cite, value_with_unit, vocabulary, word
from inventory.base.messages import label_of

HEAD = """\
# Legal rules

Made by `kebien law list --markdown`; a test keeps it true. The rows live in
`auction/legal_rules/seed/rules_*.toml`, the words for their codes in `words.toml`.

- The row is chosen **for each step, by the date of the step** (L25 Art. 115(1), 116(3)(4)): two
  rounds of one asset can fall under two laws. A row with a scope wins over the general row.
- **Sure** says how: A read in the text, B general knowledge, C to be confirmed by a lawyer. C is
  shown as "to be confirmed" wherever the program shows it.
- **Counting**: the day of the event is not counted; a limit whose last day is a day off ends on the
  next working day; months end on the same day number or on the month's last day (Civil Code 2015
  Art. 147, 148). A limit "before" gives the latest working day on which the act is still in time.
- **A rule changes** on the page of rules: one person of the centre enters a draft with its text,
  runs it over recorded history, and another approves it. Or a release closes the row with `to` and
  writes the next one below it; what people entered stays, and the page says where the two differ.
  A row is never edited: it is retired, and decisions keep the row they stood on.
- **Working days** come from `seed/calendar_vn.toml` ({source}, {first} to {last}), made anew by
  `kebien law calendar --write auction/legal_rules/seed/calendar_vn.toml`. Years through {announced}
  hold the exchanges of working days that the package knows as announced; later years are a
  forecast and say so. Compare each year with the Government's announcement before relying on it.
"""


def rules_page() -> str:
    """The whole page."""
    parameters = shipped_parameters()
    calendar = shipped_calendar()
    parts = [
        HEAD.format(
            source=calendar.source,
            first=calendar.first_year,
            last=calendar.last_year,
            announced=calendar.announced_through,
        )
    ]
    for section in Section:
        parts.append(f"## {label_of(section)}\n")
        parts.extend(_table(found for found in parameters if found.section is section))
    parts.append("## Sources\n")
    parts.append("| Code | Text |\n| --- | --- |")
    parts.extend(
        f"| {code} | {text.en} ({text.vi}) |"
        for code, text in sorted(vocabulary()["sources"].items())
    )
    return "\n".join(parts) + "\n"


def _table(parameters: Iterator[Parameter]) -> Iterator[str]:
    yield "| Key | Scope | Value | Counted | From | To | Article | Sure | Note |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for parameter in parameters:
        title = f"**{parameter.title_en}** · {parameter.title_vi}"
        yield f"| `{parameter.key}` | | {title} | | | | | | |"
        for rule in parameter.rules:
            yield _line(rule)
    yield ""


def _line(rule: Rule) -> str:
    counted = ""
    if rule.anchor:
        counted = f"{label_of(rule.direction)} {word('events', rule.anchor).en}"
    sure = "**C**" if rule.confidence is Confidence.UNCONFIRMED else rule.confidence.value
    article = cite(rule.article).en if rule.article == "HOUSE" else rule.article
    cells = (
        "",
        rule.scope or "",
        value_with_unit(rule),
        counted,
        rule.valid_from.isoformat(),
        rule.valid_to.isoformat() if rule.valid_to else "open",
        article,
        sure,
        rule.note_en or "",
    )
    return f"| {' | '.join(cells)} |"
