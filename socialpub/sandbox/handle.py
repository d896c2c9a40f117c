"""A running sandbox as a test or the demo holds it: where it is, and its control API as plain calls."""

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

#: What signs a request, by network: the names of the account's fields.
_CREDENTIALS = {
    "x": ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
    "facebook": ("access_token",),
    "instagram": ("access_token",),
    "bluesky": ("identifier", "app_password"),
    "mastodon": ("access_token",),
    "youtube": ("bearer", "client_id", "client_secret", "refresh_token"),
}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`url` has no slash at its end. Each call is one request to /_sandbox; urllib's HTTPError if refused."""

    url: str

    def reset(self) -> None:
        """Forget everything; only the demo accounts are there again."""
        self.order("POST", "reset")

    def accounts(self) -> dict[str, list[dict[str, Any]]]:
        """By network, each with its credentials."""
        return dict(self.order("GET", "accounts"))

    def sign_in(self, network: str) -> tuple[str, dict[str, str]]:
        """The id of the demo account on `network`, and exactly the credentials that a client needs for it."""
        account = self.accounts()[network][0]
        return account["id"], {key: account[key] for key in _CREDENTIALS[network]}

    def posts(self) -> list[dict[str, Any]]:
        """The visible posts, oldest first: what alone decides "once"."""
        return list(self.order("GET", "posts"))

    def requests(self) -> list[dict[str, Any]]:
        return list(self.order("GET", "requests"))

    def fault(self, kind: str, **more: Any) -> None:
        self.order("POST", "faults", {"kind": kind, **more})

    def clock(self, now: str | None) -> None:
        """ISO 8601 with a zone; None: the real time again."""
        self.order("POST", "clock", {"now": now})

    def lag(self, seconds: float) -> None:
        self.order("POST", "lag", {"seconds": seconds})

    def rules(self, **switches: Any) -> None:
        self.order("POST", "rules", switches)

    def order(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Any other control request; the decoded answer."""
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(  # noqa: S310  always http to loopback
            f"{self.url}/_sandbox/{path}", data, {"content-type": "application/json"}, method=method
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)
