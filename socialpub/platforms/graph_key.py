"""What Graph's debug_token says of a key: what it may do, and until when. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from socialpub.platforms.classify import whole_number


def scopes(data: Mapping[str, Any]) -> tuple[str, ...]:
    named = data.get("scopes")
    return tuple(scope for scope in named if isinstance(scope, str)) if isinstance(named, list) else ()


def tells_scopes(data: Mapping[str, Any]) -> bool:
    """Whether the answer says at all what the key may do."""
    return isinstance(data.get("scopes"), list)


def days_left(data: Mapping[str, Any], now: datetime) -> int | None:
    """Whole days until the key or its access to data ends; 0 means never, as the network writes it."""
    ends = [whole_number(data.get(key)) or 0 for key in ("expires_at", "data_access_expires_at")]
    seconds = min((end - now.timestamp() for end in ends if end > 0), default=None)
    return None if seconds is None else max(0, int(seconds // 86_400))
