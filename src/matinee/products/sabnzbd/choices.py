"""The switches of SABnzbd that are ours as well, by their names in `misc`."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from matinee.pipeline.usenet_port import Duplicates, Locked, UsenetPreferences
from matinee.products.sabnzbd.call import Wrong
from matinee.products.sabnzbd.wire import NO_INTEGER

Change = Callable[[UsenetPreferences, int], UsenetPreferences]

CHOICES: Mapping[str, Change] = {
    "pre_check": lambda known, told: replace(known, pre_check=bool(told)),
    "direct_unpack": lambda known, told: replace(known, direct_unpack=bool(told)),
    "pause_on_pwrar": lambda known, told: replace(known, locked=_locked(told)),
    "no_dupes": lambda known, told: replace(known, same_articles=_duplicates(told)),
    "no_smart_dupes": lambda known, told: replace(known, same_title=_duplicates(told)),
    "propagation_delay": lambda known, told: replace(known, propagation_minutes=told),
}


def changed(known: UsenetPreferences, keyword: str, text: str) -> UsenetPreferences:
    """What the owner chose, with one of the choices changed; Wrong when that is no number for it."""
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise Wrong(NO_INTEGER)
    return CHOICES[keyword](known, int(text))


def _duplicates(told: int) -> Duplicates:
    try:
        return Duplicates(told)
    except ValueError as error:
        raise Wrong("duplicates are 0 let in, 1 refused, 2 paused, 3 failed, 4 tagged") from error


def _locked(told: int) -> Locked:
    try:
        return Locked(told)
    except ValueError as error:
        raise Wrong("archives with an unknown password are 0 fetched, 1 paused, 2 failed") from error
