"""Instagram, professional accounts, through Facebook Login. Photos only: it fetches them from our public address.

A container is made first and becomes one post at most, so after a lost answer it tells whether there is one.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.model.measure import measure
from socialpub.model.outcome import Answer, AskAgain, CannotTell, Delivered, Health, Outcome, Receipt, Refused
from socialpub.model.post import Post
from socialpub.platforms import address, attempts, classify, containers, graph_errors, graph_key, instagram_errors
from socialpub.platforms.classify import joined
from socialpub.platforms.container_find import Looked
from socialpub.platforms.contract import Journal, Supplies
from socialpub.platforms.credentials import needed, network_id
from socialpub.platforms.fit import misfit
from socialpub.platforms.graph_calls import Graph
from socialpub.platforms.graph_list import Item
from socialpub.platforms.http import CONNECT_S, READ_S, TameSession, utc_now
from socialpub.platforms.instagram_line import HOST, VERSION, Line, words
from socialpub.platforms.owners import Owners
from socialpub.platforms.trouble import Another, Trouble, clean

NEEDED = ("instagram_basic", "instagram_content_publish", "pages_read_engagement")
EARLIER = timedelta(hours=6)  # so much earlier the list is asked for: our clock may be ahead of the network's
HOSTS = ("instagram.com",)
_BY_HAND = "Open the post on Instagram, choose Delete, and note that here: socialpub confirm ID --gone --because TEXT"
_AGAIN = "Connect the channel again, with the key of the Page that the account is linked with."


def build(limits: Limits, supplies: Supplies) -> "InstagramPlatform":
    return InstagramPlatform(limits, supplies)


class InstagramPlatform:
    """Publishes to one professional account. Keeps no state between calls."""

    name = "instagram"

    def __init__(
        self,
        limits: Limits,
        supplies: Supplies,
        clock: Callable[[], datetime] = utc_now,
        timeouts: tuple[float, float] = (CONNECT_S, READ_S),
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits
        self._supplies, self._clock, self._timeouts, self._pause = supplies, clock, timeouts, pause
        self._reading = classify.Reading(limits.label, instagram_errors.ROWS, graph_errors.facts)
        self._owners = Owners()

    def measure(self, text: str) -> int:
        return measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := misfit(post, self.limits) or _lost_card(post, self.limits):
            return refused
        try:
            with self._open(account) as line:
                self._owners.prove(account, line.owner)
                return self._publish(line, post, account, journal)
        except Trouble as trouble:
            return containers.ended(trouble, self._reading, journal, post, self._clock())

    def _publish(self, line: Line, post: Post, account: Account, journal: Journal) -> Outcome:
        supplies = self._supplies
        maker = containers.Maker(
            line, journal, self._reading, supplies.read, supplies.address, self._clock, self._pause
        )
        container = maker.made(post)
        if not isinstance(container, str):
            return container
        line.session.begin("create", visible=True)
        journal.about_to_publish(container=container)
        remote_id = line.publish(container)
        return Delivered((_receipt(remote_id, line.permalink(remote_id), account),))

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        container = containers.newest(journal)
        if not container:
            return CannotTell("no container was noted, so nothing can say whether it was published")
        try:
            with self._open(account) as line:
                state, listed = line.status(container).code, line.published(since - EARLIER)
        except Trouble as trouble:
            return AskAgain(classify.told(trouble, self._reading)[0])

        def receipt(item: Item) -> Receipt:
            return _receipt(item["id"], item.get("permalink"), account)

        looked = Looked(self.limits.label, post.text, since, words, journal.owned, receipt)
        return attempts.told(journal, looked.told(state, listed))

    def retract(self, receipt: Receipt, account: Account) -> Outcome:  # noqa: ARG002  the network is not asked
        """Whether an app may delete is told differently on Meta's own pages: a person does it, and says so."""
        where = clean(receipt.permalink or receipt.remote_id)
        return Refused(f"{self.limits.label} lets only people delete posts: {where}", _BY_HAND)

    def verify(self, account: Account) -> Health:
        key = account.secret.get("access_token", "")
        try:
            with self._open(account) as line:
                token, owner = line.token(key), line.owner()
                if owner != account.account:
                    raise Another(account.channel, account.account, owner)
                return _health(token, line.named(), line.quota(), self._clock())
        except Trouble as trouble:
            return classify.unhealthy(trouble, self._reading)

    @contextmanager
    def _open(self, account: Account) -> Iterator[Line]:
        base = address.base(account, HOST)
        owner = network_id(account)
        token = needed(account, "access_token")["access_token"]
        with TameSession("instagram", HOST, base, (token,), token, self._timeouts) as session:
            yield Line(Graph(session, f"{HOST}/{VERSION}"), owner)


def _health(token: Mapping[str, Any], named: Mapping[str, Any], quota: tuple[int, int], now: datetime) -> Health:
    """What debug_token and the account itself say."""
    given = token.get("data")
    data = given if isinstance(given, dict) else {}
    scopes = graph_key.scopes(data)
    missing = [scope for scope in NEEDED if scope not in scopes]
    if data.get("is_valid") is not True or missing:
        says = f"the key may not do what is needed: {', '.join(missing) or 'it is not valid'}"
        return Health(alive=False, says=says, remedy=_AGAIN, scopes=scopes)
    says, used = (
        f"connected as @{joined([named.get('username')])}",
        {"posts in 24 hours": f"{quota[0]} of {quota[1]}"},
    )
    return Health(alive=True, says=says, scopes=scopes, days_left=graph_key.days_left(data, now), quota=used)


def _lost_card(post: Post, limits: Limits) -> Refused | None:
    """No link on it can be clicked, so a card can never be shown; what was approved must not be left out."""
    if post.link_card is None:
        return None
    return Refused(f"{limits.label} shows no link card", "Leave out the card.")


def _receipt(remote_id: str, claimed: object, account: Account) -> Receipt:
    """The id leads to no address by itself: where none is told, there is none."""
    fallback = f"{account.base_url.rstrip('/')}/instagram/p/{remote_id}" if account.base_url else ""
    return Receipt(remote_id, address.permalink(claimed, account, HOSTS, fallback))
