"""Well-known indexers have addresses that the client takes as they are."""

from urllib.parse import urlsplit

import pytest

from matinee.media.release import Protocol
from matinee.products.newznab.presets import GENERIC_NEWZNAB, GENERIC_TORZNAB, PRESETS, Preset, api_path_of


def test_names_are_found_once_and_both_dialects_have_a_generic_one() -> None:
    assert len({preset.name for preset in PRESETS}) == len(PRESETS)
    assert {GENERIC_NEWZNAB, GENERIC_TORZNAB} <= set(PRESETS)
    assert (GENERIC_NEWZNAB.protocol, GENERIC_TORZNAB.protocol) == (Protocol.USENET, Protocol.TORRENT)


@pytest.mark.parametrize("preset", [preset for preset in PRESETS if preset.url], ids=lambda preset: preset.name)
def test_a_preset_is_an_address_and_a_path(preset: Preset) -> None:
    parts = urlsplit(preset.url)
    assert parts.scheme == "https" and parts.hostname and not parts.path and not parts.query
    assert preset.api_path.startswith("/") and api_path_of(preset.url) == preset.api_path


@pytest.mark.parametrize("url", ["http://reel.test/x", "", "http://[broken"])
def test_elsewhere_the_path_is_api(url: str) -> None:
    assert api_path_of(url) == "/api"
