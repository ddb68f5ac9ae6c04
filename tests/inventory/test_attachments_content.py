"""What a file is by its content: no name is believed, nothing harmful is opened."""

import os
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from PIL import Image

from inventory.attachments.darkroom import examine
from inventory.attachments.rules import Kind, Limits, name_to_keep
from inventory.attachments.schemas import Examined, Incoming
from inventory.base.errors import Invalid
from tests.make.pictures import (
    LATITUDE,
    LONGITUDE,
    TAKEN_AT,
    enormous_png,
    incoming,
    office,
    pdf,
    picture,
)

LIMITS = Limits()
Look = Callable[..., Examined]


@pytest.fixture
def receive() -> Iterator[Callable[..., Incoming]]:
    opened: list[Incoming] = []

    def receive(content: bytes, name: str = "anh.jpg") -> Incoming:
        opened.append(incoming(content, name))
        return opened[-1]

    yield receive
    for one in opened:
        one.content.close()


@pytest.fixture
def look(receive: Callable[..., Incoming]) -> Look:
    def look(content: bytes, name: str = "anh.jpg", limits: Limits = LIMITS) -> Examined:
        (found,) = examine([receive(content, name)], limits)
        return found

    return look


def refusal(look: Look, content: bytes, name: str = "anh.jpg", limits: Limits = LIMITS) -> str:
    with pytest.raises(Invalid) as refused:
        look(content, name, limits)
    text, params = refused.value.fields["files"]
    return text % params


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture(), Kind.JPEG),
        (picture(form="PNG"), Kind.PNG),
        (picture(form="WEBP"), Kind.WEBP),
        (pdf(), Kind.PDF),
        (office(), Kind.DOCX),
        (office("xl/workbook.xml"), Kind.XLSX),
    ],
)
def test_a_file_is_what_its_content_is_whatever_it_is_called(
    look: Look, content: bytes, kind: Kind
) -> None:
    assert look(content, "x.exe").kind is kind


def test_a_pdf_named_as_a_picture_is_taken_as_the_pdf_it_is(look: Look) -> None:
    found = look(pdf(), "bien ban.jpg")
    assert (found.kind, found.picture) == (Kind.PDF, None)
    assert name_to_keep("bien ban.jpg", found.kind) == "bien ban.jpg.pdf"
    assert name_to_keep("anh.JPEG", Kind.JPEG) == "anh.JPEG"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"MZ" + bytes(200), "EXE"),
        (b"<!doctype html><script>alert(1)</script>", "HTML"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
        (b"GIF89a" + bytes(50), "GIF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIF"),
        (b"chang la gi", "no JPEG"),
        (office("readme.txt"), "ZIP"),
        (pdf()[:-20], "damaged or cut off"),
        (office()[:-30], "damaged or too large"),
        (picture()[:3000], "damaged or cut off"),
        (picture(form="PNG")[:400], "damaged or cut off"),
        (b"\xff\xd8\xff\xe0" + os.urandom(5000), "damaged or cut off"),
        (b"%PDF-1.4 <html>", "damaged or cut off"),
    ],
)
def test_what_is_not_taken_is_refused_in_words(look: Look, content: bytes, said: str) -> None:
    assert said in refusal(look, content, "tep")


def test_a_picture_is_measured_before_it_is_opened(look: Look) -> None:
    """Ten thousand megapixels in a hundred bytes: decoding them would take 30 GB."""
    assert "10000 million pixels" in refusal(look, enormous_png(100_000, 100_000))
    assert "60 million pixels" in refusal(look, enormous_png(10_000, 6_000))
    assert "1 million pixels" in refusal(look, picture(1200, 1000), limits=Limits(pixels=10**6))


def test_a_large_picture_within_the_limits_is_opened(look: Look) -> None:
    found = look(picture(8000, 6000))
    assert found.picture is not None
    assert (found.picture.width, found.picture.height) == (8000, 6000)
    assert (found.picture.large.width, found.picture.small.width) == (1600, 320)


def test_a_file_larger_than_the_limit_is_refused(look: Look) -> None:
    assert "larger than 1 MB" in refusal(look, pdf(2_000_000), limits=Limits(file=1024 * 1024))


def test_an_archive_that_unpacks_to_gigabytes_is_refused_unopened(look: Look) -> None:
    bomb = office(size=300 * 1024 * 1024)
    assert len(bomb) < 1024 * 1024
    assert "unpacks to more" in refusal(look, bomb, "phong bi.docx")


def test_an_archive_of_thousands_of_entries_is_refused_unread(look: Look) -> None:
    assert "too large" in refusal(look, office(entries=6000), "nhieu.docx")


def test_what_a_picture_tells_is_kept_apart_from_what_is_shown(look: Look) -> None:
    found = look(picture(gps=True))
    assert found.picture is not None
    origin = found.picture.origin
    assert origin is not None
    assert (origin.taken_at, origin.camera) == (TAKEN_AT, "Acme Phone 9")
    assert origin.latitude == pytest.approx(LATITUDE, abs=1e-5)
    assert origin.longitude == pytest.approx(LONGITUDE, abs=1e-5)
    for shown in (found.picture.small, found.picture.large):
        with Image.open(BytesIO(shown.content)) as image:
            assert not image.getexif()
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
        assert b"hidden" not in shown.content
        assert b"Acme" not in shown.content


def test_a_picture_that_tells_nothing_has_no_origin(look: Look) -> None:
    found = look(picture())
    assert found.picture is not None
    assert found.picture.origin is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_shown_upright(look: Look, orientation: int) -> None:
    corners = {1: "lu", 2: "ru", 3: "rl", 4: "ll", 5: "lu", 6: "ru", 7: "rl", 8: "ll"}
    found = look(picture(400, 300, orientation=orientation))
    assert found.picture is not None
    turned = orientation >= 5
    assert (found.picture.width, found.picture.height) == ((300, 400) if turned else (400, 300))
    with Image.open(BytesIO(found.picture.small.content)) as image:
        width, height = image.size
        assert (width < height) == turned
        side, level = corners[orientation]
        x = 10 if side == "l" else width - 10
        y = 10 if level == "u" else height - 10
        red, green, _blue = image.getpixel((x, y))
        assert red > 200
        assert green < 80


def test_transparent_and_indexed_pictures_are_shown_on_white(look: Look) -> None:
    out = BytesIO()
    Image.new("RGBA", (200, 100), (0, 0, 0, 0)).quantize(4).save(out, "PNG")
    found = look(out.getvalue())
    assert found.picture is not None
    with Image.open(BytesIO(found.picture.small.content)) as image:
        assert min(image.getpixel((50, 50))) > 240


def test_every_faulty_file_of_several_is_named(receive: Callable[..., Incoming]) -> None:
    files = [receive(picture(), "tot.jpg"), receive(b"xau", "xau.jpg"), receive(b"", "rong.jpg")]
    with pytest.raises(Invalid) as refused:
        examine(files, LIMITS)
    assert list(refused.value.fields) == ["files.2", "files.3"]
    damaged = [receive(picture(), "tot.jpg"), receive(picture()[:3000], "hong.jpg")]
    with pytest.raises(Invalid) as refused:
        examine(damaged, LIMITS)
    text, params = refused.value.fields["files.2"]
    assert text % params == "hong.jpg is damaged or cut off; it cannot be opened as a picture."


def test_no_file_and_too_many_are_refused(receive: Callable[..., Incoming]) -> None:
    for files in ([], [receive(pdf())] * 41):
        with pytest.raises(Invalid):
            examine(files, LIMITS)
