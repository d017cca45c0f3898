"""The rows of a page: where they begin, which belong together, and which a search did not mean."""

import re
from collections.abc import Iterator
from itertools import pairwise

from matinee.engines.indexer.language.definition import Rows
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.pages.json_paths import MISSING, Json, find, meets, path_of
from matinee.engines.indexer.pages.selecting import ElementRow, JsonRow, value_of
from matinee.engines.indexer.pages.tree import Tree
from matinee.kernel.errors import Refused
from matinee.media.indexing import Function, Question

MOST_ROWS = 10_000  # of one page

_WORD = re.compile(r"\w+")
_SMALL_WORDS = frozenset(("and", "the", "an", "of"))
_NUMBER = re.compile(r"\s*([+-]?\d{1,15})")


def element_rows(rows: Rows, tree: Tree, scope: Scope) -> list[ElementRow]:
    """The rows of an HTML or XML page, each with what the definition says belongs to it.

    Raises ValueError for a selector that cannot be read.
    """
    selector = render(rows.selector, scope).strip()
    found = tree.select(tree.root, selector.removeprefix(":root").strip() or selector)
    if rows.after > 0:
        found = _joined(found, rows.after, tree)
    spans = [tree.span_of(node) for node in found[:MOST_ROWS]]
    if any(first is None or second is None or second[0] < first[1] for first, second in pairwise(spans)):
        spans = [None] * len(spans)  # rows inside rows: what one loses, another loses
    return [ElementRow(tree, node, span) for node, span in zip(found, spans, strict=False)]


def _joined(found: list[object], after: int, tree: Tree) -> list[object]:
    """Each row takes in what stands in the next ones, as many as `after` says."""
    heads = found[:: after + 1]
    for place, head in enumerate(heads[:MOST_ROWS]):
        begin = place * (after + 1) + 1
        for other in found[begin : begin + after]:
            tree.adopt(head, other)
    if len(found) > len(heads):
        tree.settle()
    return heads


def json_rows(rows: Rows, answer: Json, scope: Scope, encoding: str) -> list[JsonRow]:
    """The rows of a JSON answer. Raises Refused where they are missing, ValueError for a path that cannot be read."""
    if _is_counted_out(rows, answer, scope, encoding):
        return []
    selector = render(rows.selector, scope)
    path = path_of(selector)
    found = find(answer, path_of(selector.partition(":")[0]))
    if found is MISSING or found is None:
        if rows.missing_attribute_equals_no_results:
            return []
        raise Refused(f"the answer has no '{selector}'; the site may have changed or wants a new login")
    if not isinstance(found, list):
        raise Refused(f"'{selector}' of the answer is no list; the site may have changed")
    met = [row for row in found[:MOST_ROWS] if meets(row, path.conditions)]
    return [one for row in met for one in _rerooted(rows, row, answer)][:MOST_ROWS]


def _is_counted_out(rows: Rows, answer: Json, scope: Scope, encoding: str) -> bool:
    """Whether the site says that it has found nothing; a count that cannot be read says nothing."""
    if rows.count is None:
        return False
    try:
        counted = _NUMBER.match(value_of(rows.count, JsonRow(answer, answer, answer), scope, encoding) or "")
    except ValueError:
        return False
    return counted is not None and int(counted[1]) < 1


def _rerooted(rows: Rows, row: Json, answer: Json) -> Iterator[JsonRow]:
    if rows.attribute is None:
        yield JsonRow(row, row, answer)
        return
    inner = find(row, path_of(rows.attribute))
    if rows.multiple and isinstance(inner, list):
        yield from (JsonRow(one, row, answer) for one in inner)
    elif (inner is not MISSING and inner is not None) or not rows.missing_attribute_equals_no_results:
        yield JsonRow({} if inner is MISSING or inner is None else inner, row, answer)


def was_meant(
    rows: Rows, question: Question, keywords: str, title: str, description: str, *, every_term: bool = False
) -> bool:
    """Whether a release is what was searched for, by the words (`andmatch`): two of them are enough.

    With `every_term` the title must hold all `keywords`. Searches by id and for the newest are not looked at.
    """
    filters = [one for one in rows.filters if one.name == "andmatch"]
    if not filters or question.is_rss or _is_by_id(question):
        return True
    if every_term:
        limit = next((int(one.args[0]) for one in filters if one.args and one.args[0].isdigit()), None)
        return all(term in title.casefold() for term in _WORD.findall(keywords.casefold()[:limit]))
    text = f"{title}\n{description}".casefold()
    terms = {term for term in _WORD.findall(question.text.casefold()) if len(term) > 1 and term not in _SMALL_WORDS}
    return sum(term in text for term in terms) >= min(2, len(terms))


def _is_by_id(question: Question) -> bool:
    is_movie = question.function is Function.MOVIE
    return bool(question.ids) or (is_movie and (question.year is not None or bool(question.genre)))
