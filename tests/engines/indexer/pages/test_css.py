"""The selectors of definitions: standard CSS, and what their authors' engine knows beyond it."""

import random

import pytest

from matinee.engines.indexer.pages import css
from matinee.engines.indexer.pages.css import BadSelector
from matinee.engines.indexer.pages.trees import HtmlTree

PAGE = """<!doctype html><body id=body>
<div id=d1 class="box wide" data-kind="Film-HD" lang=EN><p id=p1 class=x>one <b id=b1>two</b></p><p id=p2>three</p>
<span id=s1 title='say "hi"' border=1></span><i id=i1> </i></div>
<div id=d2 class="box"><a id=a1 href="details.php?id=1" align="Center">Film</a><a id=a2 href="#">x</a>
<div id=d3><em id=e1>
<a id=a3 href="get.php?id=2">Get</a></em></div></div>
<table id=t1 cellspacing=0><tr id=r1><td id=c1>1</td><td id=c2 class="a:b">2 <u id=u1>ago</u></td><td id=c3>3</td></tr>
<tr id=r2 class=free><th id=h1>4</th><td id=c4>5</td></tr></table></body>"""


def found(selector: str, within: str = "") -> str:
    """The ids of what a selector means."""
    tree = HtmlTree(PAGE)
    node = tree.first(tree.root, f"#{within}") if within else tree.root
    assert node is not None
    return " ".join(tree.attribute(one, "id") or tree.tag(one) for one in tree.select(node, selector))


CASES = {
    "p": "p1 p2",
    "P": "p1 p2",
    "#d1 > *": "p1 p2 s1 i1",
    ".box": "d1 d2",
    ".box.wide": "d1",
    "div.box > p, em": "p1 p2 e1",
    "b, p, p": "p1 b1 p2",
    "#d2 a": "a1 a2 a3",
    "#d2>a": "a1 a2",
    "p + p": "p2",
    "p ~ i": "i1",
    "tr:has(th) > td": "c4",
    # attributes
    "[href]": "a1 a2 a3",
    '[href="#"]': "a2",
    '[href^="details.php?id="]': "a1",
    '[href*="php"]': "a1 a3",
    "[href$='id=2']": "a3",
    '[href*=""]': "",
    '[class~="wide"]': "d1",
    '[data-kind|="Film"]': "d1",
    '[data-kind="film-hd" i]': "d1",
    '[data-kind="film-hd"]': "",
    '[align="center"]': "",
    '[align="Center"]': "a1",
    '[lang="en"]': "",
    "[border=1]": "s1",
    "[cellspacing=0] u": "u1",
    'div[class!="box"]': "d1 d3",
    'a[href!="#"]': "a1 a3",
    r'[title="say \"hi\""]': "s1",
    r".a\:b": "c2",
    r"#\63 3": "c3",
    # places
    "td:nth-child(2)": "c2 c4",
    "td:nth-child(odd)": "c1 c3",
    "td:nth-child( -n + 2 )": "c1 c2 c4",
    "td:nth-child(n+3)": "c3",
    "td:nth-last-child(1)": "c3 c4",
    "td:nth-of-type(1)": "c1 c4",
    "td:nth-last-of-type(2)": "c2",
    "#d1 :nth-child(1 of .x, i)": "p1",
    "#d1 > :nth-last-child(1 of p)": "p2",
    "td:first-child": "c1",
    "td:last-child": "c3 c4",
    "td:first-of-type": "c1 c4",
    "td:last-of-type": "c3 c4",
    "a:only-child": "a3",
    "th:only-of-type": "h1",
    "body :empty": "s1",
    ":root > body": "body",
    # the words of other elements
    ':contains("ago")': "html body t1 tbody r1 c2 u1",
    'td:contains("ago")': "c2",
    "td:contains(ago)": "c2",
    "td:contains('AGO')": "",
    "td:not(:contains('ago'))": "c1 c3 c4",
    'p:contains("one two")': "p1",
    'em:contains("Get")': "e1",
    # inside
    "div:has(> p)": "d1",
    "div:has(em > a)": "d2 d3",
    "div:has(> div em)": "d2",
    "p:has(~ i)": "p1 p2",
    "p:has(+ p)": "p1",
    "p:has(~ span, + td)": "p1 p2",
    'div:has(a:contains("Get"):not([href="#"])):has(> em)': "d3",
    "body > div:has(div:has(em))": "d2",
    "tr:has()": "r1 r2",
    "s:has(), i:has()": "",
    "div:not(.box)": "d3",
    "div:not(.wide, #d3)": "d2",
    "div:not(div div)": "d1 d2",
    "td:is(#c1, .free td)": "c1 c4",
    ":where(th, u)": "u1 h1",
    "td:matches(#c1)": "c1",
    'a:not([href="#"])a:contains("Get")': "a3",
    "a:not(.z)b": "",
    "div:has(> a):not(:has(i)) a:first-child": "a1 a3",
}


