"""Every way to sign in, on a small site; and how one notices that it is needed."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2
import pytest

from matinee.engines.indexer.site.captcha import ANSWER, CaptchaNeeded
from matinee.engines.indexer.site.cookies import CookieJar
from matinee.engines.indexer.site.membership import State
from matinee.kernel.errors import Refused, Unreachable
from matinee.media.indexing import Question
from matinee.media.release import Release
from matinee.pipeline.ports import Limited
from tests.engines.indexer.site.tracker_site import (
    FORM,
    LINK,
    PICTURE,
    TrackerSite,
    definition_text,
    indexer_of,
)

POST = FORM.replace("method: form", "method: post").replace("login.php", "takelogin.php")
GET = FORM.replace("method: form", "method: get").replace("login.php", "takelogin.php")
COOKIE = "\nlogin:\n  method: cookie\n"
ONEURL = """
login:
  method: oneurl
  path: takelogin.php
  inputs:
    oneurl: "?username={{ .Config.username }}&password={{ .Config.password }}"
"""
CAPTCHA = (
    FORM
    + """
  captcha:
    type: image
    selector: img.captcha
    input: code
"""
)
LATER = datetime(2026, 5, 1, tzinfo=UTC)


async def names(indexer: Any) -> list[str]:
    async with closing(indexer):
        return [release.name for release in (await indexer.ask(Question())).releases]


class closing:
    def __init__(self, indexer: Any) -> None:
        self.indexer = indexer

    async def __aenter__(self) -> Any:
        return self.indexer

    async def __aexit__(self, *_: object) -> None:
        await self.indexer.close()


@pytest.mark.parametrize("login", [FORM, POST, GET, ONEURL], ids=["form", "post", "get", "oneurl"])
@pytest.mark.parametrize("stranger", ["redirect", "page", "forbidden"])
async def test_a_stranger_signs_in_and_asks_once_more(login: str, stranger: str) -> None:
    site = TrackerSite(stranger=stranger)
    assert await names(indexer_of(definition_text(login=login), site)) == ["Tin Comet 1 1080p", "Tin Comet 2 1080p"]
    assert site.paths.count("/browse.php") == 2
    assert len(site.posted) == 1


async def test_a_form_is_sent_as_a_browser_would_and_over_it_what_the_definition_says() -> None:
    site = TrackerSite()
    await names(indexer_of(definition_text(login=FORM.replace("inputs:", 'form: "#login"\n  inputs:')), site))
    assert site.posted == [{"token": "t0k", "username": "ann", "password": "swordfish", "ssl": "y"}]
    sent = next(one for one in site.seen if one.url.path == "/takelogin.php")
    assert sent.headers["referer"] == f"{LINK}login.php"
    assert "landing=1" in sent.headers["cookie"]


async def test_inputs_may_be_found_by_selectors_and_read_from_the_page() -> None:
    login = """
login:
  path: login.php
  form: form#login
  selectors: true
  submitpath: ajax/takelogin.php
  cookies: ["JAVA=OK", "who={{ .Config.username }}"]
  inputs:
    input[name^="user"]: "{{ .Config.username }}"
    "input#p": "{{ .Config.password }}"
  selectorinputs:
    auth: {selector: "script:contains('stKey')", filters: [{name: regexp, args: "stKey: '(.+?)'"}]}
    absent: {selector: input.absent, attribute: value, optional: true}
  getselectorinputs:
    step: {selector: input.step, attribute: value}
