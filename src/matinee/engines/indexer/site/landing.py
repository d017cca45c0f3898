"""The login page of a site: its form is filled in as a person would, and sent."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from matinee.engines.indexer.language.definition import Login, Selector
from matinee.engines.indexer.language.links import resolve
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.pages.css_matching import Node
from matinee.engines.indexer.site.answers import fault_of
from matinee.engines.indexer.site.call import Pairs, SiteRequest, multipart, post, query_string, with_query
from matinee.engines.indexer.site.captcha import ANSWER, CaptchaNeeded, Landing, captcha_on
from matinee.engines.indexer.site.document import Document, Missing
from matinee.engines.indexer.site.place import Site
from matinee.kernel.errors import Refused

_WAITS = 15 * 60.0  # seconds; sites forget a captcha after some minutes
_SIMPLE_CAPTCHA = "simpleCaptcha.php?numImages=1"


@dataclass(frozen=True, slots=True)
class _Form:
    """A form on a login page, and who fills it in."""

    site: Site
    login: Login
    headers: Pairs
    page: Document
    element: Node


async def submit_form(site: Site, login: Login, headers: Pairs, waiting: Landing | None) -> httpx2.Response:
    """The answer to the filled form; `waiting` is the page whose captcha may be answered by now.

    Raises CaptchaNeeded where the owner is asked first.
    """
    landing = _still_waiting(site, waiting) or await _land(site, login, headers)
    answer = _answer_to(site, landing)
    if (landing.picture or landing.question) and not answer:
        raise CaptchaNeeded(site.name, landing)
    page = await asyncio.to_thread(site.document, landing.body, landing.url)
    element = page.first(login.form, site.scope)
    if element is None:
        raise Refused(f"{site.name}: no form fits '{login.form}' on the login page; the definition may be outdated")
    form = _Form(site, login, headers, page, element)
    pairs = await _filled(form)
    if answer and login.captcha is not None:
        pairs[_key(form, login.captcha.input)] = answer
    return await site.line.walk(_submission(form, pairs), referer=site.at(render(login.path, site.scope)))


async def _land(site: Site, login: Login, headers: Pairs) -> Landing:
    """The login page, with its captcha when it shows one."""
    request = SiteRequest(site.at(render(login.path, site.scope)), headers=headers)
    fetch = site.line.walk if site.definition.follow_redirect else site.line.send
    answer = await fetch(request, referer=site.link)
    if (fault := fault_of(site.name, answer, site.scope.clock())) is not None:
        raise fault
    landing = Landing(str(answer.url), answer.content)
    shown = await captcha_on(site, login.captcha, site.page(answer)) if login.captcha else None
    if shown is None:
        return landing
    picture, kind, question = shown
    return replace(
        landing,
        picture=picture,
        kind=kind,
        question=question,
        old_answer=site.scope.get(f".Config.{ANSWER}") or "",
        shown_at=site.scope.clock().timestamp(),
    )


def _still_waiting(site: Site, landing: Landing | None) -> Landing | None:
    """The page that waits, unless its captcha has grown old: it must not change while the owner reads it."""
    if landing is None or site.scope.clock().timestamp() - landing.shown_at > _WAITS:
        return None
    return landing


def _answer_to(site: Site, landing: Landing) -> str:
    """What the owner has answered since the captcha was shown."""
    answer = site.scope.get(f".Config.{ANSWER}") or ""
    return answer if (landing.picture or landing.question) and answer != landing.old_answer else ""


async def _filled(form: _Form) -> dict[str, str]:
    """The form as it stands, and over it what the definition fills in."""
    pairs = dict(_standing(form))
    for key, template in form.login.inputs:
        pairs[_key(form, key)] = render(template, form.site.scope)
    pairs.update(_chosen(form, form.login.selector_inputs))
    pairs.update(await _simple_captcha(form))
    return pairs


def _standing(form: _Form) -> Iterator[tuple[str, str]]:
    """What a browser would send of an untouched form."""
    page = form.page
    for element in page.every("input", form.element):
        name = page.attribute(element, "name")
        kind = (page.attribute(element, "type") or "").lower()
        is_off = kind in ("checkbox", "radio") and page.attribute(element, "checked") is None
        if name and not is_off and page.attribute(element, "disabled") is None:
            yield name, page.attribute(element, "value") or ""


def _key(form: _Form, key: str) -> str:
    """The name of an input, which with `selectors` is looked for on the page."""
    if not form.login.selectors:
        return key
    element = form.page.first(key, form.site.scope)
    name = form.page.attribute(element, "name") if element is not None else None
    if not name:
        raise Refused(f"{form.site.name}: no input fits '{key}' on the login page; the definition may be outdated")
    return name


def _chosen(form: _Form, blocks: tuple[tuple[str, Selector], ...]) -> Iterator[tuple[str, str]]:
    """What is read from the page into the form; an optional value that is not there is left out."""
    for name, block in blocks:
        try:
            value = form.page.value(block, form.site.scope)
        except Missing as error:
            raise Refused(f"{form.site.name}: '{name}' is not found on the login page: {error}") from error
        if value is not None:
            yield name, value


async def _simple_captcha(form: _Form) -> dict[str, str]:
    """The answer to a captcha that tells it to everybody who asks."""
    site, page = form.site, form.page
    if page.first('script[src*="simpleCaptcha"]', site.scope) is None:
        return {}
    answer = await site.line.walk(SiteRequest(site.at(_SIMPLE_CAPTCHA), headers=form.headers), referer=page.url)
    try:
        told: Any = answer.json()
        chosen = str(told["images"][0]["hash"])
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise Refused(f"{site.name}: its simple captcha gives no picture; try again later") from error
    return {"captchaSelection": chosen, "submitme": "X"}


def _submission(form: _Form, pairs: dict[str, str]) -> SiteRequest:
    """The form on its way: to where the definition or the form says, in the manner the form says."""
    login, page, encoding = form.login, form.page, form.site.definition.encoding
    action = page.attribute(form.element, "action") or ""
    target = resolve(page.url, render(login.submit_path, form.site.scope) if login.submit_path else action)
    query = query_string(_chosen(form, login.get_selector_inputs), encoding)
    target = with_query(target, query, "&" if "?" in target else "?")
    in_parts = (page.attribute(form.element, "enctype") or "").strip().lower() == "multipart/form-data"
    return (multipart if in_parts else post)(target, pairs.items(), encoding, form.headers)
