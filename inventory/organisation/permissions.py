"""The authority matrix: which role may do which act (DOMAIN §2.3), as one table of data.

Acts of all packages are named here as plain strings, so that an auditor reads one page.
"""

from collections.abc import Iterable

from inventory.organisation.rules import Role

_READ = (
    "attachments.read",
    "assets.read",
    "cases.read",
    "custody.read",
    "handovers.read",
    "disposals.read",
    "seals.read",
    "warehouses.read",
    "valuations.read",
    "firms.read",
    "lots.read",
    "holds.read",
    "costs.read",
    "claims.read",
    "sales.read",
    "payouts.read",
    "documents.read",
    "labels.read",
    "keepers.read",
    "orders.read",
    "stocktakes.read",
    "registers.read",
    "backlog.read",
    "warehouse_checks.read",
)

MATRIX: dict[Role, frozenset[str]] = {
    Role.KEEPER: frozenset(
        {
            *_READ,
            "book.keep",
            "registers.close",
            "registers.sign",
            "custody.certify",
            "papers.card",
            "attachments.add",
            "attachments.withdraw",
            "custody.take_in",
            "custody.move",
            "custody.release",
            "handovers.offer",
            "handovers.answer",
            "transfers.send",
            "transfers.receive",
            "loans.lend",
            "loans.follow",
            "stocktakes.open",
            "stocktakes.count",
            "stocktakes.sign",
            "keepers.count",
            "keepers.sign",
            "orders.request",
            "orders.hand_over",
            "impediments.raise",
            "evidence.register",
            "seals.note",
            "custody.check",
            "assets.register",
            "warehouses.arrange",
            "labels.print",
            "deadlines.read",
        }
    ),
    Role.OFFICER: frozenset(
        {
            *_READ,
            "attachments.add",
            "attachments.withdraw",
            "cases.open",
            "stocktakes.count",
            "handovers.offer",
            "handovers.answer",
            "loans.follow",
            "disposals.decide",
            "disposals.remit",
            "orders.request",
            "orders.sign",
            "impediments.raise",
            "seizures.record",
            "evidence.register",
            "seals.apply",
            "seals.note",
            "custody.contract",
            "custody.check",
            "assets.register",
            "valuations.record",
            "firms.register",
            "lots.form",
            "titles.record",
            "costs.record",
            "claims.record",
            "sales.follow",
            "sales.receive",
            "payouts.propose",
            "rounds.schedule",
            "rounds.close",
            "bidders.register",
            "bidders.read",
            "prices.reduce",
            "life.record",
            "departures.ask",
            "departures.read",
            "deadlines.read",
            "holds.open",
            "holds.end",
            "deadlines.meet",
            "flags.read",
            "reviews.read",
            "breaches.read",
        }
    ),
    Role.HEAD: frozenset(
        {
            *_READ,
            "warehouse_checks.record",
            "registers.sign",
            "evidence.fix_release",
            "custody.certify",
            "heads.read",
            "attachments.withdraw",
            "origins.read",
            "stocktakes.plan",
            "stocktakes.open",
            "stocktakes.approve",
            "firms.register",
            "price_councils.set_up",
            "keepers.appoint",
            "keepers.count",
            "keepers.sign",
            "orders.sign",
            "orders.delegate",
            "departures.read",
            "departures.decide",
            "impediments.lift",
            "payouts.approve",
            "rounds.rule",
            "bidders.read",
            "deadlines.read",
            "holds.open",
            "holds.end",
            "flags.read",
            "reviews.read",
            "breaches.read",
            "papers.correct",
            "rules.draft",
            "rules.approve",
            "rules.simulate",
            "audit.read",
            "statistics.read",
        }
    ),
    Role.INSPECTOR: frozenset(
        {
            *_READ,
            "warehouse_checks.record",
            "custody.certify",
            "heads.read",
            "origins.read",
            "deadlines.read",
            "flags.read",
            "reviews.read",
            "reviews.write",
            "reviews.conclude",
            "departures.read",
            "rounds.rule",
            "bidders.read",
            "documents.issue",
            "breaches.read",
            "rules.draft",
            "rules.simulate",
            "audit.read",
            "statistics.read",
        }
    ),
    Role.ACCOUNTANT: frozenset(
        {
            *_READ,
            "book.keep",
            "papers.card",
            "sales.receive",
            "payouts.pay",
            "costs.record",
            "disposals.remit",
            "registers.sign",
            "heads.read",
            "stocktakes.plan",
            "stocktakes.open",
            "stocktakes.count",
            "stocktakes.sign",
            "deadlines.read",
            "statistics.read",
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            "organisation.read",
            "organisation.arrange",
            "accounts.manage",
            "rules.read",
            "deadlines.recount",
            "jobs.read",
        }
    ),
}

EVERYBODY = frozenset({"desk.read", "rules.read", "organisation.read", "account.own"})
READS_CASE_DATA = frozenset(Role) - {Role.ADMINISTRATOR}


def permissions_of(roles: Iterable[Role]) -> frozenset[str]:
    """All that the holder of some roles may do."""
    held = frozenset(roles)
    return EVERYBODY.union(*(MATRIX[role] for role in held)) if held else frozenset()


def all_permissions() -> frozenset[str]:
    """Every permission that some role gives."""
    return EVERYBODY.union(*MATRIX.values())
