"""How X says no: problem documents, as docs.x.com and the OpenAPI description (2.167) have them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

PROBLEMS = "https://api.x.com/2/problems/"


class XProblem(Exception):  # noqa: N818  it is an answer, not an error of the sandbox
    """A refusal, carried to the edge as an exception so that every handler reads straight down."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body.get("detail", ""))
        self.status, self.body = status, body


async def answer_problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, XProblem)  # noqa: S101  registered for this class only
    return problem_response(problem.status, problem.body)


def problem_response(status: int, body: dict[str, Any]) -> Response:
    return JSONResponse(body, status, media_type="application/problem+json")


def plain(status: int, title: str, detail: str = "") -> dict[str, Any]:
    """The shape of refusals that have no problem type of their own."""
    return {"title": title, "detail": detail or title, "type": "about:blank", "status": status}


def unauthorized() -> XProblem:
    return XProblem(401, plain(401, "Unauthorized"))


def invalid(message: str, **parameters: Any) -> XProblem:
    """400 with the offending parameters named."""
    return XProblem(
        400,
        {
            "errors": [{"parameters": {k: [str(v)] for k, v in parameters.items()}, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": f"{PROBLEMS}invalid-request",
            "status": 400,
        },
    )


def not_found(what: str, name: str, value: str) -> dict[str, Any]:
    """A missing thing. In a read it comes inside `errors` of a 200; in a call on the thing it is a 404."""
    return {
        "value": value,
        "detail": f"Could not find {what} with {name}: [{value}].",
        "title": "Not Found Error",
        "resource_type": what,
        "parameter": name,
        "resource_id": value,
        "type": f"{PROBLEMS}resource-not-found",
    }


def duplicate() -> XProblem:
    """The very words X uses (seen in public bug reports, 2026-02)."""
    return XProblem(403, plain(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content."))


def too_many() -> dict[str, Any]:
    return plain(429, "Too Many Requests")


def no_credits(account: str) -> dict[str, Any]:
    """Pay-per-use and nothing left: a person must buy credits."""
    return {
        "account_id": account,
        "title": "CreditsDepleted",
        "detail": f"Your enrolled account [{account}] does not have any credits to fulfill this request.",
        "type": f"{PROBLEMS}credits",
    }


def broken(status: int) -> dict[str, Any]:
    titles = {
        400: "Invalid Request",
        401: "Unauthorized",
        403: "Forbidden",
        404: "Not Found",
        409: "Conflict",
    }
    titles |= {413: "Payload Too Large", 429: "Too Many Requests", 500: "Internal Server Error"}
    titles |= {502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
    return plain(status, titles.get(status, "Error"))
