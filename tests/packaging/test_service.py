"""The unit for systemd says what the daemon needs: notified, watched, confined, and given time to end."""

import shutil
import subprocess
from pathlib import Path

import pytest

from socialpub.settings import Web
from tests.town import ROOT

UNIT = ROOT / "packaging" / "socialpub.service"


def _keys() -> dict[str, str]:
    """Every key of the unit, in systemd.syntax(7) without continued lines."""
    lines = [line.strip() for line in UNIT.read_text("utf-8").splitlines()]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith(("#", "[")))


def test_systemd_is_told_when_it_is_ready_and_whether_it_lives() -> None:
    keys = _keys()
    assert (keys["Type"], keys["NotifyAccess"]) == ("notify", "main")
    assert 60 <= int(keys["WatchdogSec"]) <= 600
    assert keys["Restart"] == "always"


def test_what_is_being_sent_may_end() -> None:
    assert (_keys()["TimeoutStopSec"], _keys()["KillMode"]) == ("90", "mixed")


def test_it_starts_the_command_that_there_is() -> None:
    command = _keys()["ExecStart"].split()
    assert command[0].endswith("/socialpub")
    assert command[1:] == ["--settings", "/etc/socialpub/settings.toml", "run"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("CapabilityBoundingSet", ""),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("SystemCallFilter", "@system-service"),
    ],
)
def test_it_is_confined(key: str, value: str) -> None:
    assert _keys()[key] == value


def test_what_it_may_write_is_its_own_folder() -> None:
    assert _keys()["ReadWritePaths"] == _keys()["WorkingDirectory"] == "/var/lib/socialpub"
    assert _keys()["User"] != "root"


def test_its_paths_are_those_of_the_page_about_installing() -> None:
    page = (ROOT / "docs" / "install.md").read_text("utf-8")
    for key in ("ExecStart", "WorkingDirectory"):
        assert _keys()[key].split()[0].removesuffix("/bin/socialpub") in page
    assert "/etc/socialpub/settings.toml" in page
    assert UNIT.relative_to(ROOT).as_posix() in page


def test_officers_can_still_be_given_an_inbox() -> None:
    """The inbox has the set-group-id bit, which RestrictSUIDSGID= would refuse (systemd.exec(5))."""
    assert "RestrictSUIDSGID" not in _keys()


def test_it_needs_no_privileged_port() -> None:
    assert Web().port >= 1024


def test_systemd_itself_finds_no_fault(tmp_path: Path) -> None:
    """Where systemd is not installed, the sections must at least be those of a service."""
    sections = [line for line in UNIT.read_text("utf-8").splitlines() if line.startswith("[")]
    assert sections == ["[Unit]", "[Service]", "[Install]"]
    if analyze := shutil.which("systemd-analyze"):
        unit = tmp_path / UNIT.name
        text = UNIT.read_text("utf-8").replace(_keys()["ExecStart"].split()[0], "/bin/true")
        unit.write_text(text, "utf-8")
        found = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)
        assert not [line for line in found.stderr.splitlines() if UNIT.name in line]
