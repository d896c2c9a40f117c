"""One message to one real mail server; and no secret of an address gets out, whatever goes wrong."""

import http.server
import io
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from socialpub.notify import server
from socialpub.notify.server import post
from tests.notify.mailserver import MailServer

CANARY = "CANARY-7731"


def test_a_mail_arrives_with_its_subject_and_its_lines(mail: MailServer) -> None:
    assert post(mail.address("pio@dept.example"), "Needs a person: “José”", "one\n\n    two <b> & ${X} \\n\n") == ""
    (got,) = mail.inbox
    assert (got.sender, got.to) == ("socialpub@dept.example", ["pio@dept.example"])
    assert got.subject == "Needs a person: “José”"
    assert got.body.rstrip() == "one\n\n    two <b> & ${X} \\n"
    assert got.message.get_content_type() == "text/plain"


def test_a_subject_cannot_bring_a_header_or_a_recipient_along(mail: MailServer) -> None:
    post(mail.address("pio@dept.example"), "Hi\r\nBcc: evil@x.example\nTo: evil@x.example", "Body\r\n.\r\nQUIT\r\n")
    (got,) = mail.inbox
    assert mail.asked == ["pio@dept.example"]
    assert got.message["Bcc"] is None
    assert got.message.get_all("To") == ["pio@dept.example"]
    assert "QUIT" in got.body


@pytest.mark.parametrize("answer", ["452 mailbox full", "550 no such person"])
def test_a_refusal_says_who_and_what_the_server_answered(mail: MailServer, answer: str) -> None:
    mail.answers["pio@dept.example"] = answer
    why = post(mail.address("pio@dept.example"), "Subject", "Body")
    assert why.startswith("mail to pio@dept.example: ")
    assert answer.split(" ", 1)[1] in why
    assert answer[:3] in why


def test_a_server_that_is_down_is_a_reason_not_an_exception(mail: MailServer) -> None:
    mail.stop()
    assert "refused" in post(mail.address("pio@dept.example"), "Subject", "Body")


@pytest.mark.parametrize("address", ["", "nonsense", f"nonsense {CANARY}", f"slack://{CANARY}", f"nokind://{CANARY}"])
def test_an_address_that_cannot_be_read_is_said_without_showing_it(address: str) -> None:
    why = post(address, "Subject", "Body")
    assert "cannot be read" in why
    assert CANARY not in why


class _Refuses(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(403, f"no {CANARY}")
        self.end_headers()
        self.wfile.write(f"no {CANARY}".encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def webhook() -> Iterator[str]:
    """The address of a web server that refuses, and quotes the token while it does."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Refuses) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"json://bot:{CANARY}@127.0.0.1:{httpd.server_address[1]}/hooks/{CANARY}?+x-token={CANARY}"
        httpd.shutdown()
        thread.join()


@pytest.fixture
def logs(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Everything that reached a handler of the root logger at DEBUG, as a daemon's would, or was printed.

    Not `caplog`: that one also attaches itself to loggers that were silenced.
    """
    root, written = logging.getLogger(), io.StringIO()
    handler, level = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: written.getvalue() + "".join(capfd.readouterr())
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_webhooks_token_is_in_no_log_and_no_reason(webhook: str, logs: Callable[[], str]) -> None:
    why = post(webhook, "Subject", "Body")
    assert why.startswith("json #")
    assert "403" in why
    assert CANARY not in why
    assert CANARY not in logs()


def test_a_mail_password_is_in_no_log_and_no_reason(mail: MailServer, logs: Callable[[], str]) -> None:
    address = mail.address("pio@dept.example").replace("mailto://", f"mailto://bot:{CANARY}@")
    why = post(address, "Subject", "Body")  # this server knows no logins
    assert why.startswith("mail to pio@dept.example: ")
    assert CANARY not in why
    assert CANARY not in logs()
    assert mail.inbox == []


def test_an_exception_of_a_plug_in_shows_its_kind_only(
    monkeypatch: pytest.MonkeyPatch, logs: Callable[[], str]
) -> None:
    def broken() -> Any:
        raise RuntimeError(f"cannot open json://{CANARY}")

    monkeypatch.setattr(server, "_apprise", broken)
    assert post(f"json://{CANARY}", "Subject", "Body") == "the sender broke: RuntimeError"
    assert CANARY not in logs()


def test_a_server_that_says_nothing_is_left_after_the_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TIMEOUT", 0.2)
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"mailto://127.0.0.1:{silent.getsockname()[1]}/?mode=insecure&from=a@dept.example&cto=0.3"
        why = post(address, "Subject", "Body")
    assert "no answer within" in why or "timed out" in why


def test_the_library_is_imported_on_first_use_only() -> None:
    code = "import sys; import socialpub.notify.server, socialpub.notify.send; sys.exit('apprise' in sys.modules)"
    assert subprocess.run((sys.executable, "-c", code), check=False).returncode == 0
