"""The calls of one Page: one SDK object on one tame session. The only importer of facebook-sdk.

Reads lists as far as they can be read, and says how far that was.
"""

import io
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from socialpub.platforms import facebook_match, graph_errors, graph_list
from socialpub.platforms.graph_list import Listed
from socialpub.platforms.http import TameSession
from socialpub.platforms.trouble import Declined

VERSION = "v25.0"  # lives until 2028; the SDK's own constructor knows none after 3.1
FIELDS = (
    "id,message,created_time,permalink_url,"
    "attachments{media_type,target{id},subattachments.limit(50){media_type,target{id}}}"
)
COSMETIC_S = (5.0, 5.0)  # time-outs of a call whose failure changes nothing


@dataclass(frozen=True, slots=True)
class Line:
    """The SDK's own exceptions do not leave it."""

    graph: Any
    session: TameSession
    page: str

    def owner(self) -> str:
        """Whose the key is: a Page's own names the Page, a person's the person (Graph API, the node `me`)."""
        self.session.begin("whose")
        return self._id_in(self.session.answer(lambda: self.graph.get_object("me", fields="id")))

    def upload(self, data: bytes, alt: str) -> str:
        """One unpublished photo: its id."""
        given = {"published": "false"} | ({"alt_text_custom": alt} if alt else {})
        self.session.begin("upload")
        put = self.session.answer(lambda: self.graph.put_photo(io.BytesIO(data), f"{self.page}/photos", **given))
        return self._id_in(put)

    def create(self, text: str, photo_ids: list[str], link: str) -> str:
        """The visible call, announced by the caller: the new post's id."""
        given = {"message": text} | ({"link": link} if link else {})
        if photo_ids:  # a list of dicts would be mangled by the SDK's form
            given["attached_media"] = json.dumps([{"media_fbid": photo_id} for photo_id in photo_ids])
        remote_id = self.session.answer(lambda: self.graph.put_object(self.page, "feed", **given)).get("id")
        if not facebook_match.is_own_id(remote_id, self.page):
            raise self.session.unclear("an answer without the id of a post of this Page")
        return str(remote_id)

    def permalink(self, remote_id: str) -> object:
        """The address the network claims for a post. Nothing that goes wrong here matters: the post is out."""
        self.session.begin("permalink")
        self.session.timeouts = COSMETIC_S
        try:
            asked = self.session.answer(lambda: self.graph.get_object(remote_id, fields="permalink_url"))
        except Exception:  # noqa: BLE001  the id is known: the post is out, whatever ails this call
            return None
        return asked.get("permalink_url")

    def published(self, since: datetime) -> Listed:
        """The Page's posts since then."""
        asked = {"fields": FIELDS, "since": str(int(since.timestamp()))}
        return graph_list.read(self.session, self._page, asked, lambda item: facebook_match.readable(item, self.page))

    def delete(self, remote_id: str) -> bool:
        """Whether the post is gone.

        "Does not exist" is also said to a key that may only read: it is believed when the post cannot be read either,
        while the Page itself can.
        """
        self.session.begin("delete")
        try:
            return self.session.answer(lambda: self.graph.delete_object(remote_id)).get("success") is True
        except Declined as declined:
            if not graph_errors.unknown(declined):
                raise
        return self._missing(remote_id) and self._reads(self.page, "page")

    def token(self) -> Mapping[str, Any]:
        self.session.begin("verify")
        key = self.graph.access_token
        return self.session.answer(lambda: self.graph.get_object("debug_token", input_token=key))

    def page_named(self) -> Mapping[str, Any]:
        self.session.begin("page")
        return self.session.answer(lambda: self.graph.get_object(self.page, fields="id,name"))

    def _missing(self, remote_id: str) -> bool:
        try:
            self._reads(remote_id, "read")
        except Declined as declined:
            if not graph_errors.unknown(declined):
                raise
            return True
        return False

    def _reads(self, node: str, step: str) -> bool:
        self.session.begin(step)
        return bool(self.session.answer(lambda: self.graph.get_object(node, fields="id")).get("id") == node)

    def _page(self, asked: Mapping[str, str]) -> Mapping[str, Any]:
        self.session.begin("find")
        return self.session.answer(lambda: self.graph.get_connections(self.page, "published_posts", **asked))

    def _id_in(self, answer: Mapping[str, Any]) -> str:
        return graph_list.id_in(self.session, answer)


def line_on(session: TameSession, token: str, page: str) -> Line:
    graph = _sdk().GraphAPI(access_token=token, session=session)
    graph.version = VERSION
    return Line(graph, session, page)


@cache
def _sdk() -> Any:
    """The SDK, imported on first use; once, because muting warnings is no matter for several threads."""
    with warnings.catch_warnings():  # the SDK of 2018 has a stray backslash that newer Pythons remark upon
        warnings.simplefilter("ignore")
        import facebook
    return facebook
