"""What each kind of fault does to an exchange. The order is the point: before, or after, the post is kept."""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from functools import cache

from socialpub.sandbox import bluesky_answers, graph_answers, mastodon_answers, x_answers
from socialpub.sandbox.exchange import Answer, Exchange
from socialpub.sandbox.fault import Fault
from socialpub.sandbox.sockets import cut, reset

Mischief = Callable[[Exchange, Fault], Awaitable[int | None]]
"""Does it, and says which status the client was shown; None if none."""

#: Bytes of an absurdly large answer.
HUGE = 10_000_000
#: Bytes that a small compressed answer unpacks to.
BOMB = 100_000_000


async def refuse(exchange: Exchange, _: Fault) -> None:
    reset(exchange.scope)
    await exchange.gone()


async def mid_body(exchange: Exchange, _: Fault) -> None:
    await exchange.read(at_most=max(1, exchange.declared_length() // 2))
    reset(exchange.scope)
    await exchange.gone()


async def drop(exchange: Exchange, fault: Fault) -> None:
    await exchange.read()
    await _kept(exchange, fault)
    cut(exchange.scope)
    await exchange.gone()


async def error(exchange: Exchange, fault: Fault) -> int:
    await exchange.read()
    await _kept(exchange, fault)
    return await _say(exchange, fault, _error_answer(exchange, fault))


async def rate_limited(exchange: Exchange, fault: Fault) -> int:
    await exchange.read()
    await _kept(exchange, fault)
    return await _say(exchange, fault, _rate_answer(exchange, fault))


async def credits_depleted(exchange: Exchange, fault: Fault) -> int:
    await exchange.read()
    return await _say(exchange, fault, _json(402, x_answers.no_credits("5550100000001")))


async def slow(exchange: Exchange, fault: Fault) -> int:
    """Commit "after" keeps the post even if the client has long gone: a late arrival."""
    await exchange.read()
    early = await exchange.commit() if fault.commit == "first" else None
    await asyncio.sleep(fault.wait_s)
    if fault.commit == "never":
        return await _say(exchange, fault, _error_answer(exchange, fault))
    return await _say(exchange, fault, early or await exchange.commit())


async def trickle(exchange: Exchange, fault: Fault) -> int:
    """One byte at a time, `seconds` between two."""
    answer = await _ready(exchange, fault)
    await exchange.start(answer, len(answer.body))
    for at in range(len(answer.body)):
        await asyncio.sleep(fault.wait_s)
        await exchange.more(answer.body[at : at + 1], last=at == len(answer.body) - 1)
    return answer.status


async def cut_answer(exchange: Exchange, fault: Fault) -> int:
    """Half of the answer, then the end of the stream."""
    answer = await _ready(exchange, fault)
    await exchange.start(answer, len(answer.body))
    await exchange.more(answer.body[: len(answer.body) // 2])
    await asyncio.sleep(0.02)  # let what was written leave, before the connection is cut
    cut(exchange.scope)
    await exchange.gone()
    return answer.status


def spoiled(spoil: Callable[[Answer], Answer]) -> Mischief:
    """A fault that lets the network work and then answers something else instead."""

    async def act(exchange: Exchange, fault: Fault) -> int:
        return await _say(exchange, fault, spoil(await _ready(exchange, fault)))

    return act


async def gzip_bomb(exchange: Exchange, fault: Fault) -> int:
    answer = await _ready(exchange, fault)
    return await _say(exchange, fault, Answer(answer.status, _gzipped(answer), _bomb()))


async def html_502(exchange: Exchange, fault: Fault) -> int:
    await exchange.read()
    await _kept(exchange, fault)
    page = b"<!DOCTYPE html><html><title>502 Bad Gateway</title><h1>Bad gateway</h1></html>"
    return await _say(exchange, fault, Answer(502, {"content-type": "text/html; charset=utf-8"}, page))


async def redirect(exchange: Exchange, fault: Fault) -> int:
    """To another host, `localhost` for 127.0.0.1; the log notes whether a credential came along."""
    await exchange.read()
    await _kept(exchange, fault)
    elsewhere = f"http://localhost:{exchange.port}/elsewhere{exchange.path}"
    return await _say(exchange, fault, Answer(307, {"location": elsewhere}, b""))


KINDS: dict[str, Mischief] = {
    "refuse": refuse,
    "mid_body": mid_body,
    "drop_before_commit": drop,
    "drop_after_commit": drop,
    "error_before_commit": error,
    "error_after_commit": error,
    "rate_limited": rate_limited,
    "credits_depleted": credits_depleted,
    "slow": slow,
    "trickle": trickle,
    "cut_answer": cut_answer,
    "truncated_json": spoiled(lambda a: Answer(a.status, a.headers, a.body[: len(a.body) // 2])),
    "empty_200": spoiled(lambda a: Answer(200, _without_type(a), b"")),
    "not_json": spoiled(lambda a: Answer(a.status, {"content-type": "text/plain"}, b"OK")),
    "wrong_type": spoiled(lambda a: Answer(a.status, a.headers, b'["this", "is", "a", "list"]')),
    "huge": spoiled(lambda a: Answer(a.status, a.headers, b'{"padding": "' + b"a" * HUGE + b'"}')),
    "bad_gzip": spoiled(lambda a: Answer(a.status, _gzipped(a), b"this is not gzip")),
    "gzip_bomb": gzip_bomb,
    "html_502": html_502,
    "redirect": redirect,
}


@cache
def _bomb() -> bytes:
    """A JSON string of `BOMB` spaces, compressed piece by piece so that it never exists whole in here."""
    press, piece = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16), b" " * 1_000_000
    parts = [press.compress(b'"'), *(press.compress(piece) for _ in range(BOMB // len(piece)))]
    return b"".join([*parts, press.compress(b'"'), press.flush()])


async def _ready(exchange: Exchange, fault: Fault) -> Answer:
    await exchange.read()
    return await _kept(exchange, fault) or _json(200, {})


async def _kept(exchange: Exchange, fault: Fault) -> Answer | None:
    return await exchange.commit() if fault.commit == "first" else None


async def _say(exchange: Exchange, fault: Fault, answer: Answer) -> int:
    """The answer with what the order says about status, body and headers laid over it."""
    body = answer.body if fault.body is None else _text(fault.body)
    status = fault.status or answer.status
    await exchange.answer(Answer(status, {**answer.headers, **_lower(fault.headers)}, body))
    return status


def _error_answer(exchange: Exchange, fault: Fault) -> Answer:
    status = fault.status or 503
    if _is_graph(exchange):
        return _graph_error(exchange, status, fault)
    if exchange.path.startswith("/xrpc/"):
        return _json(status, bluesky_answers.broken(status))
    if _is_mastodon(exchange):
        return _json(status, mastodon_answers.broken(status))
    body = x_answers.no_credits("5550100000001") if status == 402 else x_answers.broken(status)
    return _json(status, body)


def _graph_error(exchange: Exchange, status: int, fault: Fault) -> Answer:
    usual = {401: (190, 463), 403: (200, 0), 404: (100, 33), 400: (100, 0), 429: (4, 0), 500: (1, 0)}
    code, subcode = usual.get(status, (2, 0))
    if fault.code:
        code, subcode = fault.code, fault.subcode
    body = graph_answers.error_body(code, f"(#{code}) An error on order", subcode)
    return _json(status, body, graph_answers.headers(exchange.path))


def _rate_answer(exchange: Exchange, fault: Fault) -> Answer:
    """The network's own way of saying "too many"; quiet: without the headers that say how long."""
    if _is_graph(exchange):
        code = fault.code or 32
        body = graph_answers.error_body(code, f"(#{code}) Page request limit reached", fault.subcode)
        usage = {} if fault.quiet else graph_answers.headers(exchange.path, wait_minutes=5, percent=100)
        return _json(fault.status or 400, body, usage)
    if exchange.path.startswith("/xrpc/"):
        left = {} if fault.quiet else bluesky_answers.rate_headers(5000, 0, exchange.world.now() + 900, 3600)
        return _json(fault.status or 429, bluesky_answers.too_many().body, left)
    if _is_mastodon(exchange):
        spent = {} if fault.quiet else mastodon_answers.rate_headers(300, 300, exchange.world.now() + 300)
        return _json(429, mastodon_answers.broken(429), spent)
    until = str(int(exchange.world.now() + 900))
    spent = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0", "x-rate-limit-reset": until}
    return _json(429, x_answers.too_many(), {} if fault.quiet else spent)


def _is_graph(exchange: Exchange) -> bool:
    return exchange.path.startswith("/v")


def _is_mastodon(exchange: Exchange) -> bool:
    return exchange.path.startswith("/api/v")


def _json(status: int, body: object, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"content-type": "application/json", **(headers or {})}, json.dumps(body).encode())


def _text(body: object) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}


def _without_type(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "content-type"}


def _gzipped(answer: Answer) -> dict[str, str]:
    return {**answer.headers, "content-encoding": "gzip"}
