"""The darkroom's worker: opens pictures that nobody has opened yet, in a process of its own.

It has little memory and time and no network. For each picture it says what it is and how large,
writes two scaled, upright copies that tell nothing else into its folder, and says what the picture
tells of its taking (EXIF). The header is read first; a picture that is too large is never decoded.
Started by inventory.attachments.darkroom, one process for the pictures of one request.
"""

import json
import os
import resource
import sys
import warnings
from contextlib import suppress
from fractions import Fraction
from io import BytesIO
from math import isfinite
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 82
MOST_TAGS = 80
LONGEST = 200
PREVIEWS = ("small", "large")
ORIENTATION = 0x0112
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.system")
_TIMES = ("DateTimeOriginal", "DateTimeDigitized", "DateTime")
_SCALED_AS_IT_IS = ("L", "LA", "RGB", "RGBA", "CMYK")
_ROTATED = 5
"""From this EXIF orientation on, width and height are exchanged."""

Said = dict[str, Any]


def main(memory: int, seconds: int) -> None:
    """Develop the pictures that stdin names."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    asked = json.load(sys.stdin)
    Image.MAX_IMAGE_PIXELS = None  # the limit below is ours, and is not only a warning
    Image.init()
    sys.addaudithook(_refuse)
    warnings.simplefilter("ignore")
    for number, handle in enumerate(asked["files"]):
        sys.stdout.write(json.dumps(_developed(number, handle, asked)) + "\n")
        sys.stdout.flush()


def _developed(number: int, handle: int, asked: Said) -> Said:
    try:
        with (
            os.fdopen(handle, "rb") as file,
            Image.open(_rewound(file), formats=FORMATS) as picture,
        ):
            width, height = picture.size
            if width * height > asked["pixels"]:
                return {"fault": "too_many_pixels", "pixels": width * height}
            return _shown(number, picture, asked["edges"])
    except MemoryError:
        return {"fault": "too_many_pixels", "pixels": 0}
    except Exception as error:  # noqa: BLE001 - whatever a decoder does with a damaged file
        return {"fault": "damaged", "told": repr(error)[:LONGEST]}


def _rewound(file: BinaryIO) -> BinaryIO:
    """The position is shared with the parent, which has read in the file."""
    file.seek(0)
    return file


def _shown(number: int, picture: Image.Image, edges: list[int]) -> Said:
    exif = picture.getexif()
    origin = _origin(exif)
    width, height = picture.size
    if exif.get(ORIENTATION, 1) >= _ROTATED:
        width, height = height, width
    largest = max(edges)
    picture.draft("RGB", (largest, largest))
    picture.load()
    scaled = picture if picture.mode in _SCALED_AS_IT_IS else _with_colours(picture)
    scaled.thumbnail((largest, largest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = _plain(ImageOps.exif_transpose(scaled))
    made = [_preview(upright, edge) for edge in sorted(edges, reverse=True)]
    sizes = {}
    for name, preview in zip(PREVIEWS, reversed(made), strict=True):
        preview.save(f"{number}.{name}", "JPEG", quality=QUALITY, progressive=True, optimize=True)
        sizes[name] = preview.size
    return {"width": width, "height": height, "origin": origin, **sizes}


def _with_colours(picture: Image.Image) -> Image.Image:
    """Palettes and the like cannot be scaled as they are."""
    clear = "transparency" in picture.info or picture.mode == "PA"
    return picture.convert("RGBA" if clear else "RGB")


def _preview(picture: Image.Image, edge: int) -> Image.Image:
    """A smaller copy without anything but its pixels."""
    copy = picture.copy()
    copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    copy.info.clear()
    return copy


def _plain(picture: Image.Image) -> Image.Image:
    """Red, green and blue on white, in the colours of the screen."""
    profile = picture.info.get("icc_profile")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        behind = Image.new("RGBA", picture.size, "white")
        behind.alpha_composite(picture.convert("RGBA"))
        picture = behind
    plain = picture.convert("RGB")
    if profile and picture.mode in {"RGB", "RGBA"}:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            screen = ImageCms.createProfile("sRGB")
            ImageCms.profileToProfile(plain, given, screen, inPlace=True)
    return plain


def _origin(exif: Image.Exif) -> Said | None:
    """What the picture tells; None where it tells nothing."""
    tags: Said = {}
    inner = (exif, exif.get_ifd(ExifTags.IFD.Exif))
    for block in inner:
        for code, value in block.items():
            name = ExifTags.TAGS.get(code)
            if name and len(tags) < MOST_TAGS and (said := _told(value)) is not None:
                tags[name] = said
    places = exif.get_ifd(ExifTags.IFD.GPSInfo)
    told = {
        "taken_at": next((str(tags[name]) for name in _TIMES if tags.get(name)), None),
        "camera": " ".join(str(tags[n]) for n in ("Make", "Model") if tags.get(n)) or None,
        "latitude": _degrees(places, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef),
        "longitude": _degrees(places, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef),
    }
    tags.pop("Orientation", None)
    return {**told, "tags": tags} if tags or any(told.values()) else None


def _degrees(places: dict[int, Any], code: int, side: int) -> float | None:
    with suppress(KeyError, TypeError, ValueError, ZeroDivisionError):
        degrees, minutes, seconds = (float(Fraction(part)) for part in places[code])
        value = degrees + minutes / 60 + seconds / 3600
        if abs(value) <= 180:
            return round(-value if str(places[side]).upper() in {"S", "W"} else value, 6)
    return None


def _told(value: object) -> str | int | float | None:
    """A value as it can be kept: short texts and numbers; blocks of bytes are left out."""
    if isinstance(value, str):
        return "".join(c for c in value if c.isprintable()).strip()[:LONGEST] or None
    if isinstance(value, bool | bytes):
        return None
    if isinstance(value, int):
        return value
    with suppress(TypeError, ValueError, ZeroDivisionError):
        number = round(float(value), 6)  # type: ignore[arg-type]
        return number if isfinite(number) else None
    return None


def _refuse(event: str, _arguments: object) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
