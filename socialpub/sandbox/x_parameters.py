"""Which query parameters each X path takes (OpenAPI 2.167, and the older names of tweet.fields). Others are a 400.

Field names inside a parameter are another matter: those that X does not know it silently leaves out.
"""

from starlette.requests import Request

from socialpub.sandbox.world import Rules
from socialpub.sandbox.x_answers import XProblem, invalid

_FIELDS = ("post.fields", "tweet.fields", "user.fields", "expansions")
_MORE_FIELDS = ("media.fields", "poll.fields", "place.fields")
USER = frozenset(_FIELDS)
POST = frozenset((*_FIELDS, *_MORE_FIELDS))
POSTS = POST | {"max_results", "pagination_token", "start_time", "end_time", "since_id", "until_id", "exclude"}
UPLOAD = frozenset({"media_id", "command"})
NONE = frozenset[str]()


def unknown(request: Request, taken: frozenset[str], rules: Rules) -> XProblem | None:
    """What X says to the first parameter that it does not take, if there is one."""
    if rules.refuse_other_names and rules.field_names != "both":
        taken = taken - {"post.fields", "tweet.fields"} | taken & {f"{rules.field_names}.fields"}
    for name in request.query_params:
        if name not in taken:
            return invalid(f"The query parameter [{name}] is not one of [{','.join(sorted(taken))}]", **{name: "…"})
    return None
