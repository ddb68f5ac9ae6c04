"""Who may not register because of whom he is related to, as declared, and as the names suggest.

A declared relation with the same identity number refuses the registration, and so does the number
of the debtor; a name that somebody on the seller's side bears, however it is spelt, is a question
that a person answers. Nothing passes in silence.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, literal, null, or_, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from auction.auctioneers.covering import covers
from auction.auctioneers.models import AuctionContract, Auctioneer, AuctionOrganisation
from auction.bidding.course import Tie
from auction.bidding.models import BidderRelation
from auction.bidding.rules import Act, BidderKeptOut, MatchUnanswered, Whom
from auction.bidding.schemas import NewBidder, NewRelation, RelationOut
from auction.firms.models import FirmPerson, ValuationFirm
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import Rule, RuleUnknown
from auction.lots.commands import lock_lot
from auction.lots.models import AuctionRound, Lot, LotAsset
from auction.valuations.models import Valuation
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Basis, Invalid, Unlawful
from inventory.base.messages import _
from inventory.cases.models import EnforcementCase
from inventory.organisation.models import Appointment, Staff
from inventory.titles.models import OwnerShare
from inventory.titles.rules import OwnerRole

RULE = "excluded_bidders"
Known = Select[*tuple[Any, ...]]


class Match(NamedTuple):
    """Somebody on the seller's side, or a declared relation, that a bidder seems to be."""

    whom: Whom
    name: str
    identity: str | None
    tie: str | None
    source: str | None


