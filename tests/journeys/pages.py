"""Every page of the program, by who reads it, and the languages that a page is found in."""

import re
from collections.abc import Iterable
from functools import cache
from html.parser import HTMLParser
from typing import Any

from service.web.catalogues import catalogue

Ids = dict[str, Any]

PAGES: dict[str, list[str]] = {
    "": ["/login", "/khong-co-trang-nay"],
    "keeper": [
        "/desk",
        "/assets",
        "/assets?q=dien thoai",
        "/assets?q=khong co gi ca",
        "/assets/new",
        "/assets/new/evidence",
        "/assets/new/evidence/list",
        "/assets/{evidence}",
        "/assets/{waiting}",
        "/assets/{car}/attachments",
        "/assets/{car}/attachments/new",
        "/assets/{waiting}/attachments",
        "/attachments/{picture}",
        "/assets/{waiting}/custody/take-in",
        "/assets/{evidence}/custody/moves",
        "/assets/{evidence}/custody/release",
        "/assets/{torn}",
        "/assets/{spoils}",
        "/assets/{cash}/cash-counts/new",
        "/assets/{spoils}/special-kinds/new",
        "/assets/{machine}/stock-card",
        "/perishables",
        "/custody/outside",
        "/assets/{outside}/outside/checks?contract={contract}",
        "/assets/{torn}/seals/checks?number=NP-7001",
        "/seals",
        "/documents",
        "/documents?number=khong-co",
        "/assets/TS-9999999-9",
        "/scan",
        "/l/{mark}/{unknown}",
        "/L/{mark}/{mistyped}",
        "/labels",
        "/labels/{run}",
        "/labels/new",
        "/labels/new?kind=place&place_id={store}",
        "/custody/waiting",
        "/assets/{machine}/impediments/new",
        "/orders",
        "/orders/new",
        "/orders/new?direction=out",
        "/orders/{to_receive}",
        "/orders/{to_release}",
        "/orders/LK-9999999-9",
        "/keepers",
        "/handovers",
        "/handovers/new",
        "/handovers/{offer}",
        "/handovers/GN-9999999-9",
        "/transfers",
        "/transfers/new",
        "/transfers/{transfer}",
        "/transfers/{transfer}/past",
        "/loans",
        "/loans?show=overdue",
        "/loans/new",
        "/loans/{loan}",
        "/disposals/{destroyed}",
        "/disposals/{returned}",
        "/stocktakes",
        "/stocktakes/new",
        "/stocktakes/KK-9999999-9",
        "/stocktakes/{counting}",
        "/stocktakes/{counting}/count",
        "/stocktakes/{counted}",
        "/stocktakes/{counted}/items",
        "/count",
        "/backlog",
        "/backlog?kind=perishable",
        "/backlog/book",
        "/registers/13/{stat_year}",
        "/registers/17/{stat_year}",
        "/warehouse",
        "/places/{shelf}",
        "/places/{room}",
        "/places/new",
    ],
    "enforcement_officer": [
        "/desk",
        "/assets/{house}",
        "/assets/{car}",
        *("/assets/new/measure", "/assets/{car}/measures/new", "/assets/{car}/measures/end"),
        "/assets/{car}/seizures/new",
        "/assets/{car}/seizures/release",
        "/assets/{car}/part-release",
        "/assets/{car}/seizures/minutes",
        "/assets/{car}/seizures/custody",
        "/assets/{car}/valuations/new",
        "/assets/{car}/price",
        "/assets/{told}/price",
        "/assets/{car}/price/{facts}",
        "/assets/{car}/price/{price_contract}",
        "/assets/{sat}/price",
        "/assets/{sat}/price/{council_decision}",
        "/prices",
        "/prices?show=reopened",
        "/proportions/surplus",
        "/valuation-firms",
        "/valuation-firms/new",
        "/valuation-firms/{firm}",
        "/assets/{evidence}/holds/new",
        "/assets/{evidence}/holds/end?hold={hold}",
        "/assets/{differs}",
        "/assets/{differs}/holds/answers?hold={mismatch}",
        "/assets/{opened}",
        "/assets/{opened}/seals/new?replaces=NP-7002",
        "/assets/{torn}/seals/openings?number=NP-7001",
        "/assets/{torn}/seals/conclusions?number=NP-7001",
        "/assets/{car}/outside/new",
        "/assets/{outside}",
        "/assets/{outside}/outside/end?contract={contract}",
        "/cases",
        "/cases/new",
        *("/cases/{case}", "/cases/{case}/notice", "/assets/{car}/measures/decision"),
        "/handovers/{signed}",
        "/disposals",
        "/disposals/new",
        "/disposals/{returned}",
        "/disposals/{sold}",
        "/lots",
        "/lots?awaits=reduction",
        "/lots/new?asset={car}",
        "/lots/{house_lot}",
        "/lots/{machine_lot}",
        "/lots/{machine_lot}?step=round",
        "/lots/{car_lot}",
        "/lots/{round_open}",
        "/lots/{round_open}/notices",
        "/lots/{round_open}/notices?wanted_on=2030-12-13",
        "/lots/{round_open}/contracts",
        "/lots/{round_open}/rounds/{one}/halt",
        "/lots/{machine_lot}/calls/new",
        "/auctioneers",
        "/auctioneers/new",
        "/calls",
        "/calls/{org_call}",
        "/auctioneers/{auctioneer}",
        "/notices/{notice}/pictures",
        "/delegated-sales",
        "/assets/{car}/waits",
        "/lots/{lot_sold}",
        *("/cases/{money_case}/claims", "/cases/{money_case}/held", "/claims/{claim}"),
        "/sales",
        "/sales/new?lot={lot_sold}",
        "/sales/{sale_unpaid}",
        "/sales/{sale_paid}",
        "/rounds",
        "/rounds?since=2031-01-01",
        "/breaches",
        "/deadlines",
        "/deadlines/{due}",
        "/deadlines/{due}/extension",
        "/deadlines/{met}",
        "/deadlines/moves",
        "/deadlines/moves/dates?source=99&off=2031-01-02+Nghi",
        "/deadlines/moves/orders/{moves}",
        "/delegated-sales/{delegation}/costs",
        "/delegated-sales/{delegation}/occurrences",
        "/cases/{money_case}/occurrences",
        "/assets/{car}/occurrences",
        "/lots/{machine_lot}/occurrences",
        "/agenda",
        "/agenda?view=month",
        "/portfolios",
        "/lots/{machine_lot}/rounds/{one}/reduction/replacement",
        "/lots/{machine_lot}/rounds/{one}",
        "/lots/{machine_lot}/rounds/{one}/causes",
        "/lots/{machine_lot}/relot",
        "/lots/{machine_lot}/relations",
        "/lots/{machine_lot}/session",
        "/lots/{machine_lot}/between",
        "/lots/{machine_lot}/between/{setoff}",
        "/assets/{car}/between/{redemption}",
        "/assets/{car}/title/{owners}",
        "/assets/{car}/costs",
        "/assets/{car}/costs/new",
        "/assets/{car}/costs/repayment",
        "/assets/{car}/costs/reversal",
        "/assets/{house}/life",
        "/assets/{house}/life/new",
        "/departures",
        "/departures/new?rule=viewing&kind=lot&ref={machine_lot}",
        "/causes",
        "/holds",
        "/holds/new",
        "/holds/{stop}",
        "/rules",
    ],
    "inspector": [
        "/flags?cause=price",
        "/statistics/causes",
        "/desk",
        "/flags",
        "/warehouse?office={office}",
        "/lots/{lot_breached}",
        "/flags?tier=20",
        "/reviews",
        "/reviews/{open_review}",
        "/reviews/{concluded_review}",
        "/assets/{house}/history",
        "/assets/{waiting}/history",
        "/assets/{house}",
        "/rules/{rule}",
        *("/rules/drafts", "/rules/drafts?waiting=1"),
        "/rules/drafts/new",
        "/rules/drafts/new?key=max_reduction_pct",
        "/rules/drafts/{draft}",
        "/rules/simulations/new",
        "/rules/simulations/{simulation}",
    ],
    "head": [
        "/cases/{money_case}/termination",
        "/cases/{ended_case}/termination/{termination}/annulment",
        "/assets/{car}/delegated-sales/new",
        "/departures/{departure}",
        "/seizure-recalls",
        "/lots/{machine_lot}/between/recall",
        "/heads",
        "/portfolios/new",
        "/portfolios/{portfolio}",
        "/assets/{car}/price/council",
        "/warehouse-checks",
        "/assets/{car}/between/not-enforceable",
        "/places/{store}/inspection",
        "/places/{store}/inspection/{figure}",
        "/orders?awaits=signature",
        "/orders/{to_sign}",
        "/delegations",
        "/places/{store}/keeper",
        "/assets/{evidence}/release-hours/new",
        "/documents/{paper}",
        "/documents/{paper}/amendment",
        "/documents/{paper}/recall",
        "/documents/{paper}/replacement",
        "/stocktakes",
        "/stocktakes/plan/new",
        "/stocktakes/{counted}",
        "/desk",
        "/attachments/{picture}",
    ],
    "accountant": [
        "/stocktakes/{counted}/differences/{difference}",
        "/desk",
        *("/payouts", "/sales/{sale_out}/payouts", "/shares", "/shares/{share}"),
    ],
    "administrator": [
        "/desk",
        "/offices",
        "/offices/new",
        "/offices/{office}",
        "/offices/{office}/end",
        "/undone",
        "/assets",
    ],
}
REFUSED = {
    "/khong-co-trang-nay": 404,
    "/assets/TS-9999999-9": 404,
    "/orders/LK-9999999-9": 404,
    "/handovers/GN-9999999-9": 404,
    "/stocktakes/KK-9999999-9": 404,
    "/l/{mark}/{unknown}": 404,
    "/L/{mark}/{mistyped}": 422,
    ("administrator", "/assets"): 403,
}
"""Pages that say why there is nothing to be seen; the check digit of a mistyped number is wrong."""
NO_PAGE = {
    "/",
    "/healthz",
    "/readyz",
    "/labels/{run_id}/labels.pdf",
    "/labels/measure.pdf",
    "/labels/preview.svg",
    "/assets/{reference}/certificate",
    "/heads/{number}/file",
    *(
        f"/registers/{book}{file}"
        for book in (13, 17)
        for file in ("", "/{year}/pdf", "/{year}/xlsx")
    ),
    "/agenda/feed/{name}",
    *(f"/count/{file}" for file in ("session", "worker.js", "manifest.webmanifest")),
    "/attachments/{attachment_id}/{size}",
    "/api/v1/docs",
    "/style-guide",
}
"""What answers with something else than a page of the shell, or shows samples of one language."""


