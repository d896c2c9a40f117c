"""One HTTP exchange taken apart, so that a fault can act between its steps: read, commit, answer, cut."""

from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from socialpub.sandbox.world import World


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Exchange:
    """A request on its way to `app`, and the way back to the client."""

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send
    world: World
    body: bytes = b""
    _sent: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def port(self) -> int:
        return int(self.scope["server"][1])

    async def read(self, at_most: int | None = None) -> None:
        """Take the request's body in, all of it or until `at_most` bytes have come."""
        while at_most is None or len(self.body) < at_most:
            message = await self.receive()
            self.body += message.get("body", b"")
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return

    def declared_length(self) -> int:
        lengths = [value for name, value in self.scope["headers"] if name == b"content-length"]
        return int(lengths[0]) if lengths else 0

    async def commit(self) -> Answer:
        """Let the network do its work with the body already read; its answer is kept, not sent."""
        parts: list[Message] = []

        async def replay() -> Message:
            return {"type": "http.request", "body": self.body, "more_body": False}

        async def keep(message: Message) -> None:
            parts.append(message)

        await self.app(self.scope, replay, keep)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in parts[0]["headers"]}
        return Answer(parts[0]["status"], headers, b"".join(part.get("body", b"") for part in parts[1:]))

    async def answer(self, answer: Answer) -> None:
        await self.start(answer, len(answer.body))
        await self.more(answer.body, last=True)

    async def start(self, answer: Answer, length: int) -> None:
        headers = {**answer.headers, "content-length": str(length)}
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": answer.status, "headers": encoded})

    async def more(self, piece: bytes, *, last: bool = False) -> None:
        await self.send({"type": "http.response.body", "body": piece, "more_body": not last})

    async def gone(self) -> None:
        """Wait until the server has noticed that the connection is cut, so that it answers nothing itself."""
        while (await self.receive())["type"] != "http.disconnect":
            self.body = b""
