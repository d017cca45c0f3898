"""The unit for systemd is one that systemd understands, and it starts a command that there is."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from matinee import cli
from matinee.settings import Settings
from tests.docs.pages import ROOT, page

UNIT = ROOT / "deploy" / "matinee.service"
PROGRAM = "/opt/matinee/.venv/bin/matinee"


def unit() -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None, strict=True)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(UNIT.read_text())
    return read


def test_it_starts_a_command_that_there_is() -> None:
    program, name, *options = unit()["Service"]["ExecStart"].split()
    command = typer.main.get_group(cli.app).commands[name]
    known = {word for param in command.params for word in param.opts}
    assert program == PROGRAM
    assert {option for option in options if option.startswith("-")} <= known


def test_it_is_hardened() -> None:
    service = unit()["Service"]
    assert service["User"] == "matinee"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["Restart"] == "on-failure"


def test_it_may_make_the_tunnels_room_and_no_other() -> None:
    service = unit()["Service"]
    assert set(service["RestrictNamespaces"].split()) == {"user", "net", "mnt"}
    assert (service["DevicePolicy"], service["DeviceAllow"]) == ("closed", "/dev/net/tun rw")
    assert {"@mount", "landlock_restrict_self"} <= set(service["SystemCallFilter"].split())
    assert "PrivateDevices" not in service, "it would hide the tunnel's device"
    assert service["CapabilityBoundingSet"] == ""


def test_it_may_write_where_the_docs_say() -> None:
    service, guide = unit()["Service"], page("quick-start.md")
    root = service["ReadWritePaths"]
    assert " " not in root, "each path is a mount of its own, and hard links do not cross mounts"
    assert root == unit()["Unit"]["RequiresMountsFor"]
    assert f"/var/lib/{service['StateDirectory']}" in guide
    assert f"`library.root` at `{root}`" in guide
    (settings,) = re.findall(r"--config (\S+)", service["ExecStart"])
    assert f"`{settings}`" in guide
    assert f"`{service['EnvironmentFile'].removeprefix('-')}`" in guide


def test_the_folders_of_the_unit_hold_all_that_is_written() -> None:
    settings = Settings.model_validate({"data": "/var/lib/matinee", "library": {"root": "/srv/media"}})
    service = unit()["Service"]
    assert settings.data_folder == Path("/var/lib", service["StateDirectory"])
    for folder in (settings.downloads, settings.shelf):
        assert folder.parent == Path(service["ReadWritePaths"])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_understands_it(tmp_path: Path) -> None:
    program = tmp_path / "matinee"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace(PROGRAM, str(program)))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
