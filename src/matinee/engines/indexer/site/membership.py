"""Who we are at a site: signed in when it needs to be, and remembered over a restart."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from matinee.engines.indexer.site.call import SiteRequest
from matinee.engines.indexer.site.captcha import CaptchaNeeded, Landing, landing_of
from matinee.engines.indexer.site.login import needs_sign_in, sign_in
from matinee.engines.indexer.site.place import Site
from matinee.kernel.errors import MatineeError, Refused

State = Mapping[str, Any]
Keep = Callable[[State], None]

_LARGEST_LANDING = 512 * 1024
_LONG_PAGE = 256 * 1024  # bytes; reading more would make everybody wait


class Membership:
    """Our session at one site. `keep` is given all there is to remember, each time it has changed."""

    def __init__(self, site: Site, state: State, keep: Keep | None) -> None:
        self.is_locked_out = False  # whether the last login has failed
        self._site = site
        self._keep = keep
        self._kept: State = state
        self._waiting: Landing | None = landing_of(state.get("landing"))
        self._logins = 0
        self._door = asyncio.Lock()

    async def ask(self, request: SiteRequest, *, follow: bool = False) -> httpx2.Response:
        """The answer to a request; a stranger's answer makes us sign in and ask once more."""
        self.is_locked_out = False
        before = self._logins
        answer = await self._answer(request, follow=follow)
        if await self._is_stranger(answer):
            await self.sign_in(before)
            answer = await self._answer(request, follow=follow)
            self._refuse_old_cookie(answer)
        self.save()
        return answer

    async def sign_in(self, before: int | None = None) -> None:
        """Sign in, unless somebody else has since `before` logins. What CaptchaNeeded shows is kept for its answer."""
        async with self._door:
            if before is not None and before != self._logins:
                return
            waiting, self._waiting = self._waiting, None
            try:
                await sign_in(self._site, waiting)
            except CaptchaNeeded as error:
                self._waiting, self.is_locked_out = error.landing, True
                raise
            except MatineeError:
                self.is_locked_out = True
                raise
            except ValueError as error:
                self.is_locked_out = True
                raise Refused(f"{self._site.name}: the definition cannot sign in: {error}") from error
            finally:
                self.save()
            self._logins += 1

    @property
    def logins(self) -> int:
        """How often we have signed in."""
        return self._logins

    def save(self) -> None:
        """Give away what is to be remembered, when it differs from last time."""
        state = {"cookies": self._site.line.jar.saved()}
        if self._waiting is not None and len(self._waiting.body) <= _LARGEST_LANDING:
            state["landing"] = self._waiting.saved()
        if self._keep is not None and state != self._kept:
            self._kept = state
            self._keep(state)

    async def _answer(self, request: SiteRequest, *, follow: bool) -> httpx2.Response:
        line = self._site.line
        return await (line.walk if follow else line.send)(request, referer=self._site.link)

    def _refuse_old_cookie(self, answer: httpx2.Response) -> None:
        """The one thing that only the owner can renew; a page without the mark may still be read."""
        login = self._site.definition.login
        is_out = answer.has_redirect_location or answer.status_code in (401, 403)
        if login is not None and login.method == "cookie" and is_out:
            self.is_locked_out = True
            raise Refused(
                f"{self._site.name}: the cookie of your browser is no longer accepted; copy a new one",
                field="cookie",
            )

    async def _is_stranger(self, answer: httpx2.Response) -> bool:
        try:
            if len(answer.content) > _LONG_PAGE:
                return await asyncio.to_thread(needs_sign_in, self._site, answer)
            return needs_sign_in(self._site, answer)
        except ValueError as error:
            raise Refused(f"{self._site.name}: the login test cannot be read: {error}") from error
