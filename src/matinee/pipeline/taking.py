"""Take a release for no title in particular: whoever found it by hand has it downloaded, and its goal goes along."""

import asyncio
from dataclasses import replace

from matinee.media.release import Release
from matinee.media.title import Kind
from matinee.media.torrent_file import read_torrent
from matinee.pipeline.parts import Parts
from matinee.pipeline.seeding import goal_for
from matinee.pipeline.sharing import share

CATEGORY = "by-hand"
TELEVISION = 5  # thousands of Newznab's categories


async def take(parts: Parts, release: Release, *, source: str) -> str:
    """Fetch it on behalf of `source` and hand it to the preferred client that answers; the download's id there.

    It lies in a folder of its own category and is nobody's to import or to remove but its owner's.
    """
    followers = parts.clients_for(release)
    follower = next((one for one in followers if not one.trouble), followers[0])
    client = await follower.answering()
    payload = await parts.hub.fetch(release, source=source)
    is_private = False
    if payload.torrent is not None:
        is_private = (await asyncio.to_thread(read_torrent, payload.torrent)).private
    kind = Kind.SERIES if release.categories and min(release.categories) // 1000 == TELEVISION else Kind.MOVIE
    goal = goal_for(parts, release, kind, is_private=is_private)
    folder = (await share(parts, client, CATEGORY)).theirs / CATEGORY
    return await client.add(replace(payload, name=release.name, goal=goal), category=CATEGORY, folder=folder)
