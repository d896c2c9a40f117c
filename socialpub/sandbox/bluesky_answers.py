"""How a PDS says no: {error, message}, with the names and words of a real one (PDS 0.4.217, asked on 2026-11-22)."""

from typing import Any

from starlette.responses import JSONResponse, Response

_NAMES = {400: "InvalidRequest", 401: "AuthenticationRequired", 403: "Forbidden", 404: "NotFound"}
_NAMES |= {413: "PayloadTooLarge", 429: "RateLimitExceeded", 500: "InternalServerError"}
_NAMES |= {502: "UpstreamFailure", 503: "NotEnoughResources", 504: "UpstreamTimeout"}


class XrpcError(Exception):
    """A refusal, carried to the edge as an exception so that every handler reads straight down."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status, self.body = status, {"error": error, "message": message}

    def response(self) -> Response:
        return JSONResponse(self.body, self.status)


def invalid(message: str) -> XrpcError:
    return XrpcError(400, "InvalidRequest", message)


def too_many() -> XrpcError:
    return XrpcError(429, "RateLimitExceeded", "Rate Limit Exceeded")


def broken(status: int) -> dict[str, Any]:
    """The usual body of this status, for a fault on order."""
    return {"error": _NAMES.get(status, "InternalServerError"), "message": "An error on order"}


def rate_headers(limit: int, left: int, reset: float, window_s: int) -> dict[str, str]:
    """As the draft polli-ratelimit-headers has them (remembered: the PDS that was asked had no limits)."""
    return {
        "ratelimit-limit": str(limit),
        "ratelimit-remaining": str(max(0, left)),
        "ratelimit-reset": str(int(reset)),
        "ratelimit-policy": f"{limit};w={window_s}",
    }
