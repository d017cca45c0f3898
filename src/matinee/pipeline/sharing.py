"""A client and this house share a folder: found by what the client tells, proven by what is written into it here."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matinee.kernel.errors import Refused
from matinee.pipeline.clients import ClientSeat, Shared, derived
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import DownloadClient, Landing, Locating

PROOF = b"matinee"


async def share(parts: Parts, client: DownloadClient, category: str, *, anew: bool = False) -> Shared:
    """The folder that a client's downloads lie in, as both sides call it; looked for once, or `anew`.

    Refused, with the cure, when the client does not see what is written here, or it cannot be written here.
    """
    if anew or client.name not in parts.shared:
        parts.shared.pop(client.name, None)
        seat = next((seat for seat in parts.seats if seat.name == client.name), ClientSeat(client.name))
        parts.shared[client.name] = await shared_folder(client, seat, parts.shelf.downloads, category)
    return parts.shared[client.name]


async def shared_folder(client: DownloadClient, seat: ClientSeat, downloads: Path, category: str) -> Shared:
    """Find and prove it; what the owner has named is not replaced by anything. Refused as `share` tells."""
    if seat.theirs and seat.ours is not None:
        return await _first_proven(client, [Shared(Path(seat.theirs), seat.ours)], seat)
    if not isinstance(client, Locating):
        await _is_seen(client, Shared(downloads, downloads))
        return Shared(downloads, downloads)
    landing = await client.lands(category)
    return await _first_proven(client, _guesses(landing, downloads), seat)


def _guesses(landing: Landing, downloads: Path) -> list[Shared]:
    """What may be the same folder, the likeliest first.

    A client that sees its own folder where we see it sees ours as well, and is told where to put what.
    """
    theirs, same = landing.folder, Shared(downloads, downloads)
    if not theirs.is_absolute():  # it does not say
        return [same]
    there = [Shared(theirs, ours) for ours in (theirs, derived(theirs, downloads), downloads) if ours and ours.is_dir()]
    if landing.is_fixed or theirs == downloads:
        return there
    return [same, *there] if theirs.is_dir() else [*there, same]


async def _first_proven(client: DownloadClient, guesses: list[Shared], seat: ClientSeat) -> Shared:
    """The first that the client sees, or the likeliest when it cannot be asked."""
    for guess in guesses:
        seen = await _is_seen(client, guess)
        if seen:
            return Shared(guess.theirs, guess.ours, is_proven=True)
        if seen is None:
            return guess
    theirs, ours = (str(guesses[0].theirs), str(guesses[0].ours)) if guesses else ("its folder", "none here")
    told = "put right" if seat.theirs else "name"
    raise Refused(
        f"{client.name} does not see in {theirs} what is written into {ours} here: mount one folder on both sides, "
        f"and {told} their_folder and our_folder of this client in matinee.toml"
    )


async def _is_seen(client: DownloadClient, guess: Shared) -> bool | None:
    """Whether the client sees what is written here; None when it cannot be asked."""
    name = f"matinee-check-{secrets.token_hex(8)}"
    await asyncio.to_thread(_write_and_read, guess.ours / name)
    try:
        return await client.sees(guess.theirs / name) if isinstance(client, Locating) else None
    finally:
        await asyncio.to_thread(_clean_up, guess.ours / name)


def _write_and_read(folder: Path) -> None:
    with _told(folder.parent):
        folder.mkdir()
        (folder / "proof").write_bytes(PROOF)
        told = (folder / "proof").read_bytes()
    if told != PROOF:
        raise Refused(f"the folder {folder.parent} gives back something else than was written")


def _clean_up(folder: Path) -> None:
    with _told(folder.parent):
        (folder / "proof").unlink(missing_ok=True)
        folder.rmdir()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"the folder {folder} cannot be written and read: {error.strerror}") from error
