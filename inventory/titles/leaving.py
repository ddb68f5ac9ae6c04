"""Who may be put out of a seized house or off its land before it is delivered."""

from sqlalchemy.orm import Session

from inventory.base.errors import Invalid
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.organisation.powers import refuse_coercion
from inventory.titles.models import Encumbrance
from inventory.titles.rules import Burden, StaysWithLease
from inventory.titles.schemas import EndOfBurden

TENANTS = "tenant_who_obstructs"
PUT_OUT = "put_out_at_once"
"""The dated rule on who uses a seized thing and obstructs, and what it says since 2026."""

USERS = frozenset({Burden.TENANT, Burden.OCCUPANT})


def refuse_putting_out(session: Session, burden: Encumbrance, new: EndOfBurden) -> None:
    """A tenant or occupant who obstructs is put out at once (L25 Art. 80(2)b); before, he stayed.

    What he did is said. Raises StaysWithLease, PowerNotGiven, Invalid.
    """
    if burden.kind not in USERS:
        raise Invalid(_("Only who uses the thing is put out of it."), field="how")
    rule = ruling(session, TENANTS, new.ended_on)
    if str(rule.value) != PUT_OUT:
        raise StaysWithLease(
            _(
                "By the law of that day the lease goes on under the Civil Code (rule %(rule)s)."
                " Lawful: it is sold with the lease, which the notice says."
            ),
            field="how",
            **rule.basis,
        )
    if not new.note:
        raise Invalid(_("Say how he obstructed."), field="note")
    refuse_coercion(session, burden.office_id, new.ended_on, field="how")
