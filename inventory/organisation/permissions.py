"""The authority matrix: which role may do which act (DOMAIN §2.3), as one table of data.

Acts of all packages are named here as plain strings, so that an auditor reads one page.
"""

from collections.abc import Iterable

from inventory.organisation.rules import Role

_READ = (
    "assets.read",
    "cases.read",
    "custody.read",
    "warehouses.read",
    "valuations.read",
    "lots.read",
    "documents.read",
)

MATRIX: dict[Role, frozenset[str]] = {
    Role.KEEPER: frozenset(
        {
            *_READ,
            "custody.take_in",
            "custody.move",
            "custody.release",
            "evidence.register",
            "assets.register",
            "warehouses.arrange",
            "deadlines.read",
        }
    ),
    Role.OFFICER: frozenset(
        {
            *_READ,
            "cases.open",
            "seizures.record",
            "evidence.register",
            "assets.register",
            "valuations.record",
            "lots.form",
            "rounds.schedule",
            "rounds.close",
            "prices.reduce",
            "deadlines.read",
            "deadlines.meet",
            "flags.read",
            "reviews.read",
            "breaches.read",
        }
    ),
    Role.HEAD: frozenset(
        {
            *_READ,
            "deadlines.read",
            "flags.read",
            "reviews.read",
            "breaches.read",
            "audit.read",
            "statistics.read",
        }
    ),
    Role.INSPECTOR: frozenset(
        {
            *_READ,
            "deadlines.read",
            "flags.read",
            "reviews.read",
            "reviews.write",
            "reviews.conclude",
            "documents.issue",
            "breaches.read",
            "audit.read",
            "statistics.read",
        }
    ),
    Role.ACCOUNTANT: frozenset({*_READ, "deadlines.read", "statistics.read"}),
    Role.ADMINISTRATOR: frozenset(
        {"organisation.read", "organisation.arrange", "accounts.manage", "rules.read"}
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
