"""How a Mastodon server says no: {"error": words} (docs.joinmastodon.org, entity Error), and its rate headers."""

from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse, Response

_TITLES = {
    400: "Bad request",
    401: "The access token is invalid",
    403: "This action is not allowed",
    404: "Record not found",
    413: "Payload too large",
    422: "Validation failed",
    429: "Too many requests",
    500: "We're sorry, but something went wrong on our end.",
    503: "Remote data could not be fetched",
}


class MastodonProblem(Exception):  # noqa: N818  it is an answer, not an error of the sandbox
    """A refusal, carried to the edge as an exception so that every handler reads straight down."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        self.status, self.body = status, {"error": words} if words else broken(status)


def answer(problem: MastodonProblem) -> Response:
    return JSONResponse(problem.body, problem.status)


def broken(status: int) -> dict[str, Any]:
    return {"error": _TITLES.get(status, "An error on order")}


def invalid(words: str) -> MastodonProblem:
    return MastodonProblem(422, f"Validation failed: {words}")


def missing() -> MastodonProblem:
    return MastodonProblem(404)


def rate_headers(limit: int, used: int, until: float) -> dict[str, str]:
    """The window's end is a time, not seconds (docs.joinmastodon.org, rate limits)."""
    reset = datetime.fromtimestamp(until, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(max(0, limit - used)),
        "x-ratelimit-reset": reset,
    }
