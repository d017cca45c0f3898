"""Finds on a page what a CSS selector means: in the order of the page, each element once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from matinee.engines.indexer.pages.css_matching import Node, Test, View, compound_test, test_of
from matinee.engines.indexer.pages.css_native import exact_css, left_over, seed_css
from matinee.engines.indexer.pages.css_parsing import parse
from matinee.engines.indexer.pages.css_terms import BadSelector, Complex, Compound, pseudos_of

__all__ = ["BadSelector", "Plan", "Searchable", "first", "matches", "plan_of", "select"]


class Searchable(View, Protocol):
    """A tree that can also name candidates: `native` finds a plan's own words, None where it must not be asked."""

    is_html: bool

    def native(self, node: Node, css: str, *, is_simple: bool, is_first: bool = False) -> list[Node] | None: ...
    def stands_whole(self, text: str) -> bool: ...
    def candidates(self, node: Node, lasts: tuple[Compound, ...]) -> Iterable[Node]: ...
    def order(self, nodes: list[Node]) -> list[Node]: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How a selector is found: `exact` needs no further look, `near` and `seed` only name candidates.

    Those of `seed` stand the whole `test`, those of `near` what is left over of it. `exact` relies on it that each
    of the `texts` stands in one piece.
    """

    test: Test
    exact: str | None
    texts: frozenset[str]
    near: str | None
    left_over: Test
    seed: str
    uses_scope: bool
    lasts: tuple[Compound, ...]


@lru_cache(maxsize=4096)
def plan_of(selector: str, *, is_html: bool = True) -> Plan:
    """The plan of a selector, made once. In HTML the names of elements and attributes know no case."""
    alternatives = parse(selector)
    if is_html:
        alternatives = tuple(_lowered(one) for one in alternatives)
    exact = [exact_css(one, with_texts=True) for one in alternatives]
    near = [exact_css(one, nearly=True) for one in alternatives]
    test = _any_of(tuple(test_of(one) for one in alternatives))
    return Plan(
        test=test,
        exact=", ".join(one for one in exact if one) if all(exact) else None,
        texts=frozenset(one.text for each in alternatives for one in pseudos_of(each) if one.name == "contains"),
        near=", ".join(one for one in near if one) if all(near) else None,
        left_over=compound_test(left_over(alternatives[0].parts[-1][1])) if len(alternatives) == 1 else test,
        seed=", ".join(dict.fromkeys(seed_css(one.parts[-1][1]) for one in alternatives)),
        uses_scope=any(_uses_scope(one) for one in alternatives),
        lasts=tuple(one.parts[-1][1] for one in alternatives),
    )


def select(view: Searchable, node: Node, selector: str) -> list[Node]:
    """What the selector means in `node`, itself included; what stands around it counts. Raises BadSelector."""
    plan = plan_of(selector, is_html=view.is_html)
    found = _exactly(view, node, plan)
    if found is not None:
        return view.order(found) if "," in (plan.exact or "") else found
    return list(_tested(view, node, plan))


def first(view: Searchable, node: Node, selector: str) -> Node | None:
    """The first of `select`, None for none."""
    plan = plan_of(selector, is_html=view.is_html)
    found = _exactly(view, node, plan, is_first=True)
    if found is not None:
        return found[0] if found else None
    return next(_tested(view, node, plan), None)


def _exactly(view: Searchable, node: Node, plan: Plan, *, is_first: bool = False) -> list[Node] | None:
    if plan.exact is None or not all(view.stands_whole(text) for text in plan.texts):
        return None
    return view.native(node, plan.exact, is_simple=False, is_first=is_first)


def matches(view: Searchable, node: Node, selector: str) -> bool:
    """Whether the selector means this very element."""
    return plan_of(selector, is_html=view.is_html).test(node, node, view)


def _any_of(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda node, scope, view: any(test(node, scope, view) for test in tests)


def _tested(view: Searchable, node: Node, plan: Plan) -> Iterator[Node]:
    candidates, test = _candidates(view, node, plan)
    for one in candidates:
        view.step()
        if test(one, node, view):
            yield one


def _candidates(view: Searchable, node: Node, plan: Plan) -> tuple[Iterable[Node], Test]:
    """What the selector may mean, and what is to be asked of it yet."""
    for css, is_simple, test in ((plan.near, False, plan.left_over), (plan.seed, True, plan.test)):
        if css is not None and (found := view.native(node, css, is_simple=is_simple)) is not None:
            return (view.order(found) if "," in css else found), test
    return view.candidates(node, plan.lasts), plan.test


def _lowered(selector: Complex) -> Complex:
    return Complex(tuple((combinator, _lowered_compound(compound)) for combinator, compound in selector.parts))


def _lowered_compound(compound: Compound) -> Compound:
    return Compound(
        tuple(dict.fromkeys(tag.lower() for tag in compound.tags)),
        tuple(replace(one, name=one.name.lower()) for one in compound.attributes),
        tuple(replace(one, selectors=tuple(_lowered(each) for each in one.selectors)) for one in compound.pseudos),
    )


def _uses_scope(selector: Complex, *, is_inner: bool = False) -> bool:
    if selector.parts[0][0] and not is_inner:
        return True
    pseudos = [pseudo for _, compound in selector.parts for pseudo in compound.pseudos]
    return any(
        one.name == "scope" or any(_uses_scope(each, is_inner=True) for each in one.selectors) for one in pseudos
    )
