"""Which folder a client and the house share: derived from what the client tells, proven by a file, told in words."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import pytest

from matinee.house_map import _client_answers
from matinee.kernel.errors import Refused
from matinee.pipeline.clients import ClientSeat
from matinee.pipeline.following import Follower
from matinee.pipeline.ports import Landing
from matinee.pipeline.sharing import share, shared_folder
from tests.pipeline.household import FakeClient, Household

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"


CONTAINER = Landing(Path("/downloads"))
BELIEVED = ", as far as can be told: it cannot be asked"


@dataclass
class Far(FakeClient):
    """A client in a container: it sees the folders that are mounted into it, under other names."""

    landing: Landing = CONTAINER
    mounted: dict[str, Path] = field(default_factory=dict)
    is_mute: bool = False
    looked_at: list[Path] = field(default_factory=list)

    async def lands(self, category: str) -> Landing:
        return self.landing

    async def sees(self, folder: Path) -> bool | None:
        self.looked_at.append(folder)
        if self.is_mute:
            return None
        inside = PurePosixPath(folder)
        for there, here in self.mounted.items():
            if inside.is_relative_to(there) and (here / inside.relative_to(there)).is_dir():
                return True
        return False


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "media" / "downloads"
    folder.mkdir(parents=True)
    return folder


async def told(client: FakeClient, downloads: Path, seat: ClientSeat | None = None) -> str:
    shared = await shared_folder(client, seat or ClientSeat(client.name), downloads, "matinee")
    assert list(downloads.iterdir()) == [], "nothing is left of the proof"
    return shared.in_words.replace(str(downloads), "OURS").replace(str(downloads.parent), "MEDIA")


async def test_one_in_a_container_is_found_by_what_it_tells(downloads: Path) -> None:
    far = Far(downloads, mounted={"/downloads": downloads})
    assert await told(far, downloads) == "/downloads there is OURS here, proven by a file"


async def test_one_that_sees_the_very_folder_is_told_where_to_put_things(downloads: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    near = Far(downloads, landing=Landing(own), mounted={"/": Path("/")})
    assert await told(near, downloads) == "OURS on both sides, proven by a file"


async def test_a_folder_below_ours_is_found_by_the_end_of_its_path(downloads: Path) -> None:
    (downloads / "films").mkdir()
    far = Far(downloads, landing=Landing(Path("/data/films"), is_fixed=True), mounted={"/data": downloads})
    shared = await shared_folder(far, ClientSeat("x"), downloads, "matinee")
    assert (shared.theirs, shared.ours, shared.is_proven) == (Path("/data/films"), downloads / "films", True)
    assert shared.here(Path("/data/films/Tin/a.mkv")) == downloads / "films" / "Tin" / "a.mkv"
    assert shared.here(Path("/other/a.mkv")) == Path("/other/a.mkv")


async def test_what_the_owner_has_named_is_proven_and_not_replaced(downloads: Path) -> None:
    far = Far(downloads, mounted={"/box": downloads})
    seat = ClientSeat("x", theirs="/box", ours=downloads)
    assert await told(far, downloads, seat) == "/box there is OURS here, proven by a file"
    wrong = replace(seat, theirs="/downloads")
    with pytest.raises(Refused, match="put right their_folder and our_folder of this client") as caught:
        await shared_folder(far, wrong, downloads, "matinee")
    assert "does not see in /downloads what is written into" in str(caught.value)
    assert list(downloads.iterdir()) == []


async def test_no_common_folder_is_refused_with_the_cure(downloads: Path) -> None:
    with pytest.raises(Refused, match="mount one folder on both sides, and name their_folder and our_folder"):
        await shared_folder(Far(downloads), ClientSeat("x"), downloads, "matinee")


async def test_one_that_cannot_be_asked_is_believed_and_said_so(downloads: Path) -> None:
    far = Far(downloads, is_mute=True)
    assert await told(far, downloads) == f"/downloads there is OURS here{BELIEVED}"
    near = Far(downloads, is_mute=True, landing=Landing(downloads.parent))
    assert await told(near, downloads) == f"OURS on both sides{BELIEVED}"
    fixed = Far(downloads, is_mute=True, landing=Landing(downloads.parent, is_fixed=True))
    shared = await shared_folder(fixed, ClientSeat("x"), downloads, "matinee")
    assert shared.ours == shared.theirs == downloads.parent
    assert await told(FakeClient(downloads), downloads) == f"OURS on both sides{BELIEVED}"


async def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written and read: No such file or directory"):
        await shared_folder(FakeClient(tmp_path), ClientSeat("x"), tmp_path / "gone", "matinee")


async def test_a_torrent_goes_into_the_folder_as_the_client_calls_it(home: Household) -> None:
    folder = home.parts.shelf.downloads
    far = Far(Path("/downloads"), name="far", mounted={"/downloads": folder})
    add = far.add

    async def into_the_container(payload: object, *, category: str, folder: Path) -> str:
        assert folder == Path("/downloads")
        far.folder = folder = home.parts.shelf.downloads
        id = await add(payload, category=category, folder=folder)  # type: ignore[arg-type]
        status = far.statuses[id]
        far.statuses[id] = replace(status, path=Path("/downloads") / status.path.name)
        far.tell()
        return id

    far.add = into_the_container  # type: ignore[method-assign]
    follower = Follower(far, home.database.bus)
    home.parts.followers.clear()  # type: ignore[attr-defined]
    home.parts.followers["far"] = follower  # type: ignore[index]
    following = asyncio.create_task(follower.follow())
    home.indexer.offer(GOOD)
    await home.ready(await home.wish())
    following.cancel()
    assert len([path for path in home.library.rglob("*") if path.is_file()]) == 1
    looked = len(far.looked_at)
    await share(home.parts, far, "matinee")
    assert len(far.looked_at) == looked, "it is asked once"
    await share(home.parts, far, "matinee", anew=True)
    assert len(far.looked_at) > looked


async def test_the_map_tells_the_folder_and_is_red_with_the_cure_when_it_is_wrong(home: Household) -> None:
    folder = home.parts.shelf.downloads
    far = Far(folder, name="far", mounted={"/downloads": folder})
    home.parts.followers["far"] = Follower(far, home.database.bus)  # type: ignore[index]
    seat = ClientSeat("far")
    answer = await _client_answers(home.parts, seat)
    assert answer == f"0 downloads; /downloads there is {folder} here, proven by a file"
    far.mounted = {}
    with pytest.raises(Refused, match=r"does not see in /downloads what is written into .* here: mount one folder"):
        await _client_answers(home.parts, seat)
    assert home.parts.folder_of("far") == folder