"""
    site = TrackerSite(
        form_more="<script>var x = {stKey: 'k3y'}</script><input id='p' name='pw'><input class='step' value='a b'>"
    )
    site.pages["/ajax/takelogin.php"] = site.at_takelogin_php
    await names(indexer_of(definition_text(login=login), site))
    sent = next(one for one in site.seen if one.url.path == "/ajax/takelogin.php")
    assert sent.url.query == b"step=a+b"
    assert site.posted[0]["pw"] == "swordfish"
    assert site.posted[0]["auth"] == "k3y"
    assert "absent" not in site.posted[0]
    assert {"JAVA=OK", "who=ann", "landing=1"} <= set(sent.headers["cookie"].split("; "))


async def test_a_form_in_parts_is_sent_in_parts() -> None:
    site = TrackerSite(form_attributes='action="/parts.php" enctype="multipart/form-data"')
    bodies: list[bytes] = []

    def parts(request: httpx2.Request) -> httpx2.Response:
        bodies.append(request.content)
        assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
        return site.welcome()

    site.pages["/parts.php"] = parts
    login = FORM.replace("inputs:", 'form: "#login"\n  inputs:')
    assert await names(indexer_of(definition_text(login=login), site))
    assert b'name="password"\r\n\r\nswordfish\r\n' in bodies[0]


async def test_a_simple_captcha_is_answered_by_itself() -> None:
    site = TrackerSite(form_more='<script src="js/simpleCaptcha.js"></script>')
    login = FORM.replace("inputs:", 'form: "#login"\n  inputs:')
    await names(indexer_of(definition_text(login=login), site))
    assert site.posted[0]["captchaSelection"] == "h4sh"
    assert site.posted[0]["submitme"] == "X"


@pytest.mark.parametrize(
    "login", [FORM, POST, GET, ONEURL.replace("login:", "login:\n  error: [{selector: div.error}]")]
)
async def test_the_sites_own_words_tell_why_a_login_failed(login: str) -> None:
    site = TrackerSite()
    settings = {"username": "ann", "password": "guess-guess"}
    with pytest.raises(Refused, match="Tiny Tracker: the login is refused: Wrong password, 2 tries left"):
        await names(indexer_of(definition_text(login=login), site, settings=settings))
    assert len(site.posted) == 1


async def test_an_error_message_may_stand_elsewhere() -> None:
    login = POST.replace("- selector: div.error", "- selector: div.error\n      message: {text: 'no such member'}")
    settings = {"username": "ann", "password": "guess-guess"}
    with pytest.raises(Refused, match="no such member"):
        await names(indexer_of(definition_text(login=login), TrackerSite(), settings=settings))


async def test_a_refused_login_is_not_tried_again_by_the_next_path() -> None:
    search = "\nsearch:\n  paths: [{path: browse.php}, {path: browse.php?page=2}]\n"
    site = TrackerSite(password="other")
    with pytest.raises(Refused, match="Wrong password"):
        await names(indexer_of(definition_text(login=POST, search=search), site))
    assert len(site.posted) == 1


async def test_a_401_is_a_refused_login() -> None:
    site = TrackerSite()
    site.pages["/takelogin.php"] = lambda _: httpx2.Response(401, text="no")
    with pytest.raises(Refused, match=r"login is refused \(HTTP 401\)"):
        await names(indexer_of(definition_text(login=POST), site))


async def test_a_login_page_without_the_form_names_the_form() -> None:
    site = TrackerSite()
    with pytest.raises(Refused, match=r"no form fits 'form.missing'"):
        await names(indexer_of(definition_text(login=FORM.replace("inputs:", "form: form.missing\n  inputs:")), site))


async def test_a_login_page_that_moved_is_followed_only_when_the_definition_says_so() -> None:
    site = TrackerSite()
    site.pages["/login.php"] = lambda _: httpx2.Response(301, headers={"location": "/new.php"})
    site.pages["/new.php"] = TrackerSite(form_attributes='action="/takelogin.php"').at_login_php
    text = definition_text(login=FORM.replace("inputs:", 'form: "#login"\n  inputs:'))
    with pytest.raises(Refused, match=r"redirects to https://tracker.test/new.php"):
        await names(indexer_of(text, site))
    assert await names(indexer_of(text.replace("type: private", "type: private\nfollowredirect: true"), site))


async def test_a_browsers_cookie_is_sent_always_and_its_end_is_told() -> None:
    site = TrackerSite(sessions={"mine"})
    settings = {"cookie": "Cookie: sid=mine; theme=dark"}
    assert await names(indexer_of(definition_text(login=COOKIE), site, settings=settings))
    assert site.seen[0].headers["cookie"] == "sid=mine; theme=dark"
    site.sessions.clear()
    with pytest.raises(Refused, match="no longer accepted"):
        await names(indexer_of(definition_text(login=COOKIE), site, settings=settings))
    with pytest.raises(Refused, match="copy it into the indexer's settings"):
        await names(indexer_of(definition_text(login=COOKIE), site, settings={}))


async def test_a_session_outlives_a_restart_and_ends_after_thirty_days() -> None:
    site = TrackerSite()
    kept: list[State] = []
    text = definition_text(login=FORM)
    clock = [LATER]
    await names(indexer_of(text, site, keep=kept.append, clock=lambda: clock[0]))
    assert kept[-1]["cookies"]["tracker.test"]["sid"]["value"] == "s1"
    clock[0] += timedelta(days=29)
    await names(indexer_of(text, site, state=kept[-1], clock=lambda: clock[0]))
    assert len(site.posted) == 1
    clock[0] += timedelta(days=2)
    await names(indexer_of(text, site, state=kept[-1], clock=lambda: clock[0]))
    assert len(site.posted) == 2


async def test_a_session_that_ends_on_the_way_is_begun_anew() -> None:
    site = TrackerSite()
    async with closing(indexer_of(definition_text(login=FORM), site)) as indexer:
        assert (await indexer.ask(Question())).rows == 2
        site.sessions.clear()
        site.sessions.add("somebody-else")
        assert (await indexer.ask(Question())).rows == 2
    assert len(site.posted) == 2


async def test_a_site_that_never_lets_us_in_is_told_plainly() -> None:
    site = TrackerSite()
    site.pages["/browse.php"] = lambda _: httpx2.Response(302, headers={"location": "/login.php"})
    with pytest.raises(Refused, match=r"redirects to https://tracker.test/login.php"):
        await names(indexer_of(definition_text(login=FORM), site))
    assert len(site.posted) == 1


def _status(status: int, _: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(status)


async def test_a_pause_or_a_dead_gateway_is_no_reason_to_sign_in() -> None:
    for status, kind in ((429, Limited), (503, Unreachable)):
        site = TrackerSite()
        site.pages["/browse.php"] = partial(_status, status)
        with pytest.raises(kind):
            await names(indexer_of(definition_text(login=FORM), site))
        assert site.paths == ["/browse.php"]


async def test_a_captcha_is_shown_and_its_answer_goes_with_the_same_form() -> None:
    site = TrackerSite(form_more="<img class='captcha' src='captcha.php'>", accepts=lambda form: form["code"] == "xy12")
    text = definition_text(login=CAPTCHA.replace("inputs:", 'form: "#login"\n  inputs:'))
    kept: list[State] = []
    with pytest.raises(CaptchaNeeded) as told:
        await names(indexer_of(text, site, keep=kept.append))
    assert (told.value.picture, told.value.kind, told.value.field) == (PICTURE, "image/png", ANSWER)
    with pytest.raises(CaptchaNeeded) as again:  # an automatic search meanwhile: the picture must not change
        await names(indexer_of(text, site, state=kept[-1], keep=kept.append))
    assert again.value.picture == PICTURE
    assert site.paths.count("/captcha.php") == 1
    answered = {"username": "ann", "password": "swordfish", ANSWER: "xy12"}
    assert await names(indexer_of(text, site, settings=answered, state=kept[-1], keep=kept.append))
    assert site.posted == [{"token": "t0k", "username": "ann", "password": "swordfish", "ssl": "y", "code": "xy12"}]
    site.sessions.clear()
    with pytest.raises(CaptchaNeeded):  # the old answer is no answer to the new picture
        await names(indexer_of(text, site, settings=answered, state=kept[-1]))


async def test_a_login_page_that_shows_no_captcha_today_needs_no_answer() -> None:
    login = CAPTCHA.replace("inputs:", 'form: "#login"\n  inputs:')
    assert await names(indexer_of(definition_text(login=login), TrackerSite()))


async def test_the_download_signs_in_when_the_site_has_forgotten_us() -> None:
    site = TrackerSite()
    release = Release(
        guid="1", name="Tin Comet", indexer="Tiny Tracker", download_url=f"{LINK}download.php?id=1", size=1
    )
    async with closing(indexer_of(definition_text(login=FORM), site)) as indexer:
        payload = await indexer.fetch(release)
    assert payload.torrent
    assert site.paths == ["/download.php", "/login.php", "/login.php", "/index.php", "/download.php"]


async def test_the_password_never_goes_to_another_site() -> None:
    site = TrackerSite()
    site.pages["/takelogin.php"] = lambda _: httpx2.Response(307, headers={"location": "https://elsewhere.example/"})
    with pytest.raises(Refused, match="sent on to another site"):
        await names(indexer_of(definition_text(login=POST), site))


async def test_a_captcha_in_words_is_asked_in_words() -> None:
    login = CAPTCHA.replace("type: image", "type: text").replace("img.captcha", "p.question")
    site = TrackerSite(form_more="<p class=question>Two and <b>three</b>?</p>")
    with pytest.raises(CaptchaNeeded) as told:
        await names(indexer_of(definition_text(login=login), site))
    assert (told.value.question, told.value.picture) == ("Two and three?", b"")


async def test_a_redirect_to_the_login_drops_the_old_session() -> None:
    site, kept = TrackerSite(), CookieJar()
    site.pages["/browse.php"] = lambda _: httpx2.Response(302, headers={"location": "/login.php"})
    kept.put(LINK, [("sid", "old")])
    states: list[State] = []
    with pytest.raises(Refused):
        await names(indexer_of(definition_text(), site, state={"cookies": kept.saved()}, keep=states.append))
    assert site.seen[0].headers["cookie"] == "sid=old"
    assert states[-1]["cookies"] == {}
