"""What waits on the desk, and what an asset's page says of hand-overs."""

from datetime import datetime

from sqlalchemy.orm import Session

from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.messages import _
from inventory.handovers.queries import loans, offers, transfers


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """Offers that wait for the reader, expired ones, what is on its way, what is out or late."""
    if not actor.may("handovers.answer") or actor.sees_all:
        return []
    today = local_day(at)
    mine = offers.count_waiting_for(session, actor)
    expired = offers.count_expired(session, actor)
    on_the_way = transfers.count_on_the_way(session, actor)
    late_transfers = transfers.count_late_transfers(session, actor, today)
    coming = transfers.count_coming(session, actor)
    out = loans.count_out(session, actor)
    overdue = loans.count_overdue_loans(session, actor, today)
    return [
        Act(_("Hand over"), "/handovers/new"),
        Card(
            _("Offers waiting for me"),
            mine,
            "/handovers",
            _("things that somebody wants to hand over"),
            "warn" if mine else "good",
        ),
        *(
            [Card(_("Offers nobody answered"), expired, "/handovers", _("still theirs"), "bad")]
            if expired
            else []
        ),
        Card(
            _("In transit"),
            on_the_way,
            "/transfers",
            _("later than expected") if late_transfers else _("between two warehouses"),
            "bad" if late_transfers else "plain",
        ),
        *(
            [Card(_("Coming to us"), coming, "/transfers", _("from another office"), "warn")]
            if coming
            else []
        ),
        Card(_("Out for a time"), out, "/loans", _("at courts and laboratories")),
        Card(
            _("Overdue returns"),
            overdue,
            "/loans?show=overdue",
            _("should have come back"),
            "bad" if overdue else "good",
        ),
    ]


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """What may be started from an asset's page, and what receivers found amiss of it."""
    parts: list[Part] = []
    if actor.may("handovers.read"):
        reports = transfers.list_reports(session, actor, asset.id)
        if reports:
            data = {"rows": reports}
            parts.append(Panel(_("Found amiss on arrival"), "handovers/_reports.html", data))
    if actor.may("handovers.offer"):
        parts.append(Act(_("Hand over"), f"/handovers/new?assets={asset.reference}", own_page=True))
    if actor.may("loans.lend") and asset.place_id is not None:
        parts.append(
            Act(_("Give out for a time"), f"/loans/new?assets={asset.reference}", own_page=True)
        )
    return parts
