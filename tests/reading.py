"""What stands on the pages of a PDF."""

import re
from contextlib import closing
from functools import lru_cache

from pypdfium2 import PdfDocument


@lru_cache(maxsize=64)
def read_pages(pdf: bytes) -> tuple[str, ...]:
    """The text of each page, line by line."""
    with closing(PdfDocument(pdf)) as document:
        return tuple(_text(document, number) for number in range(len(document)))


def read_words(pdf: bytes) -> str:
    """The text of all pages as one line."""
    return " ".join(" ".join(read_pages(pdf)).split())


def _text(document: PdfDocument, number: int) -> str:
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        found: str = text.get_text_range()
        return re.sub(r"\r\n?", "\n", found)
