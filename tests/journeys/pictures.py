"""Takes the pictures of the README anew: ``python -m tests.journeys.pictures``."""

import tempfile
from pathlib import Path

from tests.browsing import chromium
from tests.journeys.office import meet, served_office

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PICTURES = {
    "keeper": ("keeper", "/desk", "", 800),
    "officer": ("enforcement_officer", "/lots", "/lots/DG-0000001", 800),
    "inspector": ("inspector", "/flags", "/assets/TS-0000001", 880),
}
"""Name → whose page, where, which link is followed from there, how much of it from the top."""


def take(folder: Path) -> None:
    """Pictures of the running pages of a fresh demonstration office."""
    with (
        tempfile.TemporaryDirectory() as data,
        served_office(Path(data)) as served,
        chromium() as browser,
    ):
        for name, (role, path, link, height) in PICTURES.items():
            reader = meet(browser, served)
            reader.logs_in(role)
            reader.page.set_viewport_size({"width": 1280, "height": height})
            reader.goes_to(path)
            if link:
                reader.page.locator(f"main a[href^='{link}']").first.click()
                reader.page.wait_for_load_state()
            reader.page.screenshot(path=folder / f"{name}.png")
            reader.leaves()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    take(FOLDER)
