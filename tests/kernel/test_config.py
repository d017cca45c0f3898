import os
import stat
from pathlib import Path

import pytest
from pydantic import Field, HttpUrl, SecretStr, ValidationError

from matinee.kernel.config import ConfigurationError, Secret, Section, load, secrets_of, write_privately
from matinee.kernel.redact import redact
from matinee.settings import IndexerSettings, Settings


class Lamp(Section):
    name: str
    key: Secret = SecretStr("")
    watts: int = Field(40, ge=1)


class Cellar(Section):
    dry: bool = True
    depth: float = 2.0


class House(Section):
    folder: Path = Path("var")
    cellar: Cellar = Cellar()
    lamps: tuple[Lamp, ...] = ()
    tags: tuple[str, ...] = ()
    nickname: str = ""


def written(folder: Path, text: str) -> Path:
    path = folder / "house.toml"
    path.write_text(text)
    return path


def told(folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
    """What a person is told about a file that cannot be used."""
    with pytest.raises(ConfigurationError) as caught:
        load(House, written(folder, text), environ or {})
    return str(caught.value)


def test_without_a_file_everything_is_at_its_default() -> None:
    assert load(House, None, {}) == House()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nickame = 'x'", "house.toml: unknown setting 'nickame': did you mean 'nickname'?"),
        ("[celar]\ndry = true", "house.toml: unknown setting 'celar': did you mean 'cellar'?"),
        ("[cellar]\ndeph = 2", "house.toml: unknown setting 'cellar.deph': did you mean 'depth'?"),
        (
            "[[lamps]]\nname = 'a'\n[[lamps]]\nname = 'b'\nwats = 3",
            "house.toml: unknown setting 'lamps.1.wats': did you mean 'watts'?",
        ),
        ("[cellar]\nqqqqq = 2", "house.toml: unknown setting 'cellar.qqqqq': known here: depth, dry"),
    ],
)
def test_an_unknown_setting_is_named_with_the_nearest_known_one(tmp_path: Path, text: str, says: str) -> None:
    assert told(tmp_path, text) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[indexers]]\nname = 'x'\nurl = 'http://x'\napi_kee = 'k'", "'indexers.0.api_kee': did you mean 'api_key'?"),
        ("[metadata.tmdb]\nkeys = 'k'", "'metadata.tmdb.keys': did you mean 'key'?"),
        ("[torrent]\nclient = 'qbittorrent'", 'needs torrent.url, for example "http://media:8080"'),
        ("[tunnel]\nmode = 'interface'", "needs tunnel.device"),
        ("[library]\nmovies = '../up'", "library.movies: must be a folder name below the library"),
        (
            "[[indexers]]\nname = 'x'\nurl = 'http://x'\n[[indexers]]\nname = 'x'\nurl = 'http://y'",
            "two indexers are called 'x'",
        ),
    ],
)
def test_the_settings_of_the_house_say_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(Settings, written(tmp_path, text), {})
    assert says in str(caught.value)


def test_every_mistake_has_a_line_of_its_own(tmp_path: Path) -> None:
    lines = told(tmp_path, "folder = 3\nnickame = ''\n[cellar]\ndepth = 'deep'").splitlines()
    assert len(lines) == 3
    assert all(line.startswith("house.toml: ") for line in lines)


def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in told(tmp_path, "folder = 'x'\nthis is no setting")


def test_a_file_that_is_not_there_is_said_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--config"):
        load(House, tmp_path / "nowhere.toml", {})


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load(House, path, {})


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "folder = 'a'\n[cellar]\ndepth = 3.0")
    environ = {"MATINEE_CELLAR__DEPTH": "4.5", "MATINEE_CELLAR__DRY": "false", "MATINEE_FOLDER": "/data", "HOME": "/x"}
    settings = load(House, path, environ)
    assert (settings.cellar.depth, settings.cellar.dry, settings.folder) == (4.5, False, Path("/data"))


def test_lists_in_the_environment_are_written_as_in_the_file() -> None:
    assert load(House, None, {"MATINEE_TAGS": '["a", "b"]'}).tags == ("a", "b")


@pytest.mark.parametrize("text", ["12345678", "1e5", "true", "2024-01-01", "no = toml", ""])
def test_a_text_of_digits_in_the_environment_stays_a_text(text: str) -> None:
    assert load(House, None, {"MATINEE_NICKNAME": text}).nickname == text
    password = load(Settings, None, {"MATINEE_TORRENT__PASSWORD": text}).torrent.password
    assert password.get_secret_value() == text


def test_other_variables_of_ours_are_no_settings() -> None:
    assert load(House, None, {"MATINEE_TORRENT_PASSWORD": "x"}) == House()


def test_a_mistake_in_the_environment_is_found(tmp_path: Path) -> None:
    assert "unknown setting 'cellar.deph'" in told(tmp_path, "", {"MATINEE_CELLAR__DEPH": "1"})
    assert "'nickname' is no table" in told(tmp_path, "nickname = 'x'", {"MATINEE_NICKNAME__X": "1"})


