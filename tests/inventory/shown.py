"""What a page shows: its text, its ways, the faults and values of its forms."""

import re
from html import unescape


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def links(page: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', page))


def faults(page: str) -> dict[str, str]:
    found = re.findall(r'class="fault" id="([^"]+)-fault">([^<]+)<', page)
    return {name: unescape(text) for name, text in found}


def typed(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]* value="([^"]*)"', page)
    return unescape(found.group(1)) if found else ""
