"""What somebody has found by hand stays within reach for half an hour."""

import secrets
from collections import OrderedDict
from datetime import datetime, timedelta

from matinee.kernel.errors import NotFound
from matinee.media.release import Release

HELD = timedelta(minutes=30)
MOST_HELD = 20_000


class Finds:
    """What manual searches have found, for half an hour, so that a page can take it by a key that tells nothing."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[datetime, Release]] = OrderedDict()
        self._keys: dict[tuple[str, str], str] = {}

    def hold(self, release: Release, moment: datetime) -> str:
        """The key of a release; the same one for the same release."""
        told = (release.indexer, release.guid)
        key = self._keys.get(told) or secrets.token_urlsafe(12)
        self._held[key] = (moment, release)
        self._held.move_to_end(key)
        self._keys[told] = key
        while len(self._held) > MOST_HELD:
            _, (_, oldest) = self._held.popitem(last=False)
            self._keys.pop((oldest.indexer, oldest.guid), None)
        return key

    def key_of(self, indexer: str, guid: str) -> str:
        """The key of a release that is held; empty when it is not."""
        return self._keys.get((indexer, guid), "")

    def take(self, key: str, moment: datetime) -> Release:
        """The release; NotFound when it was found too long ago."""
        found = self._held.get(key)
        if found is None or moment - found[0] > HELD:
            raise NotFound("This was found too long ago: search again.", field="key")
        return found[1]
