"""A redirect leads elsewhere: the next call is made anew, and what was meant for one host stays with it."""

import httpx2

from matinee.kernel.errors import Refused

MOST_REDIRECTS = 5

_KEEPS_METHOD = (307, 308)
_PLAIN = ("user-agent", "accept", "accept-encoding", "accept-language", "range")  # headers that tell no secret
_OF_A_BODY = ("content-length", "content-type", "transfer-encoding")


def next_request(client: httpx2.AsyncClient, answer: httpx2.Response) -> httpx2.Request | None:
    """The call that a redirect asks for; None when it asks for none that is made over the web.

    To the same host (or from http to https on it) all headers go along, elsewhere only those that tell no secret.
    Of the cookies those go that the next host may see. Refused when a form would be carried to somebody else.
    """
    location = answer.headers.get("location") if answer.has_redirect_location else None
    if location is None:
        return None
    target = _target(answer.url, location)
    if target.scheme not in ("http", "https"):  # a magnet link, which the caller reads
        return None
    method, content = _kept(answer)
    same = _is_same(answer.url, target)
    if content and not same:
        raise Refused(f"{answer.url.host} redirects a form to {target.host}; what is in it is not sent there")
    headers = _headers(answer.request, same=same, has_body=bool(content))
    request = httpx2.Request(method, target, headers=headers, content=content or None)
    request.extensions = {key: value for key, value in answer.request.extensions.items() if key == "timeout"}
    _own_cookies(client, same=same).set_cookie_header(request)
    if same:  # a cookie that was written by hand goes along; what the host has set since replaces it
        merged = {**_pairs(answer.request), **_pairs(request)}
        request.headers.update(
            {"cookie": "; ".join(f"{key}={value}" for key, value in merged.items())} if merged else {}
        )
    return request


def _pairs(request: httpx2.Request) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in request.headers.get("cookie", "").split(";") if pair.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _target(url: httpx2.URL, location: str) -> httpx2.URL:
    try:
        target = url.join(location)
        return target if target.fragment else target.copy_with(fragment=url.fragment or None)
    except (httpx2.InvalidURL, ValueError, UnicodeError) as error:
        raise Refused(f"{url.host} redirects to an address that is not valid") from error


def _kept(answer: httpx2.Response) -> tuple[str, bytes]:
    """The next method and body: a form becomes a plain question unless the redirect says otherwise."""
    method = answer.request.method
    if answer.status_code in _KEEPS_METHOD or method in ("GET", "HEAD"):
        try:
            return method, answer.request.content
        except httpx2.RequestNotRead as error:
            raise Refused(f"{answer.url.host} redirects what was sent to it, which cannot be sent twice") from error
    return "GET", b""


def _is_same(here: httpx2.URL, there: httpx2.URL) -> bool:
    if here.raw_host.lower() != there.raw_host.lower():
        return False
    if (here.scheme, here.port) == (there.scheme, there.port):
        return True
    return (here.scheme, there.scheme) == ("http", "https") and here.port is None and there.port is None


def _headers(request: httpx2.Request, *, same: bool, has_body: bool) -> httpx2.Headers:
    kept = httpx2.Headers(request.headers) if same else httpx2.Headers()
    if not same:
        kept.update({name: request.headers[name] for name in _PLAIN if name in request.headers})
    for name in ("host", "cookie", *(() if has_body else _OF_A_BODY)):
        kept.pop(name, None)
    return kept


def _own_cookies(client: httpx2.AsyncClient, *, same: bool) -> httpx2.Cookies:
    """The cookies, without those that would go to every host because nobody said whose they are."""
    kept = httpx2.Cookies()
    for cookie in client.cookies.jar:
        if same or cookie.domain:
            kept.jar.set_cookie(cookie)
    return kept
