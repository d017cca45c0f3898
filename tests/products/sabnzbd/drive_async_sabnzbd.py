"""Run by the python of async-sabnzbd's own folder: every call it has, and what it was answered."""

import asyncio
import importlib
import json
import sys
from typing import Any

httpx: Any = importlib.import_module("httpx")
clients: Any = importlib.import_module("async_sabnzbd.sabnzbd")


async def main(url: str, key: str) -> dict[str, Any]:
    async with httpx.AsyncClient() as line:
        client = clients.Sabnzbd(url, key, line)
        (slot,) = await client.queue(start=0, limit=5)
        id = slot["nzo_id"]
        return {
            "version": await client.version(),
            "files": len(await client.get_files(id)),
            "named": await client.change_job_name(id, "Night Tram", "word"),
            "prior": await client.change_job_priority(id, 2),
            "filed": await client.change_job_category(id, "films"),
            "options": await client.change_job_post_processing_options(id, 3),
            "paused": await client.pause_job(id),
            "resumed": await client.resume_job(id),
            "sorted": await client.sort_queue("name", "asc"),
            "all": [await client.pause_queue(), await client.resume_queue(), await client.set_speedlimit("1M")],
            "history": len((await client.history(limit=5))["history"]["slots"]),
            "categories": await client.get_categories(),
            "scripts": await client.get_scripts(),
            "day": (await client.server_stats())["day"],
            "ended": [await client.restart(), await client.shutdown()],
            "deleted": await client.delete_job([id, "none"]),
        }


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
