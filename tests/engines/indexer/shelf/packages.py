"""Packages of definitions made for the tests."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

from tests.engines.indexer.site.tracker_site import definition_text


def definition(id: str = "tinytracker", name: str = "Tiny Tracker") -> str:
    return definition_text().replace("id: tinytracker", f"id: {id}").replace("name: Tiny Tracker", f"name: {name}")


def package(files: Mapping[str, str | bytes]) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return whole.getvalue()
