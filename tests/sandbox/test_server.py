"""The process: where it listens, how it says so, how it ends."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from socialpub.sandbox.server import running, serve
from tests.sandbox.plain import ask

_COMMAND = [sys.executable, "-m", "socialpub.sandbox"]
_ALLOWED = sys.stdlib_module_names | {"starlette", "uvicorn"}
_ROOT = Path(__file__).parents[2]


def test_it_runs_from_any_folder_and_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with running() as sandbox:
        assert sandbox.posts() == []
    with pytest.raises(ConnectionRefusedError):
        ask(sandbox.url, "GET", "/")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104  it must be refused
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        serve(host, 0, lambda _: None)


def test_it_ends_when_whoever_started_it_is_gone() -> None:
    command = [*_COMMAND, "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        said = json.loads(process.stdout.readline())
        assert said["url"] == f"http://127.0.0.1:{said['port']}"
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_it_shares_no_code_with_any_other_room() -> None:
    for file in (_ROOT / "socialpub/sandbox").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            for name in named:
                own = name.startswith("socialpub.sandbox")
                assert own or name.partition(".")[0] in _ALLOWED, f"{file.name} imports {name}"


def test_a_port_that_is_taken_is_an_error_in_words(capfd: pytest.CaptureFixture[str]) -> None:
    with running() as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        with pytest.raises(RuntimeError, match="did not start"), running(port):
            pass
    told = capfd.readouterr().err
    assert "Address already in use" in told
    assert "Traceback" not in told
