"""Definitions as fans write them, on pages as trackers write them."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matinee.engines.indexer.language.definition import Definition, Selector
from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.language.variables import config_scope, query_scope, site_link
from matinee.engines.indexer.pages import css
from matinee.engines.indexer.pages.json_paths import path_of
from matinee.engines.indexer.pages.reading import PageRead, read_page
from matinee.engines.indexer.pages.trees import HtmlTree, Tree, XmlTree
from matinee.kernel.errors import Refused
from matinee.media.indexing import Question
from tests.engines.indexer.pages.own_definition import NOW
from tests.engines.indexer.pages.sites import nexus_page, unit3d_answer

FOLDER = Path(__file__).resolve().parents[5] / "shared" / "definitions"
FILES = sorted(FOLDER.glob("*.yml"))
FEED = """<rss xmlns:t="urn:t"><channel><item><title>Tin.Comet.2020</title><link>https://site.test/1</link>
<pubDate>Mon, 18 Oct 2021 00:34:50 +0000</pubDate><t:attr name="seeders" value="5"/></item></channel></rss>"""

pytestmark = pytest.mark.skipif(not FILES, reason=f"no public definitions in {FOLDER.name}")


def load(file: Path) -> Definition:
    return read_definition(file.read_text(encoding="utf-8"), where=file.name)


def read(definition: Definition, body: bytes, question: Question | None = None) -> PageRead:
    link = site_link(definition)
    question = question or Question()
    scope = query_scope(definition, config_scope(definition, {}, link, clock=lambda: NOW), question)
    path = definition.search.paths[0]
    return read_page(
        definition, body, path, question, scope, base_url=link, indexer=definition.name, priority=25, now=NOW
    )


def named(name: str) -> Definition:
    file = FOLDER / f"{name}.yml"
    if not file.exists():
        pytest.skip(f"no {file.name}")
    return load(file)


def selectors_of(definition: Definition) -> list[str]:
    """Every CSS selector of a definition's rows and fields."""
    search = definition.search
    blocks = [field.block for field in search.fields]
    blocks += [block for block in (search.rows.date_headers, search.rows.count) if block]
    found = [search.rows.selector, *(selector for block in blocks for selector in _of_block(block))]
    link = site_link(definition)
    scope = query_scope(definition, config_scope(definition, {}, link), Question())
    scope.forget_results(field.name for field in search.fields)
    return [render(selector, scope).removeprefix(":root").strip() for selector in found]


def _of_block(block: Selector) -> list[str]:
    return [one for one in (block.selector, block.remove, *(key for key, _ in block.case)) if one and one != "*"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_selector_compiles_and_runs(file: Path) -> None:
    definition = load(file)
    kind = definition.search.paths[0].response
    if kind == "json":
        paths = [field.block.selector for field in definition.search.fields if field.block.selector]
        assert all(path_of(path) for path in [*paths, definition.search.rows.selector] if "{{" not in path)
        return
    tree: Tree = XmlTree(FEED) if kind == "xml" else HtmlTree(nexus_page(3).decode())
    for selector in selectors_of(definition):
        if not selector:
            continue
        own = [one for one in tree.everything(tree.root) if css.matches(tree, one, selector)]
        found = tree.select(tree.root, selector)
        if not css.plan_of(selector, is_html=tree.is_html).uses_scope:
            assert [tree.key(one) for one in found] == [tree.key(one) for one in own], selector


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_definition_stumbles_over_a_page_of_another_site(file: Path) -> None:
    definition = load(file)
    for body in (nexus_page(5), unit3d_answer(5), FEED.encode(), b"", b"\x00\xff<"):
        try:
            read(definition, body)
        except Refused as error:
            assert str(error)


def of_family(mark: str, kind: str) -> list[Path]:
    return [file for file in FILES if mark in file.read_text(encoding="utf-8") and load_kind(file) == kind]


def load_kind(file: Path) -> str:
    return load(file).search.paths[0].response


def test_nearly_all_nexus_definitions_read_a_nexus_table() -> None:
    files = of_family("NexusPHP", "html")
    full = [file.stem for file in files if len(read(load(file), nexus_page(20)).releases) == 20]
    assert len(full) >= 0.85 * len(files)


def test_nearly_all_unit3d_definitions_read_a_unit3d_answer() -> None:
    files = of_family("UNIT3D", "json")
    full = [file.stem for file in files if len(read(load(file), unit3d_answer(20)).releases) == 20]
    assert len(full) >= 0.85 * len(files)


def test_a_nexus_table_is_read_field_for_field() -> None:
    got = read(named("btschool"), nexus_page(100))
    assert (got.rows, len(got.releases), got.failures) == (100, 100, ())
    fourth = got.releases[4]
    assert (fourth.name, fourth.seeders, fourth.leechers, fourth.grabs) == (
        "Tin.Comet.2004.1080p.BluRay.x264-GRP4",
        5,
        0,
        12,
    )
    assert fourth.download_url == "https://pt.btschool.club/download.php?id=5004"
    assert fourth.page_url == "https://pt.btschool.club/details.php?id=5004&hit=1"
    assert fourth.published == datetime(2021, 10, 4, 16, 34, 50, tzinfo=UTC)
    assert fourth.size == pytest.approx(5.46 * 2**30, rel=1e-6)
    assert fourth.description == "副标题 4"
    assert (fourth.flags, fourth.categories) == (frozenset({"doubleupload"}), (2000, 100_405))
    assert got.releases[3].flags == {"freeleech"}


def test_a_unit3d_answer_is_read_field_for_field() -> None:
    got = read(named("seedcore-api"), unit3d_answer(25))
    assert (got.rows, len(got.releases)) == (25, 25)
    one = got.releases[0]
    assert one.name == "Tin Comet 2000 1080p BluRay DTS x264-GRP0"
    assert (one.size, one.seeders, one.leechers, one.grabs) == (1_500_000_000, 3, 0, 0)
    assert (one.ids.tmdb, one.ids.imdb, one.ids.tvdb) == (603, "tt0133093", None)
    assert one.published == datetime(2021, 10, 18, 0, 34, 50, tzinfo=UTC)
    assert one.download_url == "https://tracker.test/torrent/download/900.key"
    assert "freeleech" in one.flags
    assert got.releases[1].download_factor == 1


def test_a_page_of_a_hundred_rows_is_read_in_a_moment() -> None:
    definition, body = named("btschool"), nexus_page(100)
    read(definition, body)
    seconds = []
    for _ in range(5):
        start = time.process_time()
        read(definition, body)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.1  # a sixth of it is usual


def test_a_template_in_the_rows_follows_the_settings() -> None:
    definition = named("hdhome")
    assert read(replace(definition), nexus_page(10)).rows == 10
