"""Takes the pictures of the README anew: ``python -m tests.journeys.pictures``."""

import tempfile
from pathlib import Path

from tests.browsing import chromium
from tests.journeys.office import meet, served_office
from tests.journeys.page_ids import make_ids

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PICTURES = {
    "keeper": ("keeper", "/desk", 800),
    "officer": ("enforcement_officer", "/lots/{house_lot}", 800),
    "inspector": ("inspector", "/reviews/{open_review}", 880),
}
"""Name → whose page, where, and how much of it from the top."""


def take(folder: Path) -> None:
    """Pictures of the running pages of a fresh demonstration office."""
    with tempfile.TemporaryDirectory() as data, served_office(Path(data)) as served:
        ids = make_ids(served)
        with chromium() as browser:
            for name, (role, path, height) in PICTURES.items():
                reader = meet(browser, served)
                reader.logs_in(role)
                reader.page.set_viewport_size({"width": 1280, "height": height})
                reader.goes_to(path.format(**ids))
                reader.page.screenshot(path=folder / f"{name}.png")
                reader.leaves()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    take(FOLDER)
