"""Our settings as SABnzbd's configuration shows them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from matinee.pipeline.usenet_port import NewsServer, Priority, ServerState, UsenetCategory, UsenetEngine
from matinee.products.sabnzbd.memory import Memory
from matinee.products.sabnzbd.rows import options_of
from matinee.products.sabnzbd.speeds import size_of
from matinee.products.sabnzbd.timetable import lines_of, period_of, quota_day
from matinee.products.sabnzbd.wire import DEFAULT_CATEGORY, DEFAULT_PRIORITY

MASK = "**********"
LISTS = ("categories", "servers", "sorters", "rss")


def configuration(engine: UsenetEngine, memory: Memory) -> dict[str, Any]:
    """All sections; passwords are masked, and keys are not told at all."""
    return {
        "misc": misc(engine, memory),
        "categories": [category_row(place, one) for place, one in enumerate(engine.categories())],
        "servers": [server_settings(server, state) for server, state in engine.servers()],
        "sorters": [],
        "rss": [],
        "logging": {},
    }


def misc(engine: UsenetEngine, memory: Memory) -> dict[str, Any]:
    """What managers look at before they trust a SABnzbd: nothing is sorted, and the history is kept."""
    quota, _ = engine.quota()
    chosen = engine.preferences()
    return {
        "complete_dir": str(engine.complete_folder),
        "download_dir": str(engine.incomplete_folder),
        "bandwidth_max": str(memory.line) if memory.line else "",
        "bandwidth_perc": memory.percent,
        "pre_check": int(chosen.pre_check),
        "direct_unpack": int(chosen.direct_unpack),
        "history_retention": "0",
        "history_retention_option": "all",
        "history_retention_number": 0,
        "history_limit": 10,
        "enable_tv_sorting": 0,
        "enable_movie_sorting": 0,
        "enable_date_sorting": 0,
        "tv_categories": [],
        "movie_categories": [],
        "date_categories": [],
        "no_dupes": int(chosen.same_articles),
        "no_smart_dupes": int(chosen.same_title),
        "propagation_delay": chosen.propagation_minutes,
        "pause_on_pwrar": int(chosen.locked),
        "top_only": 0,
        "auto_sort": "",
        "url_base": "",
        "schedlines": lines_of(engine.schedule()),
        "quota_size": str(quota.size) if quota.size else "",
        "quota_period": quota.period.value,
        "quota_day": quota_day(quota),
        "quota_resume": 1,
    }


def category_row(order: int, category: UsenetCategory) -> dict[str, Any]:
    """A category; that of all others has no priority to inherit."""
    return {
        "name": category.name,
        "order": order,
        "pp": str(options_of(category)),
        "script": "None",
        "dir": category.folder,
        "newzbin": "",
        "priority": int(category.priority),
    }


def server_settings(server: NewsServer, state: ServerState) -> dict[str, Any]:
    """A news server without its password; the quota's period and day are ours."""
    return {
        "name": server.name,
        "displayname": server.name,
        "host": server.host,
        "port": server.port,
        "timeout": int(server.timeout),
        "username": server.username,
        "password": MASK if server.password else "",
        "connections": server.connections,
        "ssl": int(server.tls),
        "ssl_verify": server.verify,
        "ssl_ciphers": server.ciphers,
        "enable": int(server.enabled),
        "required": int(server.required),
        "optional": int(server.optional),
        "retention": server.retention,
        "expire_date": "",
        "quota": str(server.quota) if server.quota else "",
        "usage_at_start": _usage_at_start(state),
        "quota_period": server.quota_period.value,
        "quota_day": server.quota_day,
        "priority": server.tier,
        "pipelining_requests": server.pipeline,
        "notes": "",
    }


def category_of(fields: Mapping[str, str], known: UsenetCategory) -> UsenetCategory:
    """A category after these fields have been changed."""
    options = _number(fields.get("pp", ""), options_of(known))
    priority = _number(fields.get("priority", ""), int(known.priority))
    return UsenetCategory(
        name=known.name,
        folder=fields.get("dir", known.folder).strip(),
        priority=Priority.NORMAL if priority == DEFAULT_PRIORITY else Priority(priority),
        repairs=options >= 1,
        unpacks=options >= 2,
        deletes_archives=options >= 3,
    )


def server_of(fields: Mapping[str, str], known: NewsServer) -> NewsServer:
    """A news server after these fields have been changed; a masked password is the one that is known."""

    def number(name: str, otherwise: int) -> int:
        return _number(fields.get(name, ""), otherwise)

    password = fields.get("password", MASK)
    return NewsServer(
        name=known.name,
        host=fields.get("host", known.host).strip(),
        port=number("port", known.port),
        username=fields.get("username", known.username),
        password=known.password if password and not password.strip("*") else password,
        connections=number("connections", known.connections),
        tls=bool(number("ssl", int(known.tls))),
        verify=min(max(number("ssl_verify", known.verify), 0), 3),
        ciphers=fields.get("ssl_ciphers", known.ciphers),
        tier=number("priority", known.tier),
        retention=number("retention", known.retention),
        timeout=float(number("timeout", int(known.timeout))),
        optional=bool(number("optional", int(known.optional))),
        required=bool(number("required", int(known.required))),
        enabled=bool(number("enable", int(known.enabled))),
        pipeline=number("pipelining_requests", known.pipeline),
        quota=known.quota,
        used=known.used,
        quota_period=known.quota_period,
        quota_day=known.quota_day,
        ip_version=known.ip_version,
    )


def with_quota(fields: Mapping[str, str], server: NewsServer, state: ServerState) -> NewsServer:
    """The server after the fields of its quota were changed; `usage_at_start` is what had ever come when it began."""
    told = _usage_at_start(state)
    return replace(
        server,
        quota=size_of(fields["quota"]) if "quota" in fields else server.quota,
        used=server.used + told - _number(fields.get("usage_at_start", ""), told),
        quota_period=period_of(fields["quota_period"]) if "quota_period" in fields else server.quota_period,
        quota_day=min(max(_number(fields.get("quota_day", ""), server.quota_day), 1), 31),
    )


def _usage_at_start(state: ServerState) -> int:
    return state.bytes_total - state.used


def _number(text: str, otherwise: int) -> int:
    plain = text.strip().removeprefix("-")
    return int(text) if plain.isascii() and plain.isdigit() and len(plain) < 16 else otherwise


def is_default(category: str) -> bool:
    """Whether it is the one for jobs without a category."""
    return category == DEFAULT_CATEGORY
