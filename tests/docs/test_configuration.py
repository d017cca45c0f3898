"""Every setting stands in the docs with its true default, and every example there is accepted."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from matinee.kernel.config import ConfigurationError, load
from matinee.settings import Settings
from matinee.topology import Topology
from matinee.topology.declared import TABLES
from tests.docs.pages import ROOT, bare, examples, page, quoted, rows

Found = Iterator[tuple[str, FieldInfo]]

PAGES = ("configuration.md", "map.md", "quick-start.md", "drivers.md", "indexers.md")
EXAMPLES = [
    pytest.param(text, id=f"{name}-{number}")
    for name, whole in (("README.md", (ROOT / "README.md").read_text()), *((name, page(name)) for name in PAGES))
    for number, text in enumerate(examples(whole, "toml"), start=1)
    if "[project]" not in text
]


def settings_of(model: type[BaseModel], below: str = "") -> Found:
    """Every setting by its dotted name: `server.port`, `indexers[].url`."""
    for key, field in model.model_fields.items():
        inner, mark = section_in(field.annotation)
        if inner is None:
            yield f"{below}{key}", field
        else:
            yield from settings_of(inner, f"{below}{key}{mark}.")


def section_in(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The table that a setting holds, and how its place is written: once, in a list, or by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    mark = {tuple: "[]", list: "[]", dict: ".NAME"}.get(get_origin(annotation), "")
    for inner in get_args(annotation):
        found, _ = section_in(inner)
        if found:
            return found, mark
    return None, ""


def in_code() -> dict[str, FieldInfo]:
    """All settings, and those of the map, which stand in the same file."""
    return dict(settings_of(Settings)) | dict(settings_of(Topology))


def in_docs() -> dict[str, dict[str, str]]:
    found = rows(page("configuration.md"), "setting") + rows(page("map.md"), "key")
    return {bare(next(iter(row.values()))): row for row in found}


def test_every_setting_is_documented() -> None:
    assert sorted(in_code().keys() - in_docs().keys()) == []


def test_every_documented_setting_exists() -> None:
    assert sorted(in_docs().keys() - in_code().keys()) == []


def test_every_table_of_the_map_is_a_part_of_it() -> None:
    assert set(TABLES) == set(Topology.model_fields) == set(Settings.read_by_others)


@pytest.mark.parametrize("name", sorted(in_code().keys() & in_docs().keys()))
def test_the_documented_default_is_the_true_one(name: str) -> None:
    field, told = in_code()[name], in_docs()[name]["default"]
    if field.is_required():
        assert told == "required"
    elif field.default is None:
        assert told == "none"
    elif field.default is PydanticUndefined:
        assert field.default_factory
        assert told.startswith("made of")
    else:
        assert tomllib.loads(f"value = {bare(told)}")["value"] == plain(field.default)


def plain(default: Any) -> Any:
    """A default as it would stand in the file."""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, Enum):
        return default.value
    if isinstance(default, tuple):
        return [plain(one) for one in default]
    return default if isinstance(default, (bool, int, float)) else str(default)


@pytest.mark.parametrize("name", sorted(in_code().keys() & in_docs().keys()))
def test_every_choice_of_a_setting_is_named(name: str) -> None:
    annotation = in_code()[name].annotation
    if get_origin(annotation) is Literal:
        for choice in get_args(annotation):
            assert f"`{choice}`" in in_docs()[name]["type"], choice


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_accepted(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in re.findall(r"env:(\w+)", text):
        told = "postgresql://house:secret@memory/house" if variable == "DATABASE_URL" else "a secret of the tests"
        monkeypatch.setenv(variable, told)
    secret = tmp_path / "secret"
    secret.write_text("another secret of the tests\n")
    file = tmp_path / "matinee.toml"
    file.write_text(re.sub(r"file:[^\"]+", f"file:{secret}", text))
    load(Settings, file, {})


def test_the_hints_are_given_as_told(tmp_path: Path) -> None:
    file = tmp_path / "matinee.toml"
    answers = re.findall(r"`(\[[^`]+)` (?:is answered )?with `([^`]+)`", " ".join(page("configuration.md").split()))
    assert len(answers) == 2
    for written, answer in answers:
        file.write_text(re.sub(r"(?<=\]) ", "\n", written))
        with pytest.raises(ConfigurationError, match=re.escape(answer)):
            load(Settings, file, {})


def test_relative_paths_are_taken_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (text,) = re.findall(r"^- \*\*Relative paths\*\* in (.*?) are taken", page("configuration.md"), flags=re.MULTILINE)
    assert quoted(text) == ["data", "library.root", "definitions.source"]
    file = tmp_path / "matinee.toml"
    file.write_text('data = "memory"\nlibrary.root = "films"\ndefinitions.source = "words"\n')
    settings = load(Settings, file, {}).beside(tmp_path)
    assert (settings.data_folder, settings.downloads) == (tmp_path / "memory", tmp_path / "films/downloads")
    assert settings.definitions.source == str(tmp_path / "words")


def test_the_overrides_by_the_environment_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = (block for block in examples(page("configuration.md"), "sh") if "MATINEE_" in block)
    for variable in re.findall(r"env:(\w+)", text):
        told = "postgresql://house:secret@memory/house" if variable == "DATABASE_URL" else "a secret of the tests"
        monkeypatch.setenv(variable, told)
    environ = dict(word.split("=", 1) for word in shlex.split(text))
    settings = load(Settings, None, environ)
    assert str(settings.data) == "/var/lib/matinee"
    assert settings.server.port == 8441
    assert settings.server.trusted_proxies == ("10.0.0.2",)
    assert [indexer.name for indexer in settings.indexers] == ["Prowlarr"]
    assert settings.metadata.tmdb.key
