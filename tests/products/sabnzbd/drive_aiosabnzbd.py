"""Run by the python of aiosabnzbd's own folder: everything it can do, and what it understood of the answers."""

import asyncio
import importlib
import json
import sys
from typing import Any

words: Any = importlib.import_module("aiosabnzbd.const").QueueOperationCommand
clients: Any = importlib.import_module("aiosabnzbd.sabnzbd")


async def main(url: str, key: str) -> dict[str, Any]:
    async with clients.SABnzbdClient(url=url, api_key=key) as client:
        queue, history = await client.queue(), await client.history()
        (slot,) = queue.slots
        return {
            "version": await client.version(),
            "paused": (await client.operate_queue(command=words.PAUSE)).status,
            "resumed": (await client.operate_queue(command=words.RESUME)).status,
            "limited": (await client.set_speed_limit(percentage=80)).status,
            "queue": [queue.status, queue.noofslots_total, queue.timeleft.total_seconds(), queue.speed],
            "slot": [slot.filename, slot.mb, slot.status, slot.nzo_id],
            "history": [history.noofslots, history.ppslots],
        }


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