def declare_relation(
    session: Session, actor: Actor, lot_ref: str, new: NewRelation, *, at: datetime
) -> BidderRelation:
    """Declare that somebody may not register for a lot, and by which source (PA16 Art. 38(4)).

    Raises NotFound, Invalid, Unlawful.
    """
    actor.require("bidders.register")
    lot = lock_lot(session, actor, lot_ref)
    not_ahead(new.declared_on, at, field="declared_on")
    rule = rule_on(session, RULE, new.declared_on)
    if new.tie.value not in rule.codes:
        raise Unlawful(
            _("The law of that day does not keep out for this: rule %(rule)s."),
            field="tie",
            article=rule.article,
            rule=rule.key,
        )
    made = BidderRelation(
        lot_id=lot.id,
        office_id=lot.office_id,
        name=new.name,
        identity_number=_plain(new.identity_number),
        tie=new.tie.value,
        related_to=new.related_to,
        source=new.source,
        declared_on=new.declared_on,
        article=rule.article,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(made)
    session.flush()
    subject = audit.Subject("lot", lot.id, lot.reference, lot.office_id)
    data = {"name": made.name, "tie": made.tie, "source": made.source}
    audit.record(session, actor, Act.RELATION_DECLARED, subject, data, at=at)
    return made


def relations_of(session: Session, lot_id: int) -> list[RelationOut]:
    """The relations declared for a lot the caller has in sight, the first one first."""
    r = BidderRelation
    found = session.scalars(select(r).where(r.lot_id == lot_id).order_by(r.id).limit(500))
    return [
        RelationOut(
            id=one.id,
            name=one.name,
            identity_number=one.identity_number,
            tie=Tie(one.tie),
            related_to=one.related_to,
            source=one.source,
            declared_on=one.declared_on,
            article=one.article,
        )
        for one in found
    ]


def check_bidder(session: Session, lot: Lot, new: NewBidder, on: date) -> str | None:
    """What the answer of the clerk is about: whom the bidder seems to be; None where nobody.

    Raises BidderKeptOut, MatchUnanswered, Invalid.
    """
    if new.tie is not None:
        if not new.tie_source:
            raise Invalid(_("Say what shows the relation."), field="tie_source")
        return None
    identity = _plain(new.identity_number)
    matches = _matches(session, lot, (new.name, new.representative), identity, on)
    rule = _rule(session, on)
    _refuse_number(matches, new, basis=(rule.basis if rule else basis_on(session, RULE, on)))
    if not matches:
        return None
    told = "; ".join(f"{one.whom.value}: {one.name}" for one in matches[:5])
    if not new.match_answer:
        first = matches[0]
        raise MatchUnanswered(
            _(
                "%(bidder)s may be %(name)s (%(whom)s): rule %(rule)s. Lawful: enter the ground"
                " that keeps him out, or say why he may register all the same."
            ),
            field="match_answer",
            article=(rule.basis if rule else basis_on(session, RULE, on))["article"],
            bidder=new.name,
            name=first.name,
            whom=first.whom,
            rule=RULE,
        )
    return told


def _refuse_number(matches: Iterable[Match], new: NewBidder, *, basis: Basis) -> None:
    """Whose number is the debtor's, or that of a declared relation, is no other person."""
    identity = _plain(new.identity_number)
    for one in matches:
        if one.identity is None or one.identity != identity:
            continue
        if one.whom is Whom.DEBTOR:
            raise BidderKeptOut(
                _(
                    "%(bidder)s has the number of %(name)s, who owes the debt: he may not register"
                    " (rule %(rule)s). Lawful: enter the refusal with its ground and source; until"
                    " a working day before the opening the debtor pays and takes the asset back."
                ),
                field="identity_number",
                bidder=new.name,
                name=one.name,
                **basis,
            )
        if one.tie is not None:
            raise BidderKeptOut(
                _(
                    "%(name)s may not register (%(tie)s): declared by %(source)s, rule %(rule)s."
                    " Lawful: enter the refusal with its ground and source."
                ),
                field="identity_number",
                name=one.name,
                tie=Tie(one.tie),
                source=one.source or "–",
                **basis,
            )


def refuse_buyer(session: Session, lot: Lot, name: str, on: date) -> None:
    """Refuse to write down as buyer, without a list, somebody who may not have been let in.

    Who bears a name of the seller's side is answered for where he registers (PA16 Art. 38(4)).
    Raises MatchUnanswered.
    """
    matches = _matches(session, lot, (name,), None, on)
    if matches:
        raise MatchUnanswered(
            _(
                "%(bidder)s may be %(name)s (%(whom)s): rule %(rule)s. Lawful: enter the list of"
                " the round; whoever registers there is asked why he may bid all the same."
            ),
            field="buyer_name",
            bidder=name,
            name=matches[0].name,
            whom=matches[0].whom,
            **basis_on(session, RULE, on),
        )


def _matches(
    session: Session, lot: Lot, names: Iterable[str | None], identity: str | None, on: date
) -> Sequence[Match]:
    """Everybody known of the lot who bears a name or the number of the bidder, one statement."""
    known = union_all(*_known(lot, on)).subquery()
    same = _spelt(known.c.name).in_([_spelt(one) for one in names if one])
    if identity is not None:
        same = or_(same, known.c.identity == identity)
    rows = session.execute(select(known).where(same).order_by(known.c.rank, known.c.name).limit(20))
    return [Match(Whom(row.whom), row.name, row.identity, row.tie, row.source) for row in rows]


def _spelt(name: Any) -> Any:
    """A name without marks, case, a bracket at its end, dots and blanks, its words in any order."""
    plain = func.regexp_replace(func.vn_fold(name), r"\s*\([^()]*\)[\s.]*$", "")
    words = func.regexp_split_to_table(plain, r"[\s.,;]+").table_valued("word").render_derived()
    word = words.c.word
    whole = func.string_agg(word, aggregate_order_by(literal(" "), word))
    return select(whole).select_from(words).where(word != "").scalar_subquery()


def _known(lot: Lot, on: date) -> list[Known]:
    members = select(LotAsset.asset_id).where(LotAsset.lot_id == lot.id)
    cases = select(Asset.case_id).where(Asset.id.in_(members))
    r, o, c = BidderRelation, OwnerShare, EnforcementCase
    declared = _who(0, Whom.DECLARED, r.name, r.identity_number, tie=r.tie, source=r.source)
    return [
        declared.where(r.lot_id == lot.id),
        _who(
            1,
            Whom.DEBTOR,
            func.coalesce(c.debtor_name, "–"),
            func.replace(c.debtor_identity, " ", ""),
        ).where(c.id.in_(cases)),
        _who(1, Whom.DEBTOR, o.name, func.replace(o.identity, " ", "")).where(
            o.asset_id.in_(members), o.role == OwnerRole.DEBTOR.value
        ),
        _who(2, Whom.OWNER, o.name, func.replace(o.identity, " ", "")).where(
            o.asset_id.in_(members), o.role != OwnerRole.DEBTOR.value
        ),
        _sellers(lot, cases, on),
        *_auctioneers(lot, on),
        *_valuers(members, on),
    ]


def _sellers(lot: Lot, cases: Any, on: date) -> Known:
    """Who serves in the office on that day, has the cases, or made lot, contract or rounds."""
    a, c = Appointment, AuctionContract
    serving = select(a.staff_id).where(
        a.office_id == lot.office_id,
        a.valid_from <= on,
        or_(a.valid_to.is_(None), a.valid_to >= on),
    )
    hands: Any = union_all(
        serving,
        select(EnforcementCase.officer_id).where(EnforcementCase.id.in_(cases)),
        select(Lot.recorded_by_id).where(Lot.id == lot.id),
        select(c.recorded_by_id).where(covers(lot.id)),
        select(AuctionRound.recorded_by_id).where(AuctionRound.lot_id == lot.id),
    )
    return _who(3, Whom.SELLER, Staff.name).where(Staff.id.in_(hands))


def _auctioneers(lot: Lot, on: date) -> list[Known]:
    """The organisation whose contract is in force, its auctioneers and its head."""
    one, house, contract = Auctioneer, AuctionOrganisation, AuctionContract
    organisations = select(contract.organisation_id).where(
        covers(lot.id),
        contract.ended_on.is_(None),
        contract.organisation_id.is_not(None),
    )
    serving = and_(one.valid_from <= on, or_(one.valid_to.is_(None), one.valid_to >= on))
    return [
        _who(4, Whom.AUCTIONEER, one.name).where(one.organisation_id.in_(organisations), serving),
        _who(4, Whom.AUCTIONEER, house.head_name).where(
            house.id.in_(organisations), house.head_name.is_not(None)
        ),
        _who(4, Whom.AUCTIONEER, house.name).where(house.id.in_(organisations)),
    ]


def _valuers(members: Any, on: date) -> list[Known]:
    """The firms that valued the things, in the register or not, and their people."""
    p, v = FirmPerson, Valuation
    of_things = v.asset_id.in_(members)
    firms = select(v.firm_id).where(of_things, v.firm_id.is_not(None))
    serving = and_(p.from_on <= on, or_(p.to_on.is_(None), p.to_on >= on))
    return [
        _who(5, Whom.VALUER, p.name).where(p.firm_id.in_(firms), serving),
        _who(5, Whom.VALUER, ValuationFirm.name).where(ValuationFirm.id.in_(firms)),
        _who(5, Whom.VALUER, v.firm).where(of_things, v.firm.is_not(None)),
    ]


def _who(
    rank: int, whom: Whom, name: Any, identity: Any = None, *, tie: Any = None, source: Any = None
) -> Known:
    said = zip(("identity", "tie", "source"), (identity, tie, source), strict=True)
    columns = [(null() if one is None else one).label(label) for label, one in said]
    return select(
        literal(rank).label("rank"), literal(whom.value).label("whom"), name.label("name"), *columns
    )


def _rule(session: Session, on: date) -> Rule | None:
    try:
        return rule_on(session, RULE, on)
    except RuleUnknown:
        return None


def _plain(number: str | None) -> str | None:
    return number.replace(" ", "") if number else None
