"""OAuth 2.0 tokens that end: how an account is connected, and how its tokens become the next ones.

What a network wants of it is data (`Tokens`). Nothing is kept here; who asked keeps the answer before using it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from socialpub.model.account import Account
from socialpub.platforms import address, sign_in
from socialpub.platforms.classify import Reading, whole_number
from socialpub.platforms.credentials import needed
from socialpub.platforms.http import TameSession
from socialpub.platforms.sign_in import Invitation

#: A token is exchanged this long before its end: no post may meet it in the middle.
MARGIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Tokens:
    """One network's way. Each address is a host and a path, so that a stand-in can take the host's place."""

    network: str
    page: tuple[str, str]  # where one signs in
    door: tuple[str, str]  # where tokens are exchanged
    scopes: str
    reading: Reading
    lives_s: int  # of an access token where the network does not say
    app: tuple[str, ...] = ("client_id",)  # what proves the app, besides a client_secret
    asks: Mapping[str, str] = field(default_factory=dict)  # what else the page is asked
    rotates: bool = True  # the refresh token is good once; False: it stays when no other comes
    in_form: bool = False  # the client_secret stands in the form, else in the header

    def invitation(self, app: Mapping[str, str], base_url: str) -> Invitation:
        """Raises Unusable when `app` lacks what the network gave it, or its redirect address."""
        named = needed(self._at(app, base_url), *self.app, "redirect")
        host, path = self.page
        asked = {"client_id": named["client_id"], "scope": self.scopes, **self.asks}
        return sign_in.invite(f"{base_url.rstrip('/') or host}{path}", named["redirect"], asked)

    def accepted(
        self, app: Mapping[str, str], base_url: str, invited: Invitation, answer: str, now: datetime
    ) -> dict[str, str]:
        """The credentials that the sign-in gave. Raises Trouble."""
        asked = {
            "grant_type": "authorization_code",
            "code": sign_in.code_in(answer, invited),
            "redirect_uri": invited.redirect,
            "code_verifier": invited.verifier,
        }
        return self._exchanged(self._at(app, base_url), asked, "", now)

    def renewed(self, account: Account, now: datetime) -> dict[str, str]:
        """The account's next credentials. The old ones may be dead once it was asked. Raises Trouble."""
        refresh = needed(account, "refresh_token")
        asked = {"grant_type": "refresh_token", **refresh}
        return self._exchanged(account, asked, "" if self.rotates else refresh["refresh_token"], now)

    def ends_soon(self, account: Account, now: datetime) -> bool:
        """Whether the token must be exchanged before it is used; one of which nobody knows the end must."""
        if not account.secret.get("refresh_token"):
            return False  # nothing to exchange
        ends = whole_number(account.secret.get("ends"))
        return ends is None or now.timestamp() + MARGIN.total_seconds() >= ends

    def _exchanged(self, account: Account, asked: dict[str, str], kept: str, now: datetime) -> dict[str, str]:
        who, secret = needed(account, *self.app), account.secret.get("client_secret", "")
        official, path = self.door
        with TameSession(
            self.network, official, address.base(account, official), [*asked.values(), secret]
        ) as session:
            session.begin("token")
            # A confidential app proves itself in the header; a public one, and on some networks each, in the form.
            proof: dict[str, Any] = {"auth": (who["client_id"], secret)} if secret and not self.in_form else {}
            form = asked if proof else {**asked, **who}
            body = session.answer(_post(session, official + path, form, proof))
            return {**account.secret, **self._read(session, body, kept, now)}

    def _read(self, session: TameSession, body: Mapping[str, Any], kept: str, now: datetime) -> dict[str, str]:
        bearer, refresh = body.get("access_token"), body.get("refresh_token", kept)
        if not (isinstance(bearer, str) and bearer and isinstance(refresh, str) and refresh):
            raise session.unclear("an answer without both tokens; the second needs leave to stay connected")
        lives = whole_number(body.get("expires_in"))
        ends = now + timedelta(seconds=self.lives_s if lives is None else max(0, min(lives, 86_400)))
        return {"bearer": bearer, "refresh_token": refresh, "ends": str(int(ends.timestamp()))}

    def _at(self, app: Mapping[str, str], base_url: str) -> Account:
        kept = {key: value for key, value in app.items() if key in {"client_id", "client_secret", "redirect"}}
        return Account("new", self.network, "", base_url, kept)


def _post(session: TameSession, url: str, form: Mapping[str, str], proof: Mapping[str, Any]) -> Callable[[], Any]:
    return lambda: session.post(url, data=dict(form), **proof).json()
