"""YouTube's errors and resources, in its own words (developers.google.com/youtube/v3, "Errors")."""

from typing import Any

from starlette.responses import JSONResponse, Response

_USUAL = {
    400: "badRequest",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "conflict",
    429: "rateLimitExceeded",
}


class YouTubeProblem(Exception):  # noqa: N818  an answer, not a bug
    def __init__(self, status: int, reason: str, message: str = "") -> None:
        super().__init__(reason)
        self.status, self.body = status, error_body(status, reason, message)


def error_body(status: int, reason: str = "", message: str = "") -> dict[str, Any]:
    reason = reason or _USUAL.get(status, "backendError")
    says = message or f"The request failed: {reason}."
    item = {"message": says, "domain": "youtube.quota" if "uota" in reason else "global", "reason": reason}
    return {"error": {"code": status, "message": says, "errors": [item]}}


def refusal(problem: YouTubeProblem) -> Response:
    return JSONResponse(problem.body, problem.status)


def listed(kind: str, items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A list of `kind`, as every list method answers it."""
    page = {"totalResults": len(items), "resultsPerPage": len(items)}
    return {"kind": f"youtube#{kind}ListResponse", "etag": "demo", "items": items, "pageInfo": page, **more}
