"""Between the page and the release: each filter takes a text and gives a better one."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matinee.engines.indexer.language import netregex
from matinee.engines.indexer.language.dates import from_time_ago, from_unknown, rfc1123
from matinee.engines.indexer.language.definition import Filter
from matinee.engines.indexer.language.layouts import parsed
from matinee.engines.indexer.language.netregex import FilterFailed
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.language.urls import query_value, url_decode, url_encode
from matinee.engines.indexer.language.words import (
    file_name,
    html_decoded,
    html_encoded,
    joined_array,
    part,
    trimmed,
    valid_words,
    without_marks,
)

__all__ = ["FilterFailed", "apply_filters", "known_filters"]

log = logging.getLogger(__name__)

_LONGEST = 16_000_000  # characters a chain may grow a text to


@dataclass(slots=True)  # not frozen: one is made for every filter of every row
class _Call:
    """One filter at work: its arguments, and what they may mention."""

    args: tuple[str, ...]
    scope: Scope
    encoding: str

    def arg(self, number: int) -> str:
        if number >= len(self.args):
            raise ValueError(f"its argument {number + 1} is missing")
        return self.args[number]

    def rendered(self, number: int) -> str:
        return render(self.arg(number), self.scope)


def apply_filters(filters: Sequence[Filter], value: str, scope: Scope, *, encoding: str = "utf-8") -> str:
    """The value after the whole chain. `encoding` is the definition's.

    Raises FilterFailed, whose message names the filter; a filter that is unknown is logged and changes nothing.
    """
    for one in filters:
        value = _applied(one, value, scope, encoding)
    return value


def known_filters() -> frozenset[str]:
    """The names of all filters there are."""
    return frozenset(_FILTERS)


def _applied(one: Filter, value: str, scope: Scope, encoding: str) -> str:
    work = _FILTERS.get(one.name)
    if work is None:
        log.warning("there is no filter %.40s; the value stays as it is", one.name)
        return value
    try:
        found = work(value, _Call(one.args, scope, encoding))
    except (ValueError, LookupError) as error:
        raise FilterFailed(f"filter {one.name}: {error}") from error
    if len(found) > _LONGEST:
        raise FilterFailed(f"filter {one.name}: writes more than {_LONGEST:,} characters")
    return found


def _query_string(value: str, call: _Call) -> str:
    found = query_value(value, call.arg(0))
    if found is None:
        raise ValueError(f"there is no {call.arg(0):.40}= in {value.partition('?')[0]:.80}")
    return found


def _regexp(value: str, call: _Call) -> str:
    found = netregex.search(call.arg(0), value)
    return found.group(1) if found else ""


def _re_replace(value: str, call: _Call) -> str:
    return netregex.replace(call.arg(0), value, call.rendered(1))


def _replace(value: str, call: _Call) -> str:
    if not call.arg(0):
        raise ValueError("its first argument is empty")
    return value.replace(call.arg(0), call.rendered(1))


def _split(value: str, call: _Call) -> str:
    return part(value, call.arg(0), int(call.arg(1)))


def _dateparse(value: str, call: _Call) -> str:
    """A text that the layout does not fit stays as it is."""
    moment = parsed(value, call.arg(0), call.scope.now())
    return value if moment is None else rfc1123(moment)


def _time_ago(value: str, call: _Call) -> str:
    return rfc1123(from_time_ago(value, call.scope.now()))


def _fuzzy_time(value: str, call: _Call) -> str:
    return rfc1123(from_unknown(value, call.scope.now()))


def _diacritics(value: str, call: _Call) -> str:
    if call.arg(0) != "replace":
        raise ValueError(f"its argument is {call.arg(0)!r:.40}; write replace")
    return without_marks(value)


def _logged(value: str, call: _Call) -> str:
    log.debug("a filter shows %.200r", value)
    return value


_FILTERS: Mapping[str, Callable[[str, _Call], str]] = {
    "querystring": _query_string,
    "regexp": _regexp,
    "re_replace": _re_replace,
    "replace": _replace,
    "split": _split,
    "trim": lambda value, call: trimmed(value, "".join(call.args[:1])),
    "prepend": lambda value, call: call.rendered(0) + value,
    "append": lambda value, call: value + call.rendered(0),
    "tolower": lambda value, _: value.lower(),
    "toupper": lambda value, _: value.upper(),
    "urldecode": lambda value, call: url_decode(value, call.encoding),
    "urlencode": lambda value, call: url_encode(value, call.encoding),
    "htmldecode": lambda value, _: html_decoded(value),
    "htmlencode": lambda value, _: html_encoded(value),
    "validfilename": lambda value, _: file_name(value),
    "diacritics": _diacritics,
    "jsonjoinarray": lambda value, call: joined_array(value, call.arg(0), call.arg(1)),
    "validate": lambda value, call: valid_words(value, ",".join(call.args)),
    "dateparse": _dateparse,
    "timeparse": _dateparse,
    "timeago": _time_ago,
    "reltime": _time_ago,
    "fuzzytime": _fuzzy_time,
    "hexdump": _logged,
    "strdump": _logged,
}
