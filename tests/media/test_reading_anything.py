import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matinee.media.parse.movies import read_movie
from matinee.media.parse.paths import read_path
from matinee.media.parse.reading import ReleaseName
from matinee.media.parse.refusal import is_no_release
from matinee.media.parse.series import read_series
from matinee.media.parse.words import words_of
from matinee.media.title import Kind

PIECES = (
    *" .-_[](){}/|+&~,#:'\"",
    *("S01E02", "s1e1e2", "S01", "E03", "1x02", "x03", "103", "01", "5", "1of6", "of", "to", "Season", "Staffel 2"),
    *("2011", "04", "12", "20110412", "110412", "Part", "Cap.101", "Vol", "Episode", "第05话", "12END", "v2", "OVA"),
    *("1080p", "WEB-DL", "x264", "German", "PROPER", "[6B7FD717]", "[Group]", "www.site.com", "AKA", "Complete"),
    *("é", "\u0301", "٣", "Сезон", "【", "】", "\0", "ß", "10E10S", "p027", "a" * 60, "1" * 60, "[" * 60, "a.b." * 30),
)
READERS = (read_series, read_movie)
SLOWEST = 0.05  # seconds
names = st.lists(st.sampled_from(PIECES), max_size=120).map("".join)


@pytest.mark.parametrize("read", READERS)
@given(text=names | st.text(max_size=600))
@example(text="[" * 512)
@example(text="a." * 256)
@example(text="S01E01-" * 80)
@example(text="1x" * 256)
@example(text="2011.04." * 64)
@example(text="(a-" * 170)
@example(text="www." + "a-" * 250)
@example(text="0" * 5000)
@example(text="\ufffd )-h")  # signed behind nothing that is a word
@settings(max_examples=400, deadline=None)
def test_no_text_is_an_error_or_takes_long(read: Callable[[str], ReleaseName], text: str) -> None:
    told = read(text)
    assert told.raw == text
    assert _seconds(read, text) < SLOWEST or _seconds(read, text) < SLOWEST  # a collection of garbage may fall into one
    assert len(told.episodes) <= 101 or told.season is not None


@given(path=st.lists(names, max_size=5).map("/".join), kind=st.sampled_from([*Kind, None]))
@settings(max_examples=200, deadline=None)
def test_no_path_is_an_error(path: str, kind: Kind | None) -> None:
    assert isinstance(read_path(path, kind), ReleaseName)


@given(text=names | st.text(max_size=600))
def test_refusing_is_a_matter_of_yes_or_no(text: str) -> None:
    assert is_no_release(text, len(words_of(text))) in (True, False)


def _seconds(read: Callable[[str], ReleaseName], text: str) -> float:
    """Of this thread alone, however busy the machine."""
    began = time.thread_time()
    read(text)
    return time.thread_time() - began
