"""The calls of one Instagram account, through the Page it is linked with (Facebook Login)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from socialpub.platforms import containers, graph_errors, graph_list
from socialpub.platforms.classify import whole_number
from socialpub.platforms.containers import Status
from socialpub.platforms.graph_calls import Graph
from socialpub.platforms.graph_list import Item, Listed, made, node_id
from socialpub.platforms.http import TameSession
from socialpub.platforms.trouble import Declined, clean

HOST = "https://graph.facebook.com"
VERSION = "v25.0"
COSMETIC_S = (5.0, 5.0)  # time-outs of a call whose failure changes nothing
#: Its pages say 50 and 100 posts in 24 hours; the account's own number is read, and this is for when it is not told.
USUAL_QUOTA = 50


@dataclass(frozen=True, slots=True)
class Line:
    graph: Graph
    account: str

    @property
    def session(self) -> TameSession:
        return self.graph.session

    def owner(self) -> str:
        """The account, where the key may act for it: each call names it in its path. Else another one's id."""
        try:
            return graph_list.id_in(self.session, self.named())
        except Declined as declined:
            if not graph_errors.unknown(declined):
                raise
            return self._another(declined)

    def named(self) -> Mapping[str, Any]:
        self.session.begin("whose")
        return self.graph.get(self.account, fields="id,username")

    def _another(self, declined: Declined) -> str:
        """Whose key it is that does not know this account: that of another Page, or of a person."""
        self.session.begin("me")
        me = self.graph.get("me", fields="id,name,instagram_business_account")
        linked = me.get("instagram_business_account")
        owner = node_id(linked.get("id")) if isinstance(linked, dict) else graph_list.id_in(self.session, me)
        if not owner or owner == self.account:
            raise declined
        return owner

    def token(self, key: str) -> Mapping[str, Any]:
        self.session.begin("verify")
        return self.graph.get("debug_token", input_token=key)

    def quota(self) -> tuple[int, int]:
        self.session.begin("quota")
        body = self.graph.get(f"{self.account}/content_publishing_limit", fields="config,quota_usage")
        data = body.get("data")
        if not isinstance(data, list) or not data or not isinstance(data[0], dict):
            raise self.session.unclear("a quota that cannot be read")
        config = data[0].get("config")
        most = whole_number(config.get("quota_total")) if isinstance(config, dict) else None
        return whole_number(data[0].get("quota_usage")) or 0, USUAL_QUOTA if most is None else most

    def part(self, address: str, alt: str) -> str:
        return self._container(image_url=address, alt_text=alt, is_carousel_item="true")

    def whole(self, text: str, address: str, alt: str, parts: list[str]) -> str:
        if parts:
            return self._container(media_type="CAROUSEL", children=",".join(parts), caption=text)
        return self._container(image_url=address, alt_text=alt, caption=text)

    def _container(self, **given: str) -> str:
        self.session.begin("upload")
        return graph_list.id_in(self.session, self.graph.post(f"{self.account}/media", **given))

    def status(self, container: str) -> Status:
        self.session.begin("status")
        try:
            body = self.graph.get(container, fields="status_code,status")
        except Declined as declined:
            if not graph_errors.unknown(declined):
                raise
            return Status(containers.GONE)
        code, says = body.get("status_code"), body.get("status", "")
        if not isinstance(code, str) or not isinstance(says, str):
            raise self.session.unclear("a state that cannot be read")
        return Status(code, clean(says), containers.first_number(says, 7))

    def publish(self, container: str) -> str:
        answer = self.graph.post(f"{self.account}/media_publish", creation_id=container)
        return graph_list.id_in(self.session, answer)

    def permalink(self, remote_id: str) -> object:
        """The address the network claims for a post. Nothing that goes wrong here matters: the post is out."""
        self.session.begin("permalink")
        self.session.timeouts = COSMETIC_S
        try:
            return self.graph.get(remote_id, fields="permalink").get("permalink")
        except Exception:  # noqa: BLE001  the id is known: the post is out, whatever ails this call
            return None

    def published(self, since: datetime) -> Listed:
        """The account's posts since then."""
        asked = {"fields": "id,caption,timestamp,permalink", "since": str(int(since.timestamp()))}
        return graph_list.read(self.session, self._page, asked, readable)

    def _page(self, asked: Mapping[str, str]) -> Mapping[str, Any]:
        self.session.begin("find")
        return self.graph.get(f"{self.account}/media", **asked)


def readable(item: object) -> bool:
    """Whether an item of a list has the shape of a post. One without a caption has no such key."""
    return (
        isinstance(item, dict)
        and node_id(item.get("id")) != ""
        and made(item, "timestamp") is not None
        and isinstance(item.get("caption", ""), str)
    )


def words(item: Item) -> str:
    return str(item.get("caption", ""))
