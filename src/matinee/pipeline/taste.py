"""What the house likes, ready at hand: read from memory once, and anew whenever the owner changes it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection

from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import Refused
from matinee.media.custom_format import CustomFormat
from matinee.media.formats import Matcher, compile_formats
from matinee.media.naming import DEFAULT, NamingScheme
from matinee.media.preferences import Preferences
from matinee.media.profile import Profile
from matinee.media.starting import DEFAULT_PROFILE, STARTING_FORMATS, STARTING_PROFILES
from matinee.store.profiles import read_formats, read_naming, read_preferences, read_profiles, settle_in

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taste:
    """All that is liked at one moment: profiles by name, the formats made ready, and the preferences."""

    profiles: Mapping[str, Profile]
    formats: Matcher
    preferences: Preferences = field(default_factory=Preferences)
    naming: NamingScheme = DEFAULT
    version: int = 0


def starting_taste() -> Taste:
    """What a new house likes."""
    profiles = {profile.name: profile for profile in STARTING_PROFILES}
    return Taste(profiles, compile_formats(STARTING_FORMATS))


class Tastes:
    """Holds the taste of the moment. `default` is the profile of new wishes, and of those whose own is gone."""

    def __init__(self, database: Database, default: str = DEFAULT_PROFILE) -> None:
        self.now = starting_taste()
        self.default = default
        self._database = database
        self._changing = asyncio.Lock()

    async def open(self) -> None:
        """Settle in where the house is new, and read what is kept. Refused when the default is no profile."""
        await self.change(lambda tx: settle_in(tx, STARTING_FORMATS, STARTING_PROFILES))
        if self.default not in self.now.profiles:
            known = ", ".join(f"'{name}'" for name in self.now.profiles)
            raise Refused(f"library.profile: there is no profile '{self.default}'; there are: {known}")

    async def change(self, change: Callable[[Transaction], T]) -> T:
        """Change what is kept, all or nothing; from then on it holds. Finished even when the caller is gone."""
        return await asyncio.shield(asyncio.ensure_future(self._change(change)))

    def profile(self, name: str) -> Profile:
        """The profile of this name; one that is gone is replaced by the default."""
        profiles = self.now.profiles
        return profiles.get(name) or profiles.get(self.default) or next(iter(profiles.values()))

    async def _change(self, change: Callable[[Transaction], T]) -> T:
        async with self._changing:
            result, (profiles, formats, preferences, naming) = await self._database.write(
                lambda tx: (change(tx), _kept(tx.connection))
            )
            matcher = await asyncio.to_thread(compile_formats, formats)
            self.now = Taste(profiles, matcher, preferences, naming, self.now.version + 1)
            return result


def _kept(db: Connection) -> tuple[dict[str, Profile], tuple[CustomFormat, ...], Preferences, NamingScheme]:
    profiles = {profile.name: profile for profile in read_profiles(db).values()}
    return profiles, tuple(read_formats(db).values()), read_preferences(db), read_naming(db)
