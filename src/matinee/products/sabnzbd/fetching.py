"""Fetches the NZB at an address that somebody told us, but never from inside the house."""

from email.message import Message

from matinee.kernel.guard import Guard
from matinee.kernel.http import Wire
from matinee.media.nzb_file import LARGEST_NZB
from matinee.products.sabnzbd.call import Fetch

SILENCE, DEADLINE = 20.0, 60.0


def guarded_fetch(guard: Guard) -> Fetch:
    """Fetches from the addresses that the guard lets pass; redirects are judged as well."""

    async def fetch(url: str) -> tuple[str, bytes]:
        line = Wire(
            "the NZB's address",
            "",
            guard=guard,
            timeout=SILENCE,
            deadline=DEADLINE,
            follow_redirects=True,
            largest=LARGEST_NZB,
        )
        async with line:
            answer = await line.get(url)
        named = answer.headers.get("x-dnzb-name") or _file_name(answer.headers.get("content-disposition", ""))
        return named or answer.url.path.rpartition("/")[2], answer.content

    return fetch


def _file_name(disposition: str) -> str:
    message = Message()
    message["content-disposition"] = disposition.replace("\r", "").replace("\n", "")
    return message.get_filename() or ""
