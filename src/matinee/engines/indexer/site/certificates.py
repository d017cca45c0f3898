"""Some sites show a certificate nobody vouches for: it is accepted when the definition names its fingerprint."""

import hashlib
import ssl
from collections.abc import Collection
from typing import Any

import httpx2

from matinee.kernel.guard import Guard, GuardedTransport
from matinee.kernel.proxy import Proxy


class NamedCertificates(httpx2.AsyncBaseTransport):
    """A transport that verifies as everybody does, and falls back to the SHA-1 fingerprints of the definition.

    Nothing is sent before the certificate is known: it is judged in the handshake.
    """

    def __init__(self, fingerprints: Collection[str], guard: Guard | None, proxy: Proxy | None) -> None:
        self._verified = GuardedTransport(guard, proxy=proxy)
        self._named = GuardedTransport(guard, proxy=proxy, verify=_context(fingerprints))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request; a certificate that fails is looked for among the named ones."""
        try:
            return await self._verified.handle_async_request(request)
        except httpx2.ConnectError as error:
            if "CERTIFICATE_VERIFY_FAILED" not in str(error):
                raise
            return await self._named.handle_async_request(request)

    async def aclose(self) -> None:
        """Hang up."""
        await self._verified.aclose()
        await self._named.aclose()


def _context(fingerprints: Collection[str]) -> ssl.SSLContext:
    """TLS that accepts exactly these certificates."""
    accepted = frozenset(one.replace(":", "").strip().lower() for one in fingerprints)

    class Judged(ssl.SSLObject):
        """A connection that ends in its handshake when the certificate is another."""

        def do_handshake(self) -> None:
            super().do_handshake()
            shown: Any = self.getpeercert(binary_form=True)
            if hashlib.sha1(shown or b"", usedforsecurity=False).hexdigest() not in accepted:
                raise ssl.SSLCertVerificationError("the certificate is neither valid nor the one of the definition")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # judged by its fingerprint instead
    context.sslobject_class = Judged
    return context