def addresses(role: str, ids: Ids) -> list[tuple[str, int]]:
    """Addresses of the pages of a role with the status each answers."""
    return [
        (path.format(**ids), REFUSED.get((role, path), REFUSED.get(path, 200)))
        for path in PAGES[role]
    ]


def forgotten(shapes: Iterable[str]) -> list[str]:
    """Shapes of routes that no address of ours has."""
    visited = [path.split("?")[0].split("/") for paths in PAGES.values() for path in paths]
    return [
        shape
        for shape in shapes
        if shape not in NO_PAGE
        and not shape.startswith(("/api/", "/static"))
        and not any(_fits(ours, shape.split("/")) for ours in visited)
    ]


def _fits(path: list[str], shape: list[str]) -> bool:
    """Whether a path with our placeholders is one of the shape of a route."""
    return len(path) == len(shape) and all(
        ("{" in ours) == ("{" in theirs) and (ours == theirs or "{" in ours)
        for ours, theirs in zip(path, shape, strict=True)
    )


class Words(HTMLParser):
    """Collects what a page says: its texts, and what its attributes tell; each once."""

    TELLING = ("placeholder", "aria-label", "title", "alt", "data-title")

    def __init__(self, html: str, locale: str) -> None:
        super().__init__()
        self.locale = locale
        self.found: set[str] = set()
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes; what is said in another language on purpose is passed over."""
        said = dict(attrs)
        foreign = said.get("lang") not in (None, self.locale)
        if tag in ("script", "style", "code") or (foreign and tag != "html"):
            self._silent += 1
        for name in self.TELLING:
            self._note(said.get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        """Listen again; elements in another language are buttons only."""
        if self._silent and tag in ("script", "style", "code", "button"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if not self._silent:
            self._note(data)

    def _note(self, text: str) -> None:
        if words := " ".join(text.split()):
            self.found.add(words)


_PLACEHOLDER = re.compile(r"%\\\((\w+)\\\)[sd]")
_ENGLISH = re.compile(
    r"\b(the|of|is|are|was|and|with|for|this|not|from)\b|\bArt\. \d", re.IGNORECASE
)


@cache
def _messages() -> tuple[frozenset[str], frozenset[str], list[re.Pattern[str]]]:
    """The messages as the code has them, their Vietnamese, and those with values as patterns."""
    known = {m: text for m, text in catalogue("vi").singular.items() if text != m}
    patterns = [_pattern(m) for m in known if "%(" in m and _ENGLISH.search(m)]
    return frozenset(known), frozenset(known.values()), patterns


def not_in_vietnamese(html: str) -> list[str]:
    """Texts of a Vietnamese page that are English, or a message or an article as a code."""
    english, vietnamese, patterns = _messages()
    return sorted(
        text
        for text in Words(html, "vi").found - vietnamese
        if text in english or _ENGLISH.search(text) or any(p.fullmatch(text) for p in patterns)
    )


def not_in_english(html: str) -> list[str]:
    """Texts of an English page that are the Vietnamese of a message."""
    _english, vietnamese, _patterns = _messages()
    return sorted(Words(html, "en").found & vietnamese)


def _pattern(msgid: str) -> re.Pattern[str]:
    return re.compile(_PLACEHOLDER.sub(".+", re.escape(msgid.replace("%%", "%"))))
