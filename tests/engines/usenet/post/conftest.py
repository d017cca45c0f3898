from pathlib import Path

import pytest

from tests.engines.usenet.post.parcels import Parcel


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    """An empty folder of a job."""
    for name in ("job", "elsewhere"):
        (tmp_path / name).mkdir()
    return Parcel(tmp_path / "job", tmp_path / "elsewhere")
