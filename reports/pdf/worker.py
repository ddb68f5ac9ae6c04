"""The press: prints one document, with no network and little memory.

It sees a few environment variables, the program's own fonts and nothing else; the same HTML
gives the same bytes. Forked by reports.pdf.foreman, one process per document.
"""

import hashlib
import logging
import mimetypes
import re
import resource
import sys
import unicodedata
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

from reports.pdf.rules import Ending

FONTS = Path(__file__).resolve().parent.parent / "fonts"
SCHEME = "kebien:fonts/"
VARIANT = "pdf/a-2b"
LETTERS = ("LiberationSerif-Regular.ttf", "NotoSerifThai-Regular.ttf")
BOX = "\u25a1"

_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto")


def print_one(paper: Path, pdf: Path, memory: int, seconds: int) -> Ending:
    """Print the HTML of one file into another, within bytes of memory and seconds of work."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    logging.getLogger("weasyprint.progress").setLevel(logging.CRITICAL)
    try:
        weasyprint = libraries()
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return Ending.NO_LIBRARIES
    sys.addaudithook(_refuse_network)
    refused: list[str] = []
    try:
        pdf.write_bytes(_print(weasyprint, paper.read_bytes(), refused))
    except MemoryError:
        return Ending.NO_MEMORY
    except weasyprint.urls.FatalURLFetchingError as error:
        refused.append(str(error))
    if refused:
        sys.stderr.write(f"not of this program: {refused}\n")
        return Ending.FOREIGN_RESOURCE
    return Ending.PRINTED


def libraries() -> Any:
    """WeasyPrint.

    Raises OSError where the system libraries are missing that it draws with.
    """
    import weasyprint  # noqa: PLC0415 - its import is what fails where pango is missing
    import weasyprint.urls  # noqa: PLC0415

    return weasyprint


def _print(weasyprint: Any, html: bytes, refused: list[str]) -> bytes:
    class OwnFonts(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        """Serves the fonts of the program and refuses everything else."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - its signature
            name = url.removeprefix(SCHEME)
            path = FONTS / name
            if not url.startswith(SCHEME) or Path(name).name != name or not path.is_file():
                refused.append(url[:200])
                raise weasyprint.urls.FatalURLFetchingError(url[:200])
            kind = mimetypes.guess_type(name)[0] or "font/ttf"
            return weasyprint.urls.URLFetcherResponse(
                url, path.read_bytes(), {"Content-Type": kind}
            )

    document = weasyprint.HTML(
        string=_unbroken(_drawable(html.decode())),
        url_fetcher=OwnFonts(fail_on_errors=True),
        encoding="utf-8",
    )
    identifier = hashlib.sha256(html).hexdigest()[:32].encode()
    pdf: bytes = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier, pdf_tags=True)
    return pdf


def _drawable(text: str) -> str:
    """The text with a box in the place of each letter that no font of the program has.

    Without a glyph nothing at all would be drawn, and the reader would not see that it is missing.
    """
    text = unicodedata.normalize("NFC", text)
    read = import_module("fontTools.ttLib").TTFont  # comes with WeasyPrint
    letters: set[int] = set()
    for name in LETTERS:
        with read(FONTS / name, lazy=True) as font:
            letters |= set(font.getBestCmap())
    missing = {ord(letter) for letter in set(text) if letter.isprintable()} - letters
    return text.translate(dict.fromkeys(missing, BOX))


def _unbroken(text: str) -> str:
    """The text with every number of a paper and of an asset kept on one line, with what follows it.

    Lines would break after the stroke of 12/2026/DS-ST and the hyphen of TS-0000001-9. In the cell
    of a table they may: it can be narrower than a number.
    """
    head, body, rest = text.partition("<body")
    depth: Counter[str] = Counter()
    parts = _TAG.split(rest)
    for place, part in enumerate(parts):
        if place % 2:
            name = part.strip("</>").split()[0].lower() if part.strip("</> ") else ""
            depth[name] += -1 if part.startswith("</") else 1
        elif place and not any(depth[name] > 0 for name in _LEFT_ALONE):
            parts[place] = _NUMBER.sub(_IN_LINE, part)
    return head + body + "".join(parts)


_LEFT_ALONE = ("td", "th", "svg", "style", "script")
_TAG = re.compile(r"(<[^>]*>)")
_NUMBER = re.compile(
    r"(?<![\w/.:-])(?:\d+(?:[-.]\w+)*(?:/\d{4})?/[^\W\d][\w-]*|[A-Z]{2}-\d{7}-\d)(?![\w/])[;,.:)]*"
)
_IN_LINE = r'<span style="white-space: nowrap">\g<0></span>'


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"the press has no network: {event} {arguments!r}"[:200])
