"""Recomputing everything in the database: what ``kebien verify`` does without ``--offline``."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from auction.bidding.queries import check_runs
from inventory.attachments.queries import check_files as check_attachments
from inventory.base.actor import SYSTEM
from inventory.base.errors import Invalid
from inventory.base.messages import _, label_of
from inventory.custody.schemas import Fault, Verified
from inventory.custody.verification import (
    STEP,
    SoFar,
    check_counts,
    count_assets,
    verify_chains,
)
from inventory.notary.checking import check_log
from inventory.papers.queries import find_forged, find_gaps
from inventory.papers.schemas import Gap
from reports.documents.queries import check_files
from service.database import Database, ready
from service.settings import Settings

EVERY = 2.0
"""Seconds after which it is written down how far the check has come."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked, and the first thing that does not fit."""

    chains: int
    entries: int
    holdings: int
    counters_wrong: int
    papers: int
    files: int
    number_gaps: int
    heads: int
    leaves: int
    first_fault: Fault | str | None

    def counts(self) -> dict[str, object]:
        """The figures by name."""
        return msgspec.structs.asdict(self)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far a check of a database has come."""

    database: str
    asset_id: int
    chains: int
    entries: int
    holdings: int


def check(settings: Settings, state: Path | None, *, every_file: bool = False) -> Checked:
    """Check everything, from where a state file says; of pictures and files some, or every one."""
    with closing(ready(settings)) as database:
        custody = check_chains(database, state)
        with database.transaction(SYSTEM, read_only=True) as session:
            runs, places = check_runs(session), check_counts(session)
            gaps, forged = find_gaps(session), find_forged(session)
            store = settings.file_store()
            papers = check_files(session, store)
            files = check_attachments(session, store, every=every_file)
            with _progress("leaves", lambda: 0) as told:
                log = check_log(session, checked=told)
    if state is not None:
        state.unlink(missing_ok=True)
    wrong = f"the counter of failed rounds of asset {runs[0].asset_id}" if runs else None
    place = f"the count of things in place {places[0]}" if places else None
    gap = _gap(gaps[0]) if gaps else None
    data = f"the data of the paper {forged}" if forged else None
    faults: tuple[Fault | str | None, ...] = (
        custody.first_fault,
        wrong,
        place,
        gap,
        data,
        papers.fault,
        files.fault,
        log.fault,
    )
    return Checked(
        chains=custody.chains,
        entries=custody.entries,
        holdings=custody.holdings,
        counters_wrong=len(runs) + len(places),
        papers=papers.checked,
        files=files.checked,
        heads=log.heads,
        leaves=log.leaves,
        number_gaps=len(gaps),
        first_fault=next((fault for fault in faults if fault), None),
    )


def _gap(gap: Gap) -> str:
    """A series of numbers with a hole, or whose counter was set back."""
    return (
        f"the series {gap.series} of {gap.year} of office {gap.office_id}"
        f" ({gap.used} papers, highest {gap.highest}, counter {gap.given})"
    )


def told(fault: Fault | str) -> str:
    """A fault as a sentence."""
    if isinstance(fault, str):
        return f"{fault}: does not fit."
    place = "its present holding" if fault.seq is None else f"entry {fault.seq}"
    return f"{fault.asset}, {place}: {label_of(fault.what)}."


def check_chains(
    database: Database,
    path: Path | None,
    *,
    step: int = STEP,
    every: float = EVERY,
    told: Callable[[int], None] | None = None,
) -> Verified:
    """Check the custody ledger from where a state file says, and keep it up to date."""
    name = sha256(database.engine.url.render_as_string().encode()).hexdigest()[:16]
    before = _read(path, name)
    with (
        database.transaction(SYSTEM, read_only=True) as session,
        _progress("assets", lambda: count_assets(session), before.holdings) as shown,
    ):
        noted = _Noted(path, name, told or shown, before.holdings, every)
        return verify_chains(session, so_far=before, step=step, checked=noted)


class _Noted:
    """Shows every step, and writes some of them down."""

    def __init__(
        self,
        path: Path | None,
        database: str,
        told: Callable[[int], None],
        done: int,
        every: float,
    ) -> None:
        self._path, self._database, self._told = path, database, told
        self._done, self._every, self._written = done, every, time.monotonic()

    def __call__(self, so_far: SoFar) -> None:
        self._told(so_far.holdings - self._done)
        self._done = so_far.holdings
        if self._path is not None and time.monotonic() - self._written >= self._every:
            _write(self._path, State(database=self._database, **so_far._asdict()))
            self._written = time.monotonic()


def _read(path: Path | None, database: str) -> SoFar:
    if path is None or not path.exists():
        return SoFar()
    try:
        state = msgspec.json.decode(path.read_bytes(), type=State)
    except msgspec.DecodeError as error:
        raise Invalid(_("%(path)s is no state of a check."), path=str(path)) from error
    if state.database != database:
        raise Invalid(_("%(path)s is of a check of another database."), path=str(path))
    return SoFar(state.asset_id, state.chains, state.entries, state.holdings)


def _write(path: Path, state: State) -> None:
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(msgspec.json.encode(state))
    draft.replace(path)


@contextmanager
def _progress(
    name: str, total: Callable[[], int], done: int = 0
) -> Iterator[Callable[[int], None]]:
    """Shows how far the check has come, to a person at a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _n: None
        return
    from rich.console import Console  # noqa: PLC0415 - loaded only where it is shown
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=total() or None, completed=done)
        yield lambda n: bar.advance(task, n)
