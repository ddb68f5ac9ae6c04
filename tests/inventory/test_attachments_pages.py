"""Pictures in the browser and over REST: several at once, shown without what else they tell."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from litestar.testing import TestClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.attachments.models import Attachment
from inventory.cases.models import EnforcementCase
from inventory.warehouses.models import Place
from service.settings import Settings
from tests.make.inventory import make_asset
from tests.make.organisation import People
from tests.make.pictures import enormous_png, pdf, picture

Browse = Callable[[str], TestClient]
Headers = dict[str, str]
PART = {"hx-request": "true"}


@pytest.fixture
def asset(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> Registered:
    return make_asset(session, people.keeper, case, at=at, place=store)


@pytest.fixture(autouse=True)
def nothing_is_left(settings: Settings) -> Iterator[None]:
    """Received files are nameless; none stays when a request is over."""
    yield
    passing = settings.passing_dir
    assert not passing.exists() or list(passing.iterdir()) == []


def sent(*contents: bytes, name: str = "anh.jpg") -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("files", (name, content, "image/jpeg")) for content in contents]


def add(client: TestClient, asset: Registered, *contents: bytes, **said: Any) -> Any:
    data = {"purpose": "intake", **said.pop("data", {})}
    return client.post(
        f"/assets/{asset.reference}/attachments/new",
        data=data,
        files=sent(*contents, **said),
        follow_redirects=False,
    )


def addresses(page: str) -> list[str]:
    return re.findall(r'<img src="(/attachments/[^"]+)"', page)


def faults(page: str) -> str:
    found = re.findall(r'<li><a href="#[^"]*">([^<]*)</a>: ([^<]*)</li>', page)
    return unescape(" ".join(f"{name}: {text}" for name, text in found))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Attachment)) or 0


def test_several_pictures_are_sent_at_once_and_shown(
    browse: Browse, asset: Registered, session: Session
) -> None:
    client = browse("keeper")
    form = client.get(f"/assets/{asset.reference}/attachments/new").text
    for said in ('enctype="multipart/form-data"', "multiple", 'capture="environment"'):
        assert said in form
    answer = add(client, asset, picture(), picture(colour="gold"), data={"note": "Hai mặt xe"})
    assert answer.status_code == 303
    gallery = client.get(answer.headers["location"]).text
    assert len(addresses(gallery)) == 2
    assert "Hai mặt xe" in gallery
    assert len(addresses(client.get(f"/assets/{asset.reference}").text)) == 2
    assert count(session) == 2


def test_an_empty_gallery_says_what_to_do(browse: Browse, asset: Registered) -> None:
    page = browse("keeper").get(f"/assets/{asset.reference}/attachments").text
    assert 'class="empty"' in page
    assert f"/assets/{asset.reference}/attachments/new" in page


def test_intake_and_release_stand_side_by_side(browse: Browse, asset: Registered) -> None:
    client = browse("keeper")
    own = f"/assets/{asset.reference}/attachments"
    add(client, asset, picture())
    assert 'class="aside"' not in client.get(own).text
    add(client, asset, picture(colour="gray"), data={"purpose": "release"})
    aside = client.get(own).text.split('class="aside"')[1].split('class="panel"')[0]
    assert len(addresses(aside)) == 2


def test_a_picture_is_served_as_what_it_is_and_kept_by_nobody_else(
    browse: Browse, asset: Registered
) -> None:
    client = browse("keeper")
    page = client.get(add(client, asset, picture(2000, 1500, gps=True)).headers["location"]).text
    (small,) = addresses(page)
    answer = client.get(small)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["content-disposition"].startswith("inline;")
    with Image.open(BytesIO(answer.content)) as image:
        assert image.size == (320, 240)
        assert not image.getexif()
    again = client.get(small, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(small)
    assert (head.status_code, head.content) == (200, b"")
    own = small.rpartition("/")[0]
    assert client.get(f"{own}/original").status_code == 403
    assert client.get(f"{own}/enormous").status_code == 404


def test_the_head_sees_the_original_and_what_it_tells(
    browse: Browse, asset: Registered, session: Session
) -> None:
    content = picture(gps=True)
    add(browse("keeper"), asset, content)
    session.expire_all()
    number = session.scalars(select(Attachment.id)).one()
    page = browse("officer").get(f"/attachments/{number}").text
    assert "Acme" not in page
    assert "21.0285" not in page
    head = browse("head")
    page = head.get(f"/attachments/{number}").text
    assert "Acme Phone 9" in page
    assert "21.028511" in page
    assert head.get(f"/attachments/{number}/original").content == content


def test_a_document_is_saved_and_a_misnamed_one_says_so(
    browse: Browse, asset: Registered, session: Session
) -> None:
    client = browse("keeper")
    assert add(client, asset, pdf(), name="biên bản.jpg").status_code == 303
    number = session.scalars(select(Attachment.id)).one()
    page = client.get(f"/attachments/{number}").text
    assert "biên bản.jpg" in page
    assert 'class="notice warn"' in page
    answer = client.get(f"/attachments/{number}/original")
    assert answer.headers["content-type"] == "application/pdf"
    assert "bi%C3%AAn%20b%E1%BA%A3n.jpg.pdf" in answer.headers["content-disposition"]
    assert answer.content == pdf()


def test_bad_files_are_named_in_the_reader_s_language_and_nothing_is_stored(
    browse: Browse, asset: Registered, session: Session
) -> None:
    client = browse("keeper")
    answer = add(client, asset, picture(), enormous_png(10_000, 6_000), b"MZ" + bytes(99))
    assert answer.status_code == 422
    assert "<html" in answer.text
    answer = add(client, asset, picture(), enormous_png(10_000, 6_000))
    assert (answer.status_code, "60" in faults(answer.text)) == (422, True)
    assert "anh.jpg" in faults(answer.text)
    empty = add(client, asset)
    assert empty.status_code == 415 or (empty.status_code, bool(faults(empty.text))) == (422, True)
    wrong = add(client, asset, picture(), data={"purpose": "anything"})
    assert wrong.status_code == 422
    assert count(session) == 0


def test_a_part_of_a_page_is_answered_for_a_script(browse: Browse, asset: Registered) -> None:
    client = browse("keeper")
    path = f"/assets/{asset.reference}/attachments/new"
    data = {"purpose": "intake"}
    bad = client.post(path, data=data, files=sent(b"xau"), headers=PART)
    assert bad.status_code == 422
    assert "<html" not in bad.text
    good = client.post(path, data=data, files=sent(picture()), headers=PART)
    assert good.headers["hx-redirect"] == f"/assets/{asset.reference}/attachments"


def test_a_picture_is_struck_through_by_form(
    browse: Browse, asset: Registered, session: Session
) -> None:
    client = browse("keeper")
    add(client, asset, picture())
    number = session.scalars(select(Attachment.id)).one()
    path = f"/attachments/{number}/withdrawal"
    assert client.post(path, data={"reason": ""}).status_code == 422
    done = client.post(path, data={"reason": "Chụp nhầm"}, follow_redirects=False)
    assert done.status_code == 303
    gallery = client.get(done.headers["location"]).text
    assert "struck" in gallery
    assert "Chụp nhầm" in gallery
    assert addresses(client.get(f"/assets/{asset.reference}").text) == []
    assert client.post(path, data={"reason": "Lần nữa"}).status_code == 422


def test_over_rest_pictures_are_sent_listed_fetched_and_struck_through(
    client: TestClient, bearer: Callable[[str], Headers], asset: Registered
) -> None:
    keeper = bearer("keeper")
    path = f"/api/v1/assets/{asset.reference}/attachments"
    content = picture(gps=True)
    made = client.post(path, data={"purpose": "damage"}, files=sent(content), headers=keeper)
    assert made.status_code == 201, made.text
    (one,) = made.json()
    (listed,) = client.get(path, headers=keeper).json()
    assert (listed["id"], listed["sha256"], listed["purpose"]) == (
        one["id"],
        one["sha256"],
        "damage",
    )
    own = f"/api/v1/attachments/{one['id']}"
    assert client.get(own, headers=keeper).json() == listed
    assert client.get(f"{own}/content?size=small", headers=keeper).status_code == 200
    assert client.get(f"{own}/content", headers=keeper).status_code == 403
    assert client.get(f"{own}/origin", headers=keeper).status_code == 403
    head = bearer("head")
    assert client.get(f"{own}/content", headers=head).content == content
    assert client.get(f"{own}/origin", headers=head).json()["camera"] == "Acme Phone 9"
    gone = client.post(f"{own}/withdrawal", json={"reason": "Chụp nhầm"}, headers=keeper)
    assert gone.json()["withdrawal"] == "Chụp nhầm"
    again = client.post(f"{own}/withdrawal", json={"reason": "Chụp nhầm"}, headers=keeper)
    assert again.status_code == 409


def test_the_same_upload_again_is_answered_as_before(
    client: TestClient, bearer: Callable[[str], Headers], asset: Registered, session: Session
) -> None:
    """Each attempt of a client divides the form by another boundary; what it says is the same."""
    keeper = bearer("keeper") | {"Idempotency-Key": "anh-1"}
    path = f"/api/v1/assets/{asset.reference}/attachments"

    def send(*contents: bytes, purpose: str = "intake") -> Any:
        return client.post(path, data={"purpose": purpose}, files=sent(*contents), headers=keeper)

    first, second = send(picture()), send(picture())
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second.headers["idempotent-replay"] == "true"
    assert not first.json()[0]["known"]
    assert send(picture(colour="red")).status_code == 409
    assert send(picture(), purpose="release").status_code == 409
    assert send(picture(), picture()).status_code == 409
    assert count(session) == 1


def test_who_may_not_add_sends_nothing(
    client: TestClient, bearer: Callable[[str], Headers], asset: Registered, settings: Settings
) -> None:
    """Refused before the body is read: a body that never comes is not waited for."""
    path = f"/api/v1/assets/{asset.reference}/attachments"

    def endless() -> Iterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    form = {"content-type": "multipart/form-data; boundary=x"}
    for headers, status in (({}, 401), (bearer("head"), 403), (bearer("accountant"), 403)):
        answer = client.post(path, content=b"--x\r\nbroken", headers=form | headers)
        assert answer.status_code == status


def test_a_body_that_is_no_form_is_not_read_into_memory(
    client: TestClient, bearer: Callable[[str], Headers], asset: Registered
) -> None:
    path = f"/api/v1/assets/{asset.reference}/attachments"
    keeper = bearer("keeper")
    assert client.post(path, json={}, headers=keeper).status_code == 415
    assert client.post(path, content=b"x" * 3_000_000, headers=keeper).status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"--x\r\ncontent-disposition: form-data; name=files; filename=a.jpg\r\n\r\nhalf a pict",
        b"--x\r\ncontent-disposition: form-da",
        b"nothing of a form",
        b"",
    ],
)
def test_an_upload_that_was_cut_off_leaves_nothing(
    client: TestClient,
    bearer: Callable[[str], Headers],
    asset: Registered,
    session: Session,
    body: bytes,
) -> None:
    headers = bearer("keeper") | {"content-type": "multipart/form-data; boundary=x"}
    path = f"/api/v1/assets/{asset.reference}/attachments"
    answer = client.post(path, content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert count(session) == 0


def test_other_routes_keep_their_small_limit(
    client: TestClient, bearer: Callable[[str], Headers], browse: Browse
) -> None:
    keeper = bearer("keeper")
    large = client.post("/api/v1/evidence", content=b"x" * 3_000_000, headers=keeper)
    assert large.status_code == 413
    form = browse("officer").post("/cases/new", files=sent(b"x" * 3_000_000))
    assert form.status_code == 413


def test_files_of_a_foreign_office_are_as_those_that_do_not_exist(
    client: TestClient, bearer: Callable[[str], Headers], asset: Registered, session: Session
) -> None:
    path = f"/api/v1/assets/{asset.reference}/attachments"
    client.post(path, data={"purpose": "intake"}, files=sent(picture()), headers=bearer("keeper"))
    number = session.scalars(select(Attachment.id)).one()
    stranger = bearer("foreign_keeper")
    for wanted in ("", "/content?size=small"):
        foreign = client.get(f"/api/v1/attachments/{number}{wanted}", headers=stranger)
        missing = client.get(f"/api/v1/attachments/987654321{wanted}", headers=stranger)
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert foreign.json()["detail"] == missing.json()["detail"]
    refused = client.post(path, data={"purpose": "intake"}, files=sent(pdf()), headers=stranger)
    assert refused.status_code == 404
