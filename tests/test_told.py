"""Names of strangers on a terminal do what the owner's terminal is told by nobody else."""

import pytest

from matinee.told import name_as_json, name_in_a_line, print_name, printable

HOSTILE = "Tin.Comet\x1b[2J\x1b]0;owned\x07.2021.1080p.WEB-DL-GRP\r\u202eexe"


def test_a_name_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    assert printable(name_in_a_line(HOSTILE, None)) == name_in_a_line(HOSTILE, None)
    print_name(HOSTILE, "movie")
    shown = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(shown)


def test_markup_in_a_name_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_name("[red]Tin[/red].Comet.2021.1080p.WEB-DL-GRP", None)
    assert "[red]Tin[/red].Comet" in capsys.readouterr().out


def test_a_name_in_plain_values_is_complete() -> None:
    told = name_as_json("Night.Tram.S01E02.PROPER.1080p.WEB-DL.x264-GRP", None)
    assert (told["title"], told["season"], told["episodes"], told["group"]) == ("Night Tram", 1, [2], "GRP")
    assert (told["quality"], told["resolution"], told["version"]) == ("WEBDL-1080p", 1080, 2)


def test_what_is_no_release_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert name_in_a_line("a9f3c1d24be0f5e97a8812bcd34e01ff", None).startswith("not a release | ")
    print_name("a9f3c1d24be0f5e97a8812bcd34e01ff", None)
    assert "not a release's name" in capsys.readouterr().out
