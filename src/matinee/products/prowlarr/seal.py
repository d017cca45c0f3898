"""A download link that tells nobody the site's address or key: it is sealed, and only we can open it."""

import base64
import binascii
import hashlib
import hmac
import json

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from matinee.kernel.errors import Refused
from matinee.media.release import Protocol, Release


class NotOurs(Refused):
    """A link that we did not seal."""


_NONCE = 12
_LONGEST = 16 * 1024


def seal(secret: bytes, indexer_id: int, release: Release) -> str:
    """What is needed to fetch the release, for this indexer only; the same release gives the same seal."""
    told = {
        "u": release.download_url,
        "m": release.magnet_url,
        "g": release.guid,
        "h": release.infohash,
        "p": release.page_url,
        "n": release.name,
        "s": release.size,
        "t": release.protocol.value,
    }
    plain = json.dumps({key: value for key, value in told.items() if value}, separators=(",", ":")).encode()
    bound = _bound(indexer_id)
    # The number used once is made of what is sealed: a link stays the same from feed to feed.
    nonce = hmac.digest(_key(secret, b"number"), bound + plain, "sha256")[:_NONCE]
    sealed = ChaCha20Poly1305(_key(secret, b"seal")).encrypt(nonce, plain, bound)
    return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()


def unseal(secret: bytes, indexer_id: int, indexer: str, sealed: str) -> Release:
    """The release of a link of ours. NotOurs when it is none, or is another indexer's."""
    try:
        if len(sealed) > _LONGEST:
            raise ValueError("too long")
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        opener = ChaCha20Poly1305(_key(secret, b"seal"))
        told = json.loads(opener.decrypt(raw[:_NONCE], raw[_NONCE:], _bound(indexer_id)))
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise NotOurs("this download link is not one of ours, or it is broken: search again") from error
    return Release(
        guid=told.get("g", ""),
        name=told.get("n", ""),
        indexer=indexer,
        download_url=told.get("u", ""),
        size=told.get("s", 0),
        protocol=Protocol(told["t"]),
        infohash=told.get("h"),
        page_url=told.get("p"),
        magnet_url=told.get("m"),
    )


def _key(secret: bytes, use: bytes) -> bytes:
    return hashlib.blake2b(use, key=hashlib.sha512(secret).digest(), digest_size=32, person=b"matinee-links").digest()


def _bound(indexer_id: int) -> bytes:
    return f"indexer {indexer_id}".encode()
