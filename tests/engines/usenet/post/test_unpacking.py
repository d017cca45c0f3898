"""Archives are opened, with or without passwords; what is hostile stays in its cell."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from matinee.engines.usenet.post import DISK_FULL, Wishes, unpacking
from matinee.engines.usenet.post.running import Order, Outcome, run
from matinee.engines.usenet.post.unpacking import Trouble, bring_out
from tests.engines.usenet.post.parcels import FILM, Parcel, rar, rars

SEVEN = shutil.which("7zz") or shutil.which("7z")
needs_seven = pytest.mark.skipif(SEVEN is None, reason="7zip is not installed")


def seven(folder: Path, *words: str) -> None:
    subprocess.run([str(SEVEN), "a", "-bd", *words], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("format", ["rar40", "rar50", "rar70"])
async def test_a_rar_in_volumes_is_unpacked(parcel: Parcel, format: str) -> None:
    rar(parcel.folder, {"The.Film.mkv": FILM}, volume=70_000, format=format)
    assert len(parcel.names()) > 4
    parcel.put_all()
    result = await parcel.finish()
    assert result.is_complete, result.message
    assert parcel.names() == ["The.Film.mkv"]
    assert (parcel.folder / "The.Film.mkv").read_bytes() == FILM


async def test_volumes_with_made_up_names_are_put_in_order(parcel: Parcel) -> None:
    for path in rar(parcel.folder, {"The.Film.mkv": FILM}, volume=70_000):
        path.rename(path.with_name(f"{hash(path.name) & (2**64 - 1):032x}"))
    parcel.put_all()
    assert (await parcel.finish()).is_complete
    assert (parcel.folder / "The.Film.mkv").read_bytes() == FILM


@pytest.mark.parametrize("headers", [False, True])
@pytest.mark.parametrize("format", ["rar40", "rar50"])
async def test_the_password_that_opens_it_is_told(parcel: Parcel, format: str, headers: bool) -> None:
    rar(parcel.folder, {"The.Film.mkv": FILM}, password="open sesame", encrypt_headers=headers, format=format)
    parcel.put_all()
    result = await parcel.finish("wrong", "open sesame")
    assert result.is_complete, result.message
    assert result.password == "open sesame"
    assert (parcel.folder / "The.Film.mkv").read_bytes() == FILM


async def test_without_its_password_it_is_a_failure_that_says_so(parcel: Parcel) -> None:
    rar(parcel.folder, {"The.Film.mkv": FILM}, password="open sesame")
    parcel.put_all()
    result = await parcel.finish()
    assert (result.is_complete, result.is_encrypted) == (False, True)
    assert "password" in result.message
    assert parcel.names() == ["film.rar"]


async def test_a_damaged_archive_is_a_failure(parcel: Parcel) -> None:
    [path] = rar(parcel.folder, {"The.Film.mkv": FILM})
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    parcel.put_all()
    result = await parcel.finish()
    assert not result.is_complete
    assert "damaged" in result.message


async def test_a_missing_volume_is_a_failure(parcel: Parcel) -> None:
    rar(parcel.folder, {"The.Film.mkv": FILM}, volume=70_000)[2].unlink()
    parcel.put_all()
    assert not (await parcel.finish()).is_complete


@needs_seven
@pytest.mark.parametrize(
    "words", [("film.7z",), ("-v70k", "-mx0", "film.7z"), ("film.zip",), ("-psecret", "-mhe=on", "film.7z")]
)
async def test_a_7z_or_zip_is_unpacked(parcel: Parcel, words: tuple[str, ...]) -> None:
    (parcel.elsewhere / "The.Film.mkv").write_bytes(FILM)
    seven(parcel.elsewhere, *words, "The.Film.mkv")
    for path in parcel.elsewhere.glob("film.*"):
        path.rename(parcel.folder / path.name)
    parcel.put_all()
    result = await parcel.finish("secret")
    assert result.is_complete, result.message
    assert parcel.names() == ["The.Film.mkv"]
    assert (parcel.folder / "The.Film.mkv").read_bytes() == FILM


async def test_a_zip_is_unpacked_without_any_program(parcel: Parcel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with zipfile.ZipFile(parcel.folder / "film.zip", "w") as file:
        file.writestr("The.Film.mkv", FILM)
    parcel.put_all()
    assert (await parcel.finish()).is_complete
    assert parcel.names() == ["The.Film.mkv"]


async def test_a_kind_that_no_program_opens_says_what_to_install(
    parcel: Parcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    parcel.put("film.7z", b"7z\xbc\xaf\x27\x1c" + bytes(100))
    assert "install 7zip" in (await parcel.finish()).message


async def test_archives_in_archives_are_opened(parcel: Parcel) -> None:
    [inner] = rar(parcel.elsewhere, {"The.Film.mkv": FILM})
    rar(parcel.folder, {"inner.rar": inner.read_bytes(), "sub/about.nfo": b"about"})
    parcel.put_all()
    assert (await parcel.finish()).is_complete
    assert parcel.names() == ["The.Film.mkv", "sub/about.nfo"]


@needs_seven
async def test_kinds_in_kinds_and_passwords_inside_are_opened(parcel: Parcel) -> None:
    """A ZIP in a 7z in a RAR, of which the 7z alone has a password."""
    with zipfile.ZipFile(parcel.elsewhere / "inner.zip", "w") as file:
        file.writestr("The.Film.mkv", FILM)
    seven(parcel.elsewhere, "-psecret", "-mhe=on", "middle.7z", "inner.zip")
    rar(parcel.folder, {"middle.7z": (parcel.elsewhere / "middle.7z").read_bytes()}, volume=70_000)
    parcel.put_all()
    result = await parcel.finish("secret")
    assert result.is_complete, result.message
    assert parcel.names() == ["The.Film.mkv"]
    assert (parcel.folder / "The.Film.mkv").read_bytes() == FILM


async def test_a_cut_file_is_joined(parcel: Parcel) -> None:
    for at in range(3):
        parcel.put(f"The.Film.mkv.00{at + 1}", FILM[at * 120_000 : (at + 1) * 120_000])
    assert (await parcel.finish()).is_complete
    assert parcel.names() == ["The.Film.mkv"]
    assert (parcel.folder / "The.Film.mkv").read_bytes() == FILM


async def test_a_bomb_is_defused(parcel: Parcel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "ALWAYS_ALLOWED", 100_000)
    with zipfile.ZipFile(parcel.folder / "film.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("The.Film.mkv", bytes(300_000_000))
    builder = rars.RarBuilder()
    builder.add_bytes(bytes(50_000_000), "more.mkv")
    builder.write(str(parcel.folder / "film.rar"))
    parcel.put_all()
    result = await parcel.finish()
    assert not result.is_complete
    assert "far more than its own size" in result.message
    assert parcel.names() == ["film.rar", "film.zip"]


async def test_nothing_is_written_outside_the_folder(parcel: Parcel) -> None:
    with zipfile.ZipFile(parcel.folder / "film.zip", "w") as file:
        file.writestr("../../climber.txt", b"out")
        file.writestr("/tmp/absolute-climber.txt", b"out")
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        file.writestr(link, str(parcel.elsewhere))
        file.writestr("link/through.txt", b"out")
        file.writestr("The.Film.mkv", FILM)
    parcel.put_all()
    await parcel.finish()
    assert not list(parcel.elsewhere.iterdir())
    assert not (parcel.folder.parent / "climber.txt").exists()
    assert not Path("/tmp/absolute-climber.txt").exists()
    assert not any(path.is_symlink() for path in parcel.folder.rglob("*"))


async def test_a_link_in_a_rar_leads_nowhere(parcel: Parcel) -> None:
    builder = rars.RarBuilder(format="rar50")
    builder.add_unix_symlink("link", str(parcel.elsewhere))
    builder.add_bytes(b"out", "link/through.txt")
    builder.add_bytes(FILM, "The.Film.mkv")
    builder.write(str(parcel.folder / "film.rar"))
    parcel.put_all()
    await parcel.finish()
    assert not list(parcel.elsewhere.iterdir())
    assert not any(path.is_symlink() for path in parcel.folder.rglob("*"))


async def test_links_and_devices_never_leave_the_stage(tmp_path: Path) -> None:
    stage, into = tmp_path / "stage", tmp_path / "into"
    for one in (stage, into):
        one.mkdir()
    (stage / "plain").write_text("good")
    (stage / "soft").symlink_to("/etc/passwd")
    (stage / "folder").symlink_to("/etc")
    os.link(stage / "plain", stage / "hard")
    os.mkfifo(stage / "pipe")
    (stage / "single").write_text("good")
    files, left_out = bring_out(stage, into)
    assert [path.name for path in files] == ["single"]
    assert left_out == 5


async def test_the_cell_writes_nowhere_else_and_runs_nothing_new(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for one in (inside, outside):
        one.mkdir()
    tries = f"echo x > {outside}/a; ln -s /etc l; cp /bin/true t; ./t && echo ran; echo y > b"
    outcome = await run(Order((inside,), ("/bin/sh", "-c", tries)))
    if (outside / "a").exists():
        pytest.skip("this kernel has no Landlock")
    assert sorted(path.name for path in inside.iterdir()) == ["b", "t"]
    assert "ran" not in outcome.lines


async def test_a_password_is_in_no_list_of_processes(tmp_path: Path) -> None:
    outcome = await run(
        Order((tmp_path,), ("/bin/sh", "-c", "read p; echo got $p; cat /proc/$$/cmdline"), password="hush")
    )
    assert "got hush" in outcome.text
    assert outcome.text.count("hush") == 1


async def test_a_full_disk_waits_in_the_words_managers_know(parcel: Parcel, monkeypatch: pytest.MonkeyPatch) -> None:
    rar(parcel.folder, {"The.Film.mkv": FILM})
    parcel.put_all()

    async def full(*_: object) -> Outcome:
        return Outcome(1, ('{"trouble": "full", "message": "No space left on device"}',))

    with monkeypatch.context() as patched:
        patched.setattr(unpacking, "run", full)
        result = await parcel.finish()
    assert (result.message, result.is_waiting) == (DISK_FULL, True)
    assert (await parcel.finish()).is_complete


async def test_it_goes_on_after_a_fall_between_unpacking_and_sweeping(parcel: Parcel) -> None:
    rar(parcel.folder, {"The.Film.mkv": FILM}, volume=70_000)
    parcel.put_all()
    parcel.protect()
    kept = Wishes(deletes_archives=False, litter=frozenset())
    assert (await parcel.finish(wishes=kept)).is_complete
    before = parcel.names()
    assert (await parcel.finish(wishes=kept)).is_complete
    assert parcel.names() == before
    (parcel.folder / ".opened.json").write_text('{"password": "", "archives": ["film.part2.rar"]}')
    min(parcel.folder.glob("film.part*.rar")).unlink()
    assert (await parcel.finish()).is_complete


def test_troubles_are_told_apart() -> None:
    order = Order((Path(),), ("7zz",))
    said = {
        "ERROR: Wrong password : film.mkv": Trouble.PASSWORD,
        "ERROR: errno=28 : No space left on device": Trouble.FULL,
        "ERROR: CRC Failed : film.mkv": Trouble.DAMAGED,
    }
    for line, trouble in said.items():
        assert unpacking._judge(order, Outcome(2, (line,))) is trouble
