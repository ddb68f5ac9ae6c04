"""The minutes of a sale without auction, and of the agreement that a creditor takes the asset."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from auction.offers.commands.common import OpenLot, case_of
from auction.papers.commands import issue_paper
from auction.papers.schemas import LotsDrawn, SaleMinutesData
from auction.sales.commands.agreeing import Agreed
from auction.sales.models import Sale
from auction.sales.rules import Way
from inventory.base.actor import Actor
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Party


def issue_minutes(
    session: Session, actor: Actor, found: OpenLot, sale: Sale, agreed: Agreed, *, at: datetime
) -> tuple[str | None, str | None]:
    """Issue the minutes; their reference and number, nothing where they were drawn up elsewhere.

    Of an agreement always: the officer draws them up (L08 Art. 100(1); L25 Art. 86(1)). So of a
    sale for which lots were drawn: they name the order and the witnesses (D152/26 Art. 64).
    """
    by_agreement = sale.way == Way.AGREEMENT
    if sale.document is not None and not by_agreement and not sale.draw:
        return None, None
    case = case_of(session, found.lot)
    to_pay = sale.price - agreed.set_off
    buyer = Party(name=sale.buyer, address=sale.buyer_address, identity=sale.buyer_identity)
    paper = issue_paper(
        session,
        actor,
        PaperKind.SALE_MINUTES,
        SaleMinutesData(
            at=at,
            way=sale.way,
            receiver=buyer,
            price=sale.price,
            set_off=agreed.set_off,
            to_pay=to_pay,
            pay_until=sale.due_on if to_pay else None,
            agreement=sale.document if by_agreement else None,
            others=sale.others_document,
            announcement=sale.announcement,
            announced_on=sale.announced_on,
            draw=msgspec.convert(sale.draw, LotsDrawn) if sale.draw else None,
        ),
        subject_kind="lot",
        subject_ref=found.lot.reference,
        office_id=found.lot.office_id,
        assets=found.asset_refs,
        case_number=case.decision_number if case else None,
        step_on=sale.sold_on,
        at=at,
    )
    return paper.reference, paper.number
