"""Every command and every option stands in the docs, and nothing else does."""

import argparse
import re
from typing import Any

import pytest
import typer.main

from matinee import cli, torrent_process
from tests.docs.pages import ROOT, Row, bare, page, quoted, rows, section

TEXT = page("commands.md")
TOP: dict[str, Any] = dict(typer.main.get_group(cli.app).commands)
COMMANDS: dict[str, Any] = {
    " ".join(filter(None, (name, below))): command
    for name, group in TOP.items()
    for below, command in {"": group, **getattr(group, "commands", {})}.items()
}
UNTOLD = {"-h", "--help", "--install-completion", "--show-completion"}


def test_every_command_is_documented() -> None:
    assert re.findall(r"^### `matinee ([^`]+)`$", TEXT, flags=re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "torrent"])
def test_every_option_is_documented(name: str) -> None:
    told = options(section(TEXT, f"### `matinee {name}`"))
    there = {word: param for param in COMMANDS[name].params for word in param.opts}
    assert told.keys() == there.keys() - UNTOLD
    for word, row in told.items():
        assert is_default(row["default"], there[word].default), word


def test_every_option_of_the_torrent_engine_is_documented() -> None:
    told = options(section(TEXT, "### `matinee torrent`"))
    there = {word: action for action in engine_options() for word in action.option_strings}
    assert told.keys() == there.keys() - UNTOLD
    for word, row in told.items():
        if there[word].required:
            assert row["default"] == "required", word
        else:
            assert is_default(row["default"], there[word].default), word


def test_the_torrent_command_hands_its_options_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        COMMANDS["torrent"].main(["--help"])
    assert "--password-file" in capsys.readouterr().out


def test_every_target_of_make_is_documented() -> None:
    (line,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert [bare(row["target"]).removeprefix("make ") for row in rows(TEXT, "target")] == line.split()


def options(text: str) -> dict[str, Row]:
    return {word: row for row in rows(text, "option") for word in quoted(row["option"])}


def engine_options() -> list[argparse.Action]:
    return torrent_process._arguments()._actions


def is_default(told: str, true: Any) -> bool:
    """No default may be told in words; a switch is off."""
    if true is False:
        return told == "off"
    return bool(told) if true is None else told == f"`{getattr(true, 'value', true)}`"
