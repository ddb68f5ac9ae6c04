"""What is said of the price of several assets of a case in one act."""

from auction.valuations.councils import Lines
from auction.valuations.schemas import NewCertificate, NewContract, NewPriceNotice


class NewContracts(NewContract, frozen=True, kw_only=True):
    """One contract for several assets of a case; ``further`` are the references of the others."""

    further: Lines | None = None


class NewCertificates(NewCertificate, frozen=True, kw_only=True):
    """A certificate for several assets; ``further`` is a line each, ``reference: price``."""

    further: Lines | None = None


class NewPriceNotices(NewPriceNotice, frozen=True, kw_only=True):
    """The prices of several assets; ``further`` are the references of the others."""

    further: Lines | None = None
