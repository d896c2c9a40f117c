"""How the Graph API says no, and the usage headers every answer carries (developers.facebook.com, v25.0)."""

import json
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

#: Codes that the network itself calls worth trying again.
TRANSIENT = {1, 2, 4, 17, 32, 341, 613, 80001}


class GraphError(Exception):
    """A refusal, carried to the edge as an exception so that every handler reads straight down."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body["error"]["message"])
        self.status, self.body = status, body


def error_body(code: int, message: str, subcode: int = 0, title: str = "", says: str = "") -> dict[str, Any]:
    error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code}
    if subcode:
        error["error_subcode"] = subcode
    error["is_transient"] = code in TRANSIENT
    if title:
        error |= {"error_user_title": title, "error_user_msg": says}
    error["fbtrace_id"] = f"A{secrets.token_urlsafe(16)}"
    return {"error": error}


def error(status: int, code: int, message: str, **more: Any) -> GraphError:
    return GraphError(status, error_body(code, message, **more))


def unknown_object(object_id: str, method: str) -> GraphError:
    text = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be "
        "loaded due to missing permissions, or does not support this operation."
    )
    return error(400, 100, text, subcode=33)


def bad_parameter(text: str, subcode: int = 0, **more: Any) -> GraphError:
    return error(400, 100, f"(#100) {text}", subcode=subcode, **more)


def duplicate() -> GraphError:
    """Only the page's last post counts; the words are Meta's."""
    says = (
        "This status update is identical to the last one you posted. Try posting something different, or "
        "delete your previous update."
    )
    return error(
        400,
        506,
        "(#506) Duplicate status message",
        subcode=1455006,
        title="Duplicate Status Update",
        says=says,
    )


def no_token() -> GraphError:
    return error(400, 104, "An access token is required to request this resource.")


def bad_token() -> GraphError:
    return error(400, 190, "Invalid OAuth access token - Cannot parse access token", subcode=467)


def expired_token() -> GraphError:
    return error(400, 190, "Error validating access token: Session has expired.", subcode=463)


def not_allowed(text: str) -> GraphError:
    return error(403, 200, f"(#200) {text}")


async def answer_error(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, GraphError)  # noqa: S101  registered for this class only
    return finished(request, problem.body, problem.status)


def finished(request: Request, body: Any, status: int = 200) -> Response:
    return JSONResponse(body, status, headers=headers(request.url.path))


def headers(path: str, page: str = "", wait_minutes: int = 0, percent: int = 1) -> dict[str, str]:
    """Usage in percent of what is allowed; `wait_minutes` until calls are taken again."""
    spent = {"call_count": percent, "total_cputime": percent, "total_time": percent}
    business = [{"type": "pages", **spent, "estimated_time_to_regain_access": wait_minutes}]
    return {
        "facebook-api-version": path.split("/")[1],
        "x-app-usage": json.dumps(spent),
        "x-business-use-case-usage": json.dumps({page or "555010000000001": business}),
        "x-fb-trace-id": secrets.token_urlsafe(8),
    }
