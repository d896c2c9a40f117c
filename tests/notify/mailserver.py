"""A real SMTP server (aiosmtpd) on loopback, in a thread, that can be told to refuse or to be down."""

import socket
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Mail:
    sender: str
    to: list[str]
    message: EmailMessage
    raw: bytes

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def body(self) -> str:
        return str(self.message.get_content()).replace("\r\n", "\n")


class MailServer:
    """`answers[address]` is said to RCPT instead of 250; `inbox` is what arrived, in order."""

    def __init__(self) -> None:
        self.inbox: list[Mail] = []
        self.asked: list[str] = []
        self.answers: dict[str, str] = {}
        self.port = _free_port()
        self._controller: Any = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def address(self, *people: str) -> str:
        return f"mailto://127.0.0.1:{self.port}/?mode=insecure&from=socialpub@dept.example&to={','.join(people)}"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        self.asked.append(address)
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.inbox.append(Mail(envelope.mail_from, list(envelope.rcpt_tos), message, envelope.content))
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
