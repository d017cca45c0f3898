"""Pages from strangers: built as browsers build them, and never a burden."""

import time

import pytest

from matinee.engines.indexer.pages.trees import HtmlTree, XmlTree, decoded, tree_of
from matinee.kernel.errors import Refused

BOMB = """<?xml version="1.0" encoding="windows-1251"?><!DOCTYPE l [<!ENTITY a "ha>">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
<rss><channel><item n="&b;"><title>x&b;&c;&amp;y</title></item></channel></rss>"""


def texts(tree: HtmlTree | XmlTree, selector: str) -> list[str]:
    return [tree.text(one) for one in tree.select(tree.root, selector)]


def test_a_table_gets_the_body_that_its_author_left_out() -> None:
    assert texts(HtmlTree("<table><tr><td>a</table>"), "table > tbody > tr > td") == ["a"]


def test_what_is_removed_is_gone_for_good() -> None:
    tree = HtmlTree("<p>a <b>b</b> c<i>d</i></p>")
    node = tree.select(tree.root, "p")[0]
    assert tree.text(node) == "a b cd"
    tree.remove(node, "b, i")
    assert tree.text(node) == "a  c"
    assert texts(tree, "b") == []


def test_an_encoding_is_obeyed_and_faults_are_replaced() -> None:
    assert decoded("Кино".encode("windows-1251"), "windows-1251") == "Кино"
    assert decoded(b"\xef\xbb\xbfok\xff", "UTF-8") == "ok\ufffd"
    assert decoded("ก".encode("cp874"), "windows-874") == "ก"
    assert decoded(b"plain", "no-such-code") == "plain"


def test_nuls_and_other_dirt_lose_no_rows() -> None:
    assert texts(HtmlTree("<table><tr><td>\x00a</td></tr\x00><tr><td>b"), "td")[-1] == "b"
    assert texts(XmlTree("<rss><item>a\x00\x01</item><item>b &nope; <c></item></rss>"), "item")[0] == "a"


@pytest.mark.parametrize("text", ["", "   ", "only text", "<br>" * 3, "<a" * 100])
def test_any_text_is_a_page(text: str) -> None:
    assert HtmlTree(text).root is not None


HOSTILE = {
    "divs in divs": "<div>" * 2_000_000,
    "tables in tables": "<table><td>" * 200_000,
    "bold in bold": "<p>" + "".join(f"<b id={n}>" for n in range(50_000)) + "</p>" + "<p>x</p>" * 50_000,
    "few bold": "<p>" + "".join(f"<b id={n}>" for n in range(2_000)) + "</p>" + "<p>x</p>" * 3_000,
    "attributes": "<a " + " ".join(f"b{n}" for n in range(200_000)) + ">x</a>",
    "closing what is not open": "<div></x>" * 100_000,
    "hidden ends": "<div><script></div></script>" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_piled_up_is_refused_at_once(name: str) -> None:
    start = time.process_time()
    with pytest.raises(Refused, match="too large or too deeply nested"):
        HtmlTree(HOSTILE[name])
    assert time.process_time() - start < 3


SLOW = ["div:has(a:contains('z')) ~ div:has(b)", "* * * * :contains('q')", ":not(:has(:not(:has(z))))", "b ~ b ~ b"]


@pytest.mark.parametrize("selector", SLOW)
def test_a_search_without_end_is_stopped(selector: str) -> None:
    tree = HtmlTree("<div><p>x</p>" * 150 + "<b>y</b>" * 30_000)
    start = time.process_time()
    try:
        tree.select(tree.root, selector)
    except Refused as error:
        assert "too large" in str(error)
    assert time.process_time() - start < 10


def test_a_large_flat_page_is_read() -> None:
    tree = HtmlTree("<table>" + "<tr><td>a<td><a href=x>b</a>" * 20_000 + "</table>")
    assert len(tree.select(tree.root, "tr:has(a[href])")) == 20_000
    assert len(tree.select(tree.root, "td:nth-child(2) > a")) == 20_000


def test_in_xml_names_have_case_and_prefixes_do_not_count() -> None:
    tree = XmlTree(
        "<rss xmlns:t='urn:t'><channel><item><pubDate>d</pubDate>"
        "<t:attr name='seeders' value='5'/></item></channel></rss>"
    )
    assert texts(tree, "rss > channel > item > pubDate") == ["d"]
    assert texts(tree, "pubdate") == []
    assert tree.attribute(tree.select(tree.root, "[name=seeders]")[0], "value") == "5"
    assert len(tree.select(tree.root, "attr")) == 1


def test_xml_with_an_unknown_prefix_is_read_all_the_same() -> None:
    tree = XmlTree('<rss><item><newznab:attr name="size" value="9"/></item></rss>')
    assert tree.attribute(tree.select(tree.root, "item [name='size']")[0], "value") == "9"


def test_entities_of_a_strangers_own_are_left_out() -> None:
    tree = XmlTree(BOMB)
    assert texts(tree, "item > title") == ["x&y"]
    assert not tree.attribute(tree.select(tree.root, "item")[0], "n")


def test_an_entity_written_to_deceive_is_refused() -> None:
    with pytest.raises(Refused, match="entities"):
        XmlTree("<!DOCTYPE a [<!ENTITY b 'c\"> ]><a>&b;</a>")


@pytest.mark.parametrize("text", ["", "hello", "\x00"])
def test_what_is_no_xml_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="not XML"):
        tree_of(text, "xml")


def test_xml_is_changed_as_html_is() -> None:
    tree = XmlTree("<r><a>1<b>2</b>3</a><a>4<c>5</c></a></r>")
    one, two = tree.select(tree.root, "a")
    tree.remove(one, "b")
    assert tree.text(one) == "13"
    tree.adopt(one, two)
    tree.settle()
    assert tree.text(one) == "1345"
    assert len(tree.select(one, "c")) == 1
