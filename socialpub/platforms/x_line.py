"""The calls of one X account: one SDK client on one tame session. Reads lists whole, or says that it cannot."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from socialpub.platforms import x_match
from socialpub.platforms.http import TameSession
from socialpub.platforms.trouble import Declined

#: So much earlier than the call began the list is asked for: our clock may be ahead of the network's.
EARLIER = timedelta(hours=6)
PAGES, PER_PAGE = 10, 100

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """The SDK's own exceptions do not leave it."""

    client: Any
    session: TameSession
    user_auth: bool  # OAuth 1.0a with the account's four keys; else OAuth 2.0 with its bearer
    proved: bool  # the credentials say themselves that they are this account's; a bearer never does

    def ask(self, step: str, method: str, route: str, **kwargs: Any) -> Mapping[str, Any]:
        """An endpoint the SDK has no method for."""
        self.session.begin(step)
        return self.session.answer(
            lambda: self.client.request(method, route, user_auth=self.user_auth, **kwargs).json()
        )

    def me(self) -> Mapping[str, Any]:
        """Whose the credentials are: the answer of the network."""
        self.session.begin("whose")
        return self.session.answer(lambda: self.client.get_me(user_auth=self.user_auth))

    def create(self, text: str, media_ids: list[str]) -> str:
        """The visible call, announced by the caller: the new post's id, whatever else the answer says."""
        asked = {"text": text or None, "media_ids": media_ids or None, "user_auth": self.user_auth}
        return self.id_in(self.session.answer(lambda: self.client.create_tweet(**asked)))

    def delete(self, remote_id: str) -> bool:
        self.session.begin("delete")
        body = self.session.answer(lambda: self.client.delete_tweet(remote_id, user_auth=self.user_auth))
        return self.data(body).get("deleted") is True

    def stands(self, remote_id: str) -> bool | None:
        """Whether the post can be read; None if the answer does not tell."""
        body = self.ask("read", "GET", f"/2/tweets/{remote_id}")
        data, errors = body.get("data"), body.get("errors")
        if isinstance(data, dict):
            return True if data.get("id") == remote_id else None
        missing = isinstance(errors, list) and any(map(says_missing, errors))
        return False if missing else None

    def data(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer's data. A success without any carries errors instead, and tells nothing."""
        data = body.get("data")
        if not isinstance(data, dict):
            raise self.session.unclear("a success without data in it")
        return data

    def id_in(self, body: Mapping[str, Any]) -> str:
        remote_id = self.data(body).get("id")
        if not x_match.is_id(remote_id):
            raise self.session.unclear("an answer without the network's id")
        return str(remote_id)

    def own_posts(self, user: str, since: datetime) -> list[Item] | None:
        """The account's posts since some hours before `since`; None if they cannot all be read as needed.

        X is renaming tweet.fields to post.fields. What it does not know it silently leaves out, or declines with a
        400. A list without times, links and photos would make every post look absent: the other name is tried then.
        """
        for vocabulary in ("post.fields", "tweet.fields"):
            try:
                items = self._pages(user, since - EARLIER, vocabulary)
            except Declined as declined:
                if declined.status != 400 or vocabulary == "tweet.fields":
                    raise
                continue
            if items is None or all(x_match.made(item) for item in items):
                return items
        return None

    def _pages(self, user: str, since: datetime, vocabulary: str) -> list[Item] | None:
        asked = {"max_results": PER_PAGE, "start_time": f"{since:%Y-%m-%dT%H:%M:%SZ}",
                 vocabulary: "created_at,entities,attachments"}  # fmt: skip
        items: list[Item] = []
        for _ in range(PAGES):
            page, token = self._page(self.ask("find", "GET", f"/2/users/{user}/tweets", params=asked))
            items += page
            if not token:
                return items
            asked["pagination_token"] = token
        return None

    def _page(self, body: Mapping[str, Any]) -> tuple[list[Item], str]:
        """The posts of one page and where the next begins. Only a page of which everything can be read counts."""
        page, meta = body.get("data", []), body.get("meta")
        if "errors" in body or not isinstance(page, list) or not isinstance(meta, dict):
            raise self.session.unclear("a list that cannot be read")
        if not all(map(x_match.readable, page)) or meta.get("result_count") != len(page):
            raise self.session.unclear("a list that cannot be read")
        token = meta.get("next_token", "")
        if not isinstance(token, str):
            raise self.session.unclear("a list that cannot be read to its end")
        return page, token


def says_missing(problem: object) -> bool:
    """Whether X says of a thing that there is none such (openapi.json, ResourceNotFoundProblem)."""
    kind = problem.get("type") if isinstance(problem, dict) else None
    return isinstance(kind, str) and re.search(r"/problems/resource-not-found\Z", kind) is not None