@pytest.mark.parametrize(("selector", "ids"), CASES.items())
def test_a_selector_means_what_its_author_means(selector: str, ids: str) -> None:
    assert found(selector) == ids


def test_what_stands_around_a_row_counts_and_the_row_itself_may_be_meant() -> None:
    assert found("table td", within="r2") == "c4"
    assert found("tr.free", within="r2") == "r2"
    assert found("tr:first-child td", within="r2") == ""


def test_the_scope_is_the_row() -> None:
    assert found(":scope > td:nth-child(2)", within="r1") == "c2"
    assert found(":scope a", within="d3") == "a3"
    assert found("> td", within="r1") == "c1 c2 c3"


@pytest.mark.parametrize("selector", ["", "a[", "a:has(", "a,,b", "a:nonsense", "a::before", "a[b=']", ":nth-child(x)"])
def test_a_selector_that_cannot_be_read_is_named(selector: str) -> None:
    with pytest.raises(BadSelector, match="needs"):
        css.plan_of(selector)


@pytest.mark.parametrize("selector", ["a" * 9000, ":not(" * 40 + "a" + ")" * 40, "a " * 200])
def test_a_selector_without_end_is_refused(selector: str) -> None:
    with pytest.raises(BadSelector):
        css.plan_of(selector)


def test_a_page_without_doctype_keeps_the_case_of_classes() -> None:
    tree = HtmlTree("<p class=Free>x")
    assert tree.select(tree.root, ".free") == []
    assert len(tree.select(tree.root, ".Free")) == 1


def test_words_are_found_in_one_piece_across_pieces_and_after_a_change() -> None:
    tree = HtmlTree("<div><p id=a>free now</p><p id=b>fr<b>ee</b></p><p id=c>no</p></div>")
    assert [one.attributes["id"] for one in tree.select(tree.root, 'p:contains("free")')] == ["a", "b"]
    assert [one.attributes["id"] for one in tree.select(tree.root, 'p:not(:contains("now"))')] == ["b", "c"]
    tree.remove(tree.root, "b")
    assert [one.attributes["id"] for one in tree.select(tree.root, 'p:contains("free")')] == ["a"]
    assert [one.attributes["id"] for one in tree.select(tree.root, 'p:contains("")')] == ["a", "b", "c"]


@pytest.mark.parametrize("seed", range(8))
def test_the_quick_way_finds_what_the_own_matcher_finds(seed: int) -> None:
    chance = random.Random(seed)
    tree = HtmlTree(("<!doctype html>" if seed % 2 else "") + _some_page(chance, 0))
    everything = list(tree.everything(tree.root))
    for _ in range(80):
        selector = ", ".join(_some_selector(chance, 0) for _ in range(chance.randint(1, 2)))
        node = chance.choice([tree.root, chance.choice(everything)])
        test = css.plan_of(selector).test
        own = [tree.key(one) for one in tree.everything(node) if test(one, node, tree)]
        assert [tree.key(one) for one in tree.select(node, selector)] == own, selector


def _some_page(chance: random.Random, depth: int) -> str:
    parts = []
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(["div", "span", "b", "i"])
        told = f' class="{chance.choice(["x", "y", "x y", "X"])}"' if chance.random() < 0.4 else ""
        told += f' href="{chance.choice(["foo", "foobar", "", "foo bar", "foo-1"])}"' if chance.random() < 0.3 else ""
        is_leaf = depth > 3 or chance.random() < 0.4
        inner = (
            chance.choice(["", "t", "12 3", "<!--c-->", " ", "tram", 'a "b\\'])
            if is_leaf
            else _some_page(chance, depth + 1)
        )
        parts.append(f"<{name}{told}>{inner}</{name}>")
    return "".join(parts)


def _some_selector(chance: random.Random, depth: int) -> str:
    steps = [_some_compound(chance, depth) for _ in range(chance.choice([1, 1, 2, 3]))]
    found = steps[0]
    for step in steps[1:]:
        found += chance.choice([" ", " > ", " + ", " ~ "]) + step
    return found


def _some_compound(chance: random.Random, depth: int) -> str:
    found = chance.choice(["div", "span", "b", "i", "*"]) + chance.choice(["", "", ".x", ".X"])
    if chance.random() < 0.3:
        found += f"[href{chance.choice(['', '=foo', '^=foo', '$=bar', '*=o', '~=foo', '|=foo', '!=foo'])}]"
    if depth < 2 and chance.random() < 0.5:
        inner = _some_selector(chance, depth + 1)
        words = chance.choice(["t", "tr", "12 3", "tt", "3t", "tram", "q", 'a \\"b\\\\'])
        plain = (
            *(f':contains("{words}")',) * 3,
            ":first-child",
            ":nth-child(2n+1)",
            ":nth-last-of-type(2)",
            ":only-of-type",
            ":empty",
        )
        return found + chance.choice([*plain, f":not({inner})", f":has({inner})", f":has(> {inner})", f":is({inner})"])
    return found
