"""Files for the media room's tests; the large photo is made once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.media import phone

Keep = Callable[[bytes], Path]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Writes bytes to a file of a name that says nothing."""

    def write(data: bytes) -> Path:
        path = tmp_path / f"upload-{len(list(tmp_path.iterdir()))}.dat"
        path.write_bytes(data)
        return path

    return write


@pytest.fixture(scope="session")
def large_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 megapixels, held upright, as a phone saves it: lying, with EXIF that says how to turn it."""
    path = tmp_path_factory.mktemp("large") / "IMG_2231.jpg"
    path.write_bytes(phone.jpeg(phone.scene(4032, 3024), orientation=6))
    return path
