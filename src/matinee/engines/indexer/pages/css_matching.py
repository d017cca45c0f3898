"""Whether an element of a page is one that a selector means: from the element upwards, in bounded steps."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Protocol

from matinee.engines.indexer.pages.css_terms import Attribute, Complex, Compound, Pseudo

Node = Any  # an element of whichever library has read the page


class View(Protocol):
    """A tree as the matcher sees it. `step` raises when the tree has been looked at for too long."""

    def step(self, count: int = 1) -> None: ...
    def key(self, node: Node) -> int: ...
    def tag(self, node: Node) -> str: ...
    def attribute(self, node: Node, name: str) -> str | None: ...
    def parent(self, node: Node) -> Node | None: ...
    def previous(self, node: Node) -> Node | None: ...
    def following(self, node: Node) -> Iterable[Node]: ...
    def children(self, node: Node) -> Iterable[Node]: ...
    def below(self, node: Node, compound: Compound) -> Iterable[Node]: ...
    def text(self, node: Node) -> str: ...
    def is_empty(self, node: Node) -> bool: ...
    def places(self, node: Node, *, by_type: bool, from_end: bool) -> dict[int, int]: ...


Test = Callable[[Node, Node, View], bool]  # (element, what `:scope` is, tree)


@lru_cache(maxsize=8192)
def test_of(selector: Complex) -> Test:
    """A test of one alternative; a leading combinator ties its first compound to the scope."""
    tests = tuple(compound_test(compound) for _, compound in selector.parts)
    combinators = tuple(combinator for combinator, _ in selector.parts)
    last = len(tests) - 1
    if last == 0 and not combinators[0]:
        return tests[0]

    def holds(node: Node, scope: Node, view: View, at: int = last) -> bool:
        if not tests[at](node, scope, view):
            return False
        combinator = combinators[at]
        if at == 0:
            return not combinator or any(view.key(one) == view.key(scope) for one in _before(node, combinator, view))
        return any(holds(one, scope, view, at - 1) for one in _before(node, combinator, view))

    return holds


def _before(node: Node, combinator: str, view: View) -> Iterable[Node]:
    """The elements that may stand on the left of the combinator when `node` stands on its right."""
    hop = view.parent if combinator in " >" else view.previous
    found = hop(node)
    while found is not None:
        view.step()
        yield found
        if combinator in ">+":
            return
        found = hop(found)


@lru_cache(maxsize=8192)
def compound_test(compound: Compound) -> Test:
    """A test of one element: the cheap questions first."""
    tests = [_tag_test(tag) for tag in compound.tags]
    tests += [attribute_test(attribute) for attribute in compound.attributes]
    tests += [_pseudo_test(pseudo) for pseudo in sorted(compound.pseudos, key=lambda one: _COST.get(one.name, 0))]
    if not tests:
        return lambda _node, _scope, _view: True
    if len(tests) == 1:
        return tests[0]
    return lambda node, scope, view: all(test(node, scope, view) for test in tests)


_COST = {"not": 1, "is": 1, "contains": 2, "has": 3}


def _tag_test(tag: str) -> Test:
    return lambda node, _scope, view: view.tag(node) == tag


def attribute_test(attribute: Attribute) -> Test:
    """A test of one attribute; empty values match nothing where the field says so (`^=`, `$=`, `*=`, `~=`)."""
    name, wanted = attribute.name, attribute.value
    compare = _COMPARISONS[attribute.operator]
    if attribute.ignores_case:
        wanted = wanted.lower()

    def holds(node: Node, _scope: Node, view: View) -> bool:
        value = view.attribute(node, name)
        if value is None:
            return False
        return compare(value.lower() if attribute.ignores_case else value, wanted)

    return holds


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "": lambda _value, _wanted: True,
    "=": lambda value, wanted: value == wanted,
    "^=": lambda value, wanted: bool(wanted) and value.startswith(wanted),
    "$=": lambda value, wanted: bool(wanted) and value.endswith(wanted),
    "*=": lambda value, wanted: bool(wanted) and wanted in value,
    "~=": lambda value, wanted: wanted in value and wanted in value.split(),
    "|=": lambda value, wanted: value == wanted or value.startswith(wanted + "-"),
}


def _pseudo_test(pseudo: Pseudo) -> Test:
    if pseudo.name.startswith("nth-"):
        return _nth_test(pseudo)
    if pseudo.name == "has":
        return _has_test(pseudo)
    if pseudo.name == "contains":
        return lambda node, _scope, view: pseudo.text in view.text(node)
    if pseudo.name in ("not", "is"):
        return _list_test(pseudo)
    return _PLAIN[pseudo.name]


_PLAIN: dict[str, Test] = {
    "empty": lambda node, _scope, view: view.is_empty(node),
    "root": lambda node, _scope, view: view.parent(node) is None,
    "scope": lambda node, scope, view: view.key(node) == view.key(scope),
}


def _list_test(pseudo: Pseudo) -> Test:
    tests = tuple(test_of(one) for one in pseudo.selectors)
    wanted = pseudo.name == "is"
    return lambda node, scope, view: any(test(node, scope, view) for test in tests) is wanted


def _has_test(pseudo: Pseudo) -> Test:
    seekers = tuple(_seeker(one) for one in pseudo.selectors)
    return lambda node, _scope, view: any(seeker(node, view) for seeker in seekers)


def _seeker(selector: Complex) -> Callable[[Node, View], bool]:
    """Whether something stands inside (or after) an element that the relative selector means."""
    leading, first = selector.parts[0]
    relative = Complex(((leading or " ", first), *selector.parts[1:]))
    test, last = test_of(relative), relative.parts[-1][1]

    def seek(node: Node, view: View) -> bool:
        return any(test(one, node, view) for one in _reachable(node, relative, last, view))

    return seek


def _reachable(node: Node, selector: Complex, last: Compound, view: View) -> Iterable[Node]:
    """Every element that may be the last one of a relative selector."""
    combinators = [combinator for combinator, _ in selector.parts]
    if combinators == [">"]:
        yield from view.children(node)
    elif combinators[0] in " >":
        yield from view.below(node, last)
    else:
        for sibling in view.following(node):
            yield sibling
            if any(combinator in " >" for combinator in combinators):
                yield from view.below(sibling, last)
            elif combinators == ["+"]:
                return


def _nth_test(pseudo: Pseudo) -> Test:
    by_type, from_end = pseudo.name.endswith("of-type"), "last" in pseudo.name
    step, start = pseudo.step, pseudo.start
    tests = tuple(test_of(one) for one in pseudo.selectors)

    def holds(node: Node, scope: Node, view: View) -> bool:
        if not tests:
            return _is_nth(view.places(node, by_type=by_type, from_end=from_end)[view.key(node)], step, start)
        if not any(test(node, scope, view) for test in tests):
            return False
        return _is_nth(_place_among(node, tests, scope, view, from_end=from_end), step, start)

    return holds


def _place_among(node: Node, tests: tuple[Test, ...], scope: Node, view: View, *, from_end: bool) -> int:
    siblings = view.following(node) if from_end else _before(node, "~", view)
    return 1 + sum(any(test(one, scope, view) for test in tests) for one in siblings)


def _is_nth(place: int, step: int, start: int) -> bool:
    if step == 0:
        return place == start
    return (place - start) % step == 0 and (place - start) // step >= 0
