"""The drawn pictures of the demonstration are taken as a keeper's photographs are."""

import tomllib
from datetime import datetime
from importlib import resources
from pathlib import Path

from sqlalchemy.orm import Session

from inventory.attachments.queries import list_of_asset
from inventory.base.storage import BlobStore
from service.demonstration.pictures import add_picture
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People


def test_every_picture_of_the_story_is_drawn_and_attached(
    session: Session, people: People, at: datetime, tmp_path: Path
) -> None:
    told = resources.files("service.demonstration").joinpath("story.toml").read_text()
    story = tomllib.loads(told)["picture"]
    case = make_case(session, people.officer, at=at)
    asset = make_asset(session, people.keeper, case, at=at)
    store = BlobStore(tmp_path)
    for said in story:
        add_picture(session, people.keeper, asset.reference, said, store=store, at=at)
    found = list_of_asset(session, people.keeper, asset.id)
    assert [one.name for one in found] == [said["name"] for said in story]
    assert len({one.sha256 for one in found}) == len(story) >= 2
    assert all(one.is_picture and not one.has_origin for one in found)
