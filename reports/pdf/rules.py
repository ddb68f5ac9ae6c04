"""Refusals of the PDF press and the exit statuses by which its child process names them."""

from enum import IntEnum

from inventory.base.errors import Conflict, Unavailable


class PressFailed(Conflict):
    """The document could not be printed; the state of the data is not to blame."""

    code = "press_failed"
    status = 500


class PressLibrariesMissing(Unavailable):
    """WeasyPrint's system libraries are not on this machine."""

    code = "press_libraries_missing"


class PressBusy(Unavailable):
    """All places of the press are taken."""

    code = "press_busy"


class PressTooSlow(Unavailable):
    """The document took longer than it may."""

    code = "press_too_slow"


class PressOutOfMemory(Unavailable):
    """The document needed more memory than it may have."""

    code = "press_out_of_memory"


class ForeignResource(Conflict):
    """The document asked for a file that does not come with the program."""

    code = "press_foreign_resource"


class Ending(IntEnum):
    """How the child process ended."""

    PRINTED = 0
    FAILED = 1
    NO_LIBRARIES = 3
    NO_MEMORY = 4
    FOREIGN_RESOURCE = 5
