"""Read how one signs in to a site, and how a torrent is fetched from it."""

from matinee.engines.indexer.language.blocks import read_errors, read_selector
from matinee.engines.indexer.language.definition import (
    Before,
    Captcha,
    Download,
    DownloadSelector,
    InfohashBlock,
    Login,
    Selector,
)
from matinee.engines.indexer.language.place import Place

_METHODS = ("form", "post", "cookie", "get", "oneurl")


def read_login(login: Place | None) -> Login | None:
    """The `login` block; None where the site needs none."""
    if login is None:
        return None
    test = login.inner("test")
    return Login(
        method=_method(login),
        path=login.text("path") or "",
        submit_path=login.text("submitpath"),
        form=login.text("form") or "form",
        cookies=login.texts("cookies"),
        inputs=login.pairs("inputs"),
        selectors=bool(login.flag("selectors")),
        selector_inputs=_selectors(login, "selectorinputs"),
        get_selector_inputs=_selectors(login, "getselectorinputs"),
        errors=read_errors(login),
        test_path=test.text("path") if test else None,
        test_selector=test.text("selector") if test else None,
        captcha=_captcha(login.inner("captcha")),
        headers=login.lists("headers"),
    )


def _method(login: Place) -> str:
    told = (login.text("method") or "form").strip().lower()
    if told not in _METHODS:
        raise login.refused("method", f"is {told!r:.40}; write one of {', '.join(_METHODS)}")
    return told


def _selectors(login: Place, key: str) -> tuple[tuple[str, Selector], ...]:
    return tuple((name, read_selector(block)) for name, block in login.named(key))


def _captcha(captcha: Place | None) -> Captcha | None:
    if captcha is None:
        return None
    return Captcha(captcha.text("type") or "image", captcha.needed("selector"), captcha.needed("input"))


def read_download(download: Place | None) -> Download | None:
    """The `download` block; None where the link is the torrent itself."""
    if download is None:
        return None
    single = (_download_selector(download),) if "selector" in download else ()  # as the first definitions wrote it
    return Download(
        method=download.text("method") or "get",
        selectors=(*single, *(_download_selector(one) for one in download.inners("selectors"))),
        before=_before(download.inner("before")),
        infohash=_infohash(download.inner("infohash")),
        headers=download.lists("headers"),
    )


def _download_selector(one: Place) -> DownloadSelector:
    return DownloadSelector(read_selector(one), bool(one.flag("usebeforeresponse")))


def _before(before: Place | None) -> Before | None:
    if before is None:
        return None
    path_selector = before.inner("pathselector")
    if path_selector is None and "path" not in before:
        raise before.refused("path", "is missing; write path or pathselector")
    return Before(
        path=before.text("path"),
        path_selector=read_selector(path_selector) if path_selector else None,
        method=before.text("method") or "get",
        inputs=before.pairs("inputs"),
        query_separator=before.text("queryseparator") or "&",
    )


def _infohash(block: Place | None) -> InfohashBlock | None:
    if block is None:
        return None
    hash_, title = block.inner("hash"), block.inner("title")
    if hash_ is None or title is None:
        missing = "hash" if hash_ is None else "title"
        raise block.refused(missing, "is missing; a magnet needs both hash and title")
    return InfohashBlock(read_selector(hash_), read_selector(title), bool(block.flag("usebeforeresponse")))
