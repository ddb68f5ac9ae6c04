"""The office that imported records belong to: an archive of their own, below the centre."""

import pytest
from sqlalchemy import select, text

from auction.lots.models import Lot
from inventory.assets.models import Asset
from inventory.base.errors import NotFound
from inventory.organisation.models import Office
from tests.make.imports import PROFILE, make_folder, run_import
from tests.make.organisation import make_office


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "made")


def test_an_archive_below_the_centre_is_made_for_what_comes_in(session, folder, at, people):
    centre = session.scalars(
        select(Office).where(Office.kind == "centre").order_by(Office.id)
    ).first()
    run_import(session, folder, at)
    office = session.scalars(select(Office).where(Office.code == "MADE")).one()
    assert (office.kind, office.name, office.parent_id) == ("archive", "Made-up history", centre.id)
    assert {
        asset.office_id for asset in session.scalars(select(Asset).where(Asset.source == "made"))
    } == {office.id}


def test_an_archive_made_before_there_was_a_centre_comes_below_it_later(session, folder, at):
    session.execute(text("UPDATE office SET kind = 'division' WHERE kind = 'centre'"))
    run_import(session, folder, at)
    office = session.scalars(select(Office).where(Office.code == "MADE")).one()
    assert office.parent_id is None
    centre = make_office(session, "C", "Centre", kind="centre")
    run_import(session, folder, at)
    session.refresh(office)
    assert office.parent_id == centre.id


def test_an_office_named_by_its_code_alone_must_be_there(session, folder, at, people):
    own = folder / "own.toml"
    own.write_text(PROFILE.replace('name = "Made-up history"\n', ""), "utf-8")
    with pytest.raises(NotFound, match="There is no office MADE"):
        run_import(session, folder, at, profile=str(own))
    own.write_text(own.read_text("utf-8").replace('"MADE"', '"T01"'), "utf-8")
    run_import(session, folder, at, profile=str(own))
    lot = session.scalars(select(Lot).where(Lot.source_ref == "L1")).one()
    assert lot.office_id == people.office.id
    assert people.office.kind == "province"
