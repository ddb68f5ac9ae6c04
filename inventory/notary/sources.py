"""What heads cover: for each ledger, how a row of it becomes a leaf, in its own database.

Papers and their files belong to rooms above; only the names of their tables are known here.
"""

from typing import NamedTuple

from inventory.notary.queries import FACT_TEXTS
from inventory.notary.rules import Covered

_FACTS = " || ".join(f"kebien_field({expression})" for expression in FACT_TEXTS)

_AUDIT_FIELDS = (
    "id::text",
    "(extract(epoch FROM at) * 1000000)::bigint::text",
    "staff_id::text",
    "actor_name",
    "office_id::text",
    "channel",
    "code",
    "subject_kind",
    "subject_id::text",
    "subject_ref",
    "data::text",
)
AUDIT_DIGESTS = (
    "SELECT sha256(convert_to("  # noqa: S608 - our own names
    + " || ".join(f"kebien_field({field})" for field in _AUDIT_FIELDS)
    + ", 'UTF8')) FROM audit_entry WHERE id > %(after)s AND id <= %(until)s ORDER BY id"
)
"""One digest an act; only over the database's own text of its data, which never changes."""


class Source(NamedTuple):
    """A ledger: its rows, and what of each is covered."""

    kind: Covered
    rows: str
    subject_id: str
    seq: str
    content: str
    where: str = "true"
    join: str = "LEFT JOIN"
    """How leaves find their rows: a row that is gone is a fault, unless it may go on changing."""

    def cover(self) -> str:
        """The statement that adds what is not covered yet, numbered from ``:size`` on."""
        return (
            'INSERT INTO notary_leaf ("index", kind, subject_id, seq, content)'  # noqa: S608 - as above
            f" SELECT CAST(:size AS bigint) + row_number() OVER (ORDER BY {self.subject_id}) - 1,"
            f" '{self.kind}', {self.subject_id}, {self.seq}, {self.content}"
            f" FROM {self.rows} WHERE {self.where} AND NOT EXISTS (SELECT FROM notary_leaf l"
            f" WHERE l.kind = '{self.kind}' AND l.subject_id = {self.subject_id}"
            f" AND l.seq = {self.seq})"
        )

    def changed(self) -> str:
        """The statement that finds the first leaf whose row is gone or says something else."""
        return (
            f"SELECT l.subject_id, l.seq FROM notary_leaf l {self.join} {self.rows}"  # noqa: S608 - as above
            f" ON {self.subject_id} = l.subject_id AND {self.seq} = l.seq"
            f" WHERE l.kind = '{self.kind}' AND {self.content} IS DISTINCT FROM l.content"
            " ORDER BY l.subject_id, l.seq LIMIT 1"
        )


CUSTODY = Source(Covered.CUSTODY, "holding h", "h.asset_id", "h.seq", "h.hash", "h.seq > 0")
CHAINS = Source(Covered.CUSTODY, "custody_entry e", "e.asset_id", "e.seq", "e.hash")
"""The same leaves as CUSTODY, looked up in the chains themselves."""

ASSETS = Source(
    Covered.ASSET,
    "asset a",
    "a.id",
    "a.version",
    f"sha256(convert_to({_FACTS}, 'UTF8'))",
    join="JOIN",
)

DOCUMENTS = Source(
    Covered.DOCUMENT, "printed_paper d", "d.paper_id", "0::bigint", "decode(d.sha256, 'hex')"
)
PAPERS = Source(Covered.PAPER, "paper p", "p.id", "0::bigint", "decode(p.data_sha256, 'hex')")

FILES = Source(Covered.FILE, "attachment f", "f.id", "0::bigint", "decode(f.sha256, 'hex')")

REGISTERS = Source(
    Covered.REGISTER, "register_closing r", "r.id", "0::bigint", "decode(r.sha256, 'hex')"
)

SOURCES = (CUSTODY, ASSETS, PAPERS, DOCUMENTS, FILES, REGISTERS)
CHECKED = (CHAINS, ASSETS, PAPERS, DOCUMENTS, FILES, REGISTERS)
