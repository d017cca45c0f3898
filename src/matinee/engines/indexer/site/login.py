"""Sign in to a site in the way its definition describes."""

import httpx2

from matinee.engines.indexer.language.definition import Login
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.site.answers import fault_of, is_html
from matinee.engines.indexer.site.call import Pairs, SiteRequest, post, query_string, with_query
from matinee.engines.indexer.site.captcha import Landing
from matinee.engines.indexer.site.cookies import read_cookie_header
from matinee.engines.indexer.site.landing import submit_form
from matinee.engines.indexer.site.place import Site
from matinee.engines.indexer.site.requests import headers_of
from matinee.kernel.errors import Refused

_GATEWAY_FAILS = 502


async def sign_in(site: Site, waiting: Landing | None = None) -> None:
    """Sign in; afterwards the session is in the line's jar.

    `waiting` is the login page whose captcha was shown to the owner. Raises CaptchaNeeded for a new one, Refused in
    the site's words when it does not let us in, Unreachable when it is silent.
    """
    login = site.definition.login
    if login is None or login.method == "cookie":
        _use_cookie(site)
        return
    if waiting is None:
        _begin_session(site, login)
    answer = await _answer(site, login, waiting)
    _judge(site, login, answer)


def needs_sign_in(site: Site, answer: httpx2.Response) -> bool:
    """Whether an answer is what a stranger gets: a redirect, an error, or a page without the mark of a member.

    A request for a pause, or a server that is down behind its gateway, says nothing about us.
    """
    login = site.definition.login
    if login is None or answer.status_code == 429 or answer.status_code >= _GATEWAY_FAILS:
        return False
    if answer.has_redirect_location or answer.status_code >= 400:
        return True
    return lacks_mark(site, answer)


def lacks_mark(site: Site, answer: httpx2.Response) -> bool:
    """Whether a page does not show what only members see."""
    login = site.definition.login
    if login is None or not login.test_selector or not is_html(answer):
        return False
    return site.page(answer).first(login.test_selector, site.scope) is None


def login_request(site: Site, login: Login) -> SiteRequest | None:
    """The first request of a login; None where nothing is asked (`cookie`)."""
    headers = headers_of(login.headers or site.definition.search.headers, site.scope)
    encoding = site.definition.encoding
    if login.method == "cookie":
        return None
    path, inputs = render(login.path, site.scope), _inputs(site, login)
    if login.method == "post":
        return post(site.at(path), inputs, encoding, headers)
    if login.method == "oneurl":
        return SiteRequest(site.at(path + dict(inputs).get("oneurl", "")), headers=headers)
    if login.method == "get":
        return SiteRequest(with_query(site.at(path), query_string(inputs, encoding)), headers=headers)
    return SiteRequest(site.at(path), headers=headers)


async def _answer(site: Site, login: Login, waiting: Landing | None) -> httpx2.Response:
    request = login_request(site, login)
    if request is None or login.method == "form":
        headers = request.headers if request else ()
        return await submit_form(site, login, headers, waiting)
    return await site.line.walk(request, referer=site.link)


def _use_cookie(site: Site) -> None:
    """The owner's cookie is sent always; only what stands in its way can be cleared."""
    if not site.line.own_cookies:
        raise Refused(f"{site.name}: it needs the cookie of your browser; copy it into the indexer's settings")
    site.line.jar.clear()


def _begin_session(site: Site, login: Login) -> None:
    """The old session is forgotten; the definition's own cookies stand at the beginning of a new one."""
    site.line.jar.clear()
    for cookies in login.cookies:
        site.line.jar.put(site.link, read_cookie_header(render(cookies, site.scope)))


def _judge(site: Site, login: Login, answer: httpx2.Response) -> None:
    """Raise what the answer to a login means when it is a no."""
    if answer.status_code != 429 and answer.status_code < _GATEWAY_FAILS:
        site.refuse_errors(login.errors, site.page(answer), "the login is refused")
    if answer.status_code == 401:
        raise Refused(
            f"{site.name}: the login is refused (HTTP 401); correct the account or key in the indexer's settings"
        )
    fault = fault_of(site.name, answer, site.scope.clock())
    if fault is not None and answer.status_code >= 400:
        raise fault


def _inputs(site: Site, login: Login) -> Pairs:
    return tuple((name, render(value, site.scope)) for name, value in login.inputs)
