"""The owner's one file of settings, read strictly: a wrong word is named, and the right one suggested."""

import difflib
import os
import stat
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import AnyUrl, BaseModel, BeforeValidator, ConfigDict, HttpUrl, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact

ENVIRONMENT_PREFIX = "MATINEE_"


class Section(BaseModel):
    """A table of the file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Keys of this table that others read and check.
    read_by_others: ClassVar[tuple[str, ...]] = ()


S = TypeVar("S", bound=Section)


class ConfigurationError(Refused):
    """The settings cannot be used; the message names file, setting and cure, a line each."""


def _resolve(value: object) -> object:
    """Follow `env:NAME` and `file:PATH` to the secret they point at."""
    if not isinstance(value, str):
        return value
    if value.startswith("env:"):
        name = value.removeprefix("env:")
        if name not in os.environ:
            raise ValueError(f"the environment variable {name} is not set")
        return os.environ[name]
    if value.startswith("file:"):
        path = Path(value.removeprefix("file:")).expanduser()
        try:
            return path.read_text().strip()
        except OSError as error:
            raise ValueError(f"the file {path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError:
            raise ValueError(f"the file {path} is not a text file in UTF-8") from None
    return value


Secret = Annotated[SecretStr, BeforeValidator(_resolve)]


def load(model: type[S], path: Path | None, environ: Mapping[str, str]) -> S:
    """Read the file and the MATINEE_… overrides into the model; all its secrets are struck from logs."""
    table = _read(path) if path else {}
    _override(table, environ, model.model_fields)
    try:
        settings = model.model_validate(table)
    except ValidationError as error:
        where = path.name if path else "settings"
        lines = [_in_words(where, model, problem) for problem in error.errors(include_url=False)]
        raise ConfigurationError("\n".join(lines)) from None
    redact.remember(secrets_of(settings))
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}. Name another file with --config.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path.name}: is not a text file in UTF-8") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path.name}: {error}") from error


def _override(table: dict[str, Any], environ: Mapping[str, str], known: Collection[str]) -> None:
    """Lay MATINEE_SERVER__PORT=8441 over server.port; two underscores step into a table, MATINEE_DATA needs none."""
    for name, text in environ.items():
        if not name.startswith(ENVIRONMENT_PREFIX):
            continue
        *tables, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
        if not tables and key not in known:
            _refuse_a_slip(name, key, known)
            continue
        place = table
        for step in tables:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise ConfigurationError(f"{name}: '{step}' is no table that could be stepped into")
        place[key] = _toml_value(text)


def _refuse_a_slip(name: str, key: str, known: Collection[str]) -> None:
    """Other programs may use the prefix, too; but a name that nearly is a setting was meant as one."""
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
    if close:
        meant = ENVIRONMENT_PREFIX + close[0].upper()
        raise ConfigurationError(f"{name}: there is no such setting: did you mean {meant}?")


def _toml_value(text: str) -> Any:
    """`["a"]` is a list, `"a"` a text; all else is plain text, which becomes a number where one is wanted."""
    if not text.startswith(("[", "{", '"', "'")):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _in_words(where: str, model: type[BaseModel], problem: ErrorDetails) -> str:
    """One line a person can act upon; the offending value is not repeated, it may be a secret."""
    dotted = ".".join(str(part) for part in problem["loc"])
    if problem["type"] in ("model_type", "model_attributes_type"):
        return f"{where}: {dotted}: must be a table, written [{dotted}]"
    if problem["type"] != "extra_forbidden":
        return f"{where}: {dotted}: {redact(problem['msg'].removeprefix('Value error, '))}"
    *tables, key = (str(part) for part in problem["loc"])
    known = list(_keys_at(model, tables))
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    cure = f"did you mean '{close[0]}'?" if close else f"known here: {', '.join(sorted(known))}"
    return f"{where}: unknown setting '{dotted}': {cure}"


def _keys_at(model: type[BaseModel], tables: list[str]) -> Iterator[str]:
    """The setting names of the table at this place, list indexes stepped over."""
    for step in tables:
        if step.isdigit():
            continue
        field = model.model_fields.get(step)
        inner = _section_in(field.annotation) if field else None
        if inner is None:
            return
        model = inner
    yield from model.model_fields
    yield from getattr(model, "read_by_others", ())


def _section_in(annotation: Any) -> type[BaseModel] | None:
    """The section that an annotation such as `tuple[Indexer, ...]` or `X | None` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _section_in(inner)
        if found:
            return found
    return None


def secrets_of(value: object) -> Iterator[str]:
    """Every secret inside the settings, in clear; a password inside an address is one too."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
        yield from _passwords_in(value.get_secret_value())
    elif isinstance(value, (HttpUrl, AnyUrl)):
        yield from _passwords_in(str(value))
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from secrets_of(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from secrets_of(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from secrets_of(inner)


def _passwords_in(url: str) -> Iterator[str]:
    """The password of an address's login, as it is written and as it is meant."""
    try:
        password = urlsplit(url).password if "://" in url else None
    except ValueError:
        return
    if password:
        yield from dict.fromkeys((password, unquote(password)))


def beside(folder: Path, path: Path) -> Path:
    """A path of the file, seen from the file's folder; `~` and `~name` are the folders they mean.

    Refused when nobody has that name.
    """
    try:
        return folder / path.expanduser()
    except RuntimeError as error:
        raise Refused(f"{path}: {error}") from error


def write_privately(path: Path, text: str) -> None:
    """Replace a file in one go, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)  # what a crash has left may be readable by others
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
