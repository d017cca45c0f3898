"""What can only be checked on the machine itself: one filesystem for downloads and library, and the tunnel's device."""

import asyncio
import errno
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from matinee.kernel.errors import NotFound, Refused

_IS_UP = 0x1
_DEVICES = Path("/sys/class/net")


@dataclass(frozen=True, slots=True)
class HardlinkCheck:
    """Really link a small file from the downloads into the library: equal device numbers prove nothing."""

    downloads: Path
    library: Path

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        return await asyncio.to_thread(self._try)

    def _try(self) -> str:
        """Make a file, link it, compare, and leave nothing behind."""
        name = f".matinee-probe-{secrets.token_hex(8)}"
        source, target = self.downloads / name, self.library / name
        try:
            source.touch(exist_ok=False)
            os.link(source, target)
            if not source.samefile(target):
                raise Refused(f"{self.library}: a hardlink arrives as another file")
        except OSError as error:
            raise self._in_words(error) from error
        finally:
            source.unlink(missing_ok=True)
            target.unlink(missing_ok=True)
        return f"hardlinks work from {self.downloads}"

    def _in_words(self, error: OSError) -> Refused:
        """Why films would be copied instead of linked, or not arrive at all."""
        if error.errno == errno.EXDEV:
            return Refused(
                f"{self.downloads} and {self.library} are not on one mount, so every import would be a copy:"
                " put both under one folder that is mounted once"
            )
        if error.errno == errno.ENOENT:
            missing = self.library if self.downloads.is_dir() else self.downloads
            return NotFound(f"{missing}: there is no such folder")
        return Refused(f"{error.filename2 or error.filename or self.library}: {error.strerror}")


@dataclass(frozen=True, slots=True)
class InterfaceCheck:
    """The tunnel's network device is there and up."""

    interface: str
    devices: Path = _DEVICES

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        try:
            flags = int((self.devices / self.interface / "flags").read_text(), 16)
        except OSError as error:
            raise NotFound(f"there is no network device '{self.interface}': is the tunnel started?") from error
        if not flags & _IS_UP:
            raise Refused(f"the network device '{self.interface}' is down")
        return f"{self.interface} is up"


@dataclass(frozen=True, slots=True)
class KnownBroken:
    """A link of which the configuration alone says that it is broken, and why."""

    reason: str

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        raise Refused(self.reason)
