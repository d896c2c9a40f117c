"""The sandbox from the command line: it says where it is, also into a file, and refuses in words."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Desk


def test_its_address_is_said_at_once_also_into_a_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "socialpub", "sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("The sandbox networks are at http://127.0.0.1:")
        finally:
            process.terminate()


def test_a_port_that_is_taken_is_refused_with_the_next_step(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = desk("sandbox", "--port", str(taken.getsockname()[1]))
    assert answer.code == 1
    assert "cannot be had" in answer.err
    assert "--port 0" in answer.err


@pytest.mark.parametrize(("option", "code"), [(("--host", "192.0.2.1"), 1), (("--port", "99999"), 2)])
def test_what_cannot_be_meant_is_refused_in_words(desk: Desk, option: tuple[str, str], code: int) -> None:
    answer = desk("sandbox", *option)
    assert answer.code == code
    assert "Traceback" not in answer.err
    assert option[0].strip("-") in answer.err or "loopback" in answer.err
