"""Seizure of an asset for a debt (L25 Art. 78-80)."""

from inventory.base.errors import Conflict


class AlreadySeizedForCase(Conflict):
    """The asset is under seizure for that case already."""

    code = "already_seized_for_case"