def test_a_secret_may_stand_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMP_KEY", "from-the-environment")
    settings = load(House, written(tmp_path, "[[lamps]]\nname = 'a'\nkey = 'env:LAMP_KEY'"), {})
    assert settings.lamps[0].key.get_secret_value() == "from-the-environment"


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    settings = load(House, written(tmp_path, f"[[lamps]]\nname = 'a'\nkey = 'file:{tmp_path}/key'"), {})
    assert settings.lamps[0].key.get_secret_value() == "from-a-file"


def test_a_secret_that_cannot_be_found_is_said_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff")
    lamp = "[[lamps]]\nname = 'a'\nkey = "
    assert "the environment variable NOBODY_SET_ME is not set" in told(tmp_path, f"{lamp}'env:NOBODY_SET_ME'")
    assert "No such file" in told(tmp_path, f"{lamp}'file:{tmp_path}/nothing'")
    assert "not a text file" in told(tmp_path, f"{lamp}'file:{tmp_path}/binary'")


@pytest.mark.parametrize(
    "text",
    [
        "[[lamps]]\nname = 'a'\nkey = ['hush-hush-hush']",
        "[[lamps]]\nname = 'a'\nkei = 'hush-hush-hush'",
        "[[lamps]]\nname = 'a'\nkey = 'hush-hush-hush'\nwatts = 0",
        "cellar = 'hush-hush-hush'",
        "[[lamps]]\nname = 'a'\nwatts = 'hush-hush-hush'",
        "lamps = 'hush-hush-hush'",
    ],
)
def test_no_error_repeats_a_value(tmp_path: Path, text: str) -> None:
    assert "hush" not in told(tmp_path, text)


def test_no_error_repeats_a_value_of_the_environment(tmp_path: Path) -> None:
    assert "hush" not in told(tmp_path, "", {"MATINEE_CELLAR__DEPTH": "hush-hush-hush"})


def test_secrets_that_were_read_are_struck_from_texts(tmp_path: Path) -> None:
    load(House, written(tmp_path, "[[lamps]]\nname = 'a'\nkey = 'q8cZ-only-here'"), {})
    assert redact("the key is q8cZ-only-here!") == "the key is [redacted]!"


def test_all_secrets_are_found_wherever_they_stand() -> None:
    house = House(lamps=(Lamp(name="a", key=SecretStr("one")), Lamp(name="b", key=SecretStr("two"))))
    assert list(secrets_of({"houses": [house], "other": 3})) == ["one", "two"]


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError):
        House().nickname = "other"  # type: ignore[misc]


def test_what_is_written_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = written(tmp_path, "folder = 'x'")
    path.chmod(0o644)
    write_privately(path, "folder = 'y'")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["house.toml"]


def test_a_draft_left_by_a_crash_opens_nothing_to_others(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    draft = tmp_path / f".secret.{os.getpid()}"
    draft.write_text("old")
    draft.chmod(0o644)
    write_privately(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


class Lines(Section):
    site: HttpUrl = HttpUrl("http://media:8080")
    database: Secret = SecretStr("")


def test_a_password_inside_an_address_is_a_secret_too() -> None:
    lines = Lines(
        site=HttpUrl("http://anna:hu%40nter2@media:8080/x"), database=SecretStr("postgresql://a:hunter3@db/x")
    )
    assert {"hu%40nter2", "hu@nter2", "hunter3"} <= set(secrets_of(lines))
    assert list(secrets_of(Lines(database=SecretStr("http://[:a@")))) == ["http://[:a@"]


def test_an_indexers_name_is_no_longer_than_the_memory_holds() -> None:
    with pytest.raises(ValidationError, match="100 characters"):
        IndexerSettings(name="n" * 101, url=HttpUrl("http://reel.test"))


def test_a_slip_in_a_variable_is_named_and_strangers_are_left_alone() -> None:
    with pytest.raises(ConfigurationError, match="MATINEE_DTAA: there is no such setting: did you mean MATINEE_DATA"):
        load(Settings, None, {"MATINEE_DTAA": "/srv"})
    load(Settings, None, {"MATINEE_PLUG": "somebody else's"})


def test_a_value_where_a_table_belongs_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "matinee.toml"
    file.write_text("server = 3\n")
    with pytest.raises(ConfigurationError, match=r"server: must be a table, written \[server\]"):
        load(Settings, file, {})


def test_a_provider_that_nobody_knows_is_refused_with_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "matinee.toml"
    path.write_text('[tunnel]\nfiles = ["a.conf"]\nprovider = "Nobody"\n')
    with pytest.raises(ConfigurationError, match=r"tunnel.provider: the VPN provider 'Nobody' is unknown.*ProtonVPN"):
        load(Settings, path, {})
