"""The calls of one Mastodon account: documented REST on one tame session. Reads lists whole, or says that it cannot.

Source of every path and field: docs.joinmastodon.org, read 2026-07. `lang=en` asks for errors in the words that
mastodon_errors.py knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from socialpub.model.post import Media
from socialpub.platforms import mastodon_match
from socialpub.platforms.http import TameSession
from socialpub.platforms.mastodon_errors import says_missing
from socialpub.platforms.mastodon_match import Item
from socialpub.platforms.trouble import Declined, Trouble

#: So much earlier than the call began the list is read: our clock may be ahead of the server's.
EARLIER = timedelta(hours=6)
PAGES, PER_PAGE = 25, 40  # 40 is the most a server gives at once
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}
#: How the visible call says it, so that it is understood alike wherever it is met.
_GONE = {"error": "Media not found or already attached to another post"}


@dataclass(frozen=True, slots=True)
class Line:
    session: TameSession
    base: str
    account: str

    def me(self) -> Mapping[str, Any]:
        """The account that the token belongs to (scope read:accounts)."""
        return self._ask("whose", "GET", "/api/v1/accounts/verify_credentials")

    def owner(self) -> str:
        return self.id_in(self.me())

    def instance(self) -> Mapping[str, Any]:
        """The server's description of itself; {} from one that has none in this form. It is never a post's fault."""
        try:
            return self._ask("instance", "GET", "/api/v2/instance")
        except Declined as declined:
            if declined.status in (401, 403, 429) or not 400 <= declined.status < 500:
                raise
            return {}

    def scopes(self) -> tuple[str, ...]:
        """What the application of the token may do; () where the server does not say. Since Mastodon 4.3."""
        try:
            told = self._ask("scopes", "GET", "/api/v1/apps/verify_credentials").get("scopes")
        except Trouble:
            return ()
        return tuple(str(one) for one in told) if isinstance(told, list) else ()

    def upload(self, data: bytes, item: Media) -> str:
        """One photo with its alt text: its id, while the server may still be processing it (202)."""
        given = {
            "files": {"file": (f"photo.{_ENDINGS.get(item.mime, 'bin')}", data, item.mime)},
            "data": {"description": item.alt} if item.alt else {},
        }
        return self.id_in(self._ask("upload", "POST", "/api/v2/media", **given))

    def photo(self, media_id: str) -> tuple[bool, str]:
        """Whether an upload is processed, and the alt text that the server has of it."""
        self.session.begin("photo")
        try:
            status, body = self._call("GET", f"/api/v1/media/{media_id}")
        except Declined as declined:
            if not says_missing(declined):
                raise
            raise Declined(declined.says, status=422, body=_GONE, headers=declined.headers) from None
        if not isinstance(body, dict) or self.id_in(body) != media_id:
            raise self.session.unclear("an answer about another photo")
        alt = body.get("description")
        return status != 206, alt if isinstance(alt, str) else ""

    def create(self, text: str, language: str, media_ids: list[str], key: str) -> Mapping[str, Any]:
        """The visible call, announced by the caller: the new post. The same key gives the same one, for an hour."""
        asked = {"status": text, "visibility": "public", "language": language}
        given = asked | ({"media_ids": media_ids} if media_ids else {})
        _, body = self._call("POST", "/api/v1/statuses", json=given, headers={"Idempotency-Key": key})
        self.id_in(body)
        return dict(body)

    def delete(self, remote_id: str) -> bool:
        """Whether the server says that it deleted the post; False: it says that there is none of ours."""
        self.session.begin("delete")
        try:
            self._call("DELETE", f"/api/v1/statuses/{remote_id}")
        except Declined as declined:
            if not says_missing(declined):
                raise
            return False
        return True

    def stands(self, remote_id: str) -> bool:
        try:
            body = self._ask("read", "GET", f"/api/v1/statuses/{remote_id}")
        except Declined as declined:
            if not says_missing(declined):
                raise
            return False
        if self.id_in(body) != remote_id:
            raise self.session.unclear("an answer about another post")
        return True

    def own_posts(self, since: datetime) -> list[Item] | None:
        """The account's posts made after `since`, newest first; None if the list has no end.

        The end is an empty page or an older post: a page may be shorter than was asked for.
        """
        items: list[Item] = []
        asked = {"exclude_reblogs": "true", "limit": str(PER_PAGE)}
        for _ in range(PAGES):
            page = self._page(asked)
            items += [item for item in page if (mastodon_match.made(item) or since) >= since]
            if len(page) == 0 or (mastodon_match.made(page[-1]) or since) < since:
                return items
            asked["max_id"] = page[-1]["id"]
        return None

    def _page(self, asked: Mapping[str, str]) -> list[Item]:
        self.session.begin("find", lists=True)
        _, page = self._call("GET", f"/api/v1/accounts/{self.account}/statuses", params=asked)
        if not isinstance(page, list) or not all(mastodon_match.readable(item, self.account) for item in page):
            raise self.session.unclear("a list that cannot be read")
        return page

    def _ask(self, step: str, method: str, path: str, **given: Any) -> Mapping[str, Any]:
        self.session.begin(step)
        body: Mapping[str, Any] = self._call(method, path, **given)[1]
        return body

    def _call(self, method: str, path: str, **given: Any) -> tuple[int, Any]:
        """Status and JSON of a success, under the step that was begun."""
        given["params"] = {**given.get("params", {}), "lang": "en"}

        def called() -> Mapping[str, Any]:
            response = self.session.request(method, self.base + path, **given)
            return {"status": response.status_code, "body": response.json()}

        answer = self.session.answer(called)
        return answer["status"], answer["body"]

    def id_in(self, body: Mapping[str, Any]) -> str:
        """The id in an answer; raises Unclear without one, for the step that was begun."""
        remote_id = body.get("id")
        if not mastodon_match.is_id(remote_id):
            raise self.session.unclear("an answer without the server's id")
        return str(remote_id)
