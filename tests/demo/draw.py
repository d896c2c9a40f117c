"""Draws the photos of the demo's stories: `python -m tests.demo.draw`. Run by hand when a picture changes.

One comes as from a phone: lying on its side with a note to turn it, and with a place in it.
"""

from pathlib import Path

from PIL import Image

import socialpub.demo
from tests.demo import scenes

STORIES = Path(socialpub.demo.__file__).parent / "stories"
ORIENTATION, MAKE, GPS, CAMERA_DETAILS = 0x0112, 0x010F, 0x8825, 0x8769
#: In the middle of the Atlantic: degrees, minutes, seconds.
PLACE = {1: "N", 2: (41.0, 12.0, 33.0), 3: "W", 4: (30.0, 30.0, 12.0)}


def main() -> None:
    for story, name in NAMES.items():
        (STORIES / story).mkdir(parents=True, exist_ok=True)
        picture = getattr(scenes, name.partition(".")[0].replace("-", "_"))().finished()
        save(picture, STORIES / story / name)


NAMES = {
    "4-lost-bike": "bike.jpg",
    "5-coffee": "coffee.webp",
    "6-lost-dog": "dog.png",
    "3-crossing": "crossing.jpg",
    "2-park-cleanup": "park.jpg",
    "1-car-seats": "car-seat.jpg",
}


def save(picture: Image.Image, path: Path) -> None:
    match path.suffix:
        case ".png":
            picture.quantize(200, dither=Image.Dither.NONE).save(path, optimize=True)
        case ".webp":
            picture.save(path, quality=88, method=6)
        case _ if path.stem == "bike":
            _as_from_a_phone(picture, path)
        case _:
            picture.save(path, quality=86, optimize=True)


def _as_from_a_phone(picture: Image.Image, path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "Invented Phone"  # 6: turn it a quarter clockwise to see it upright
    exif.get_ifd(GPS).update(PLACE)
    exif.get_ifd(CAMERA_DETAILS).update({0xA431: "SERIAL-0000-DEMO"})
    picture.transpose(Image.Transpose.ROTATE_90).save(path, quality=86, optimize=True, exif=exif)


if __name__ == "__main__":
    main()
