"""What the network says about a Page's key: alive, allowed to post, until when. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from socialpub.model.outcome import Health
from socialpub.platforms import graph_key
from socialpub.platforms.classify import joined
from socialpub.platforms.trouble import clean

NEEDED = ("pages_manage_posts", "pages_read_engagement")
_AGAIN = "Connect the channel again, as a person who may create content on the Page."


def health(
    token: Mapping[str, Any], page: Mapping[str, Any], wanted: str, now: datetime, quota: dict[str, str]
) -> Health:
    """Reads the answers of debug_token and of the Page itself. `now` is UTC."""
    data = token.get("data")
    data = data if isinstance(data, dict) else {}
    scopes = graph_key.scopes(data)
    missing = [scope for scope in NEEDED if scope not in scopes]
    # The key of another Page, or of a person, reads this one, too.
    owner, kind = data.get("profile_id", wanted), data.get("type", "PAGE")
    if data.get("is_valid") is True and (owner != wanted or kind != "PAGE"):
        says = f"the key is not the Page's own: it is of the {clean(str(kind)).lower()} {clean(str(owner))}"
        return Health(alive=False, says=says, remedy=_AGAIN, scopes=scopes, anothers=True)
    if data.get("is_valid") is not True or page.get("id") != wanted:
        return Health(
            alive=False,
            says="the key is not valid for this Page",
            remedy=_AGAIN,
            scopes=scopes,
            unusable=data.get("is_valid") is False,
        )
    if missing:
        says = f"the key may not do what is needed: {', '.join(missing)}"
        return Health(alive=False, says=says, remedy=_AGAIN, scopes=scopes, unusable=graph_key.tells_scopes(data))
    says = f"connected to the Page {joined([page.get('name')])}"
    return Health(alive=True, says=says, scopes=scopes, days_left=graph_key.days_left(data, now), quota=quota)
