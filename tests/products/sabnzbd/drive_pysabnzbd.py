"""Run by the python of pysabnzbd's own folder: everything it can do, and what it understood of the answers."""

import asyncio
import importlib
import json
import sys
from typing import Any

aiohttp: Any = importlib.import_module("aiohttp")
pysabnzbd: Any = importlib.import_module("pysabnzbd")


async def main(url: str, key: str) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session:
        api = pysabnzbd.SabnzbdApi(url, key, web_root="sabnzbd", session=session)
        told: dict[str, Any] = {"there": await api.check_available()}
        await api.pause_queue()
        await api.refresh_data()
        told["queue"] = api.queue
        await api.resume_queue()
        await api.set_speed_limit("4M")
        try:
            await pysabnzbd.SabnzbdApi(url, "wrong", session=session).check_available()
        except pysabnzbd.SabnzbdApiException as error:
            told["refusal"] = str(error)
        return told


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
