"""The certificate as a paper: what is printed of it and how it is issued."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.notary import queries
from inventory.notary.rules import read_head
from inventory.notary.schemas import Certificate, CertifiedEntry, ChainLine
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued, ItemLine, NewPaper, PaperData, Signature

BASES = ("C01/17 Art. 9",)


class CertificatePaper(PaperData, frozen=True, kw_only=True):
    """What is printed of a certificate; the file that goes with it holds the same and more."""

    chain: tuple[ChainLine, ...]
    covered: int
    head: int
    head_on: date
    head_size: int
    head_root: str
    key: str
    leaf: int | None
    path: tuple[str, ...]
    description_covered: bool


def issue_certificate(session: Session, actor: Actor, reference: str, *, at: datetime) -> Issued:
    """Issue the certificate of an asset's custody as a paper (C01/17 Art. 9).

    Raises Forbidden, NotFound, NoHeadYet.
    """
    actor.require("custody.certify")
    certificate = queries.certificate_of(session, actor, reference, at=at)
    head = read_head(queries.get_head(session, certificate.head).statement.encode())
    proof = certificate.custody
    data = CertificatePaper(
        chain=tuple(_line(one) for one in certificate.entries),
        covered=proof.seq if proof else 0,
        head=head.number,
        head_on=head.day_on,
        head_size=head.size,
        head_root=head.root.hex(),
        key=head.key_id,
        leaf=proof.index if proof else None,
        path=proof.path if proof else (),
        description_covered=certificate.facts is not None,
        bases=BASES,
        lines=(_item(certificate.asset),),
        signatures=(Signature(post="head"),),
    )
    return issue(session, actor, _paper(certificate, data), at=at)


def _paper(certificate: Certificate, data: CertificatePaper) -> NewPaper:
    reference = certificate.asset["reference"] or ""
    return NewPaper(
        kind=PaperKind.CUSTODY_CERTIFICATE,
        title=f"Giấy xác nhận quá trình bảo quản {reference}",
        subject_kind="asset",
        subject_ref=reference,
        data=data,
    )


def _item(facts: Mapping[str, str | None]) -> ItemLine:
    quantity = facts["quantity"]
    return ItemLine(
        name=facts["description"] or "",
        code=facts["reference"],
        unit=facts["unit"],
        quantity=Decimal(quantity) if quantity else None,
        features=facts["identification"],
        state=facts["condition"],
    )


def _line(one: CertifiedEntry) -> ChainLine:
    entry = one.entry
    return ChainLine(
        seq=entry.seq,
        kind=entry.kind,
        at=entry.at,
        giver=entry.giver,
        receiver=entry.receiver,
        reason=entry.reason,
        document=entry.document,
        actor=entry.actor_name,
        hash=one.hash,
    )
