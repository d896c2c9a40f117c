"""The calls of one account on its server: XRPC on one tame session. Signs in where that is needed, and only then."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from socialpub.model.account import Account
from socialpub.platforms.bluesky_errors import named
from socialpub.platforms.bluesky_record import COLLECTION, Record
from socialpub.platforms.bluesky_session import Session, Sessions
from socialpub.platforms.http import TameSession
from socialpub.platforms.trouble import Another, Declined, Trouble, Unproven

HOST = "https://bsky.social"  # the entryway: it hands each call on to the server that the account is on
_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]{1,400}")

Body = Mapping[str, Any]


def is_did(value: object) -> bool:
    return isinstance(value, str) and _DID.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """`keys`: identifier and app_password. Whatever goes wrong is a Trouble."""

    session: TameSession
    sessions: Sessions
    account: Account
    keys: Mapping[str, str] = field(repr=False)
    clock: Callable[[], datetime]

    def sign_in(self) -> Session:
        """The account's open session. Raises Unproven when there is none, Another when it is somebody else's."""
        try:
            mine = self.sessions.use(self.account, self.clock(), self._opened)
        except Trouble as trouble:
            raise Unproven(trouble) from None
        self.session.hide(mine.access, mine.refresh)
        if mine.did != self.account.account:
            raise Another(self.account.channel, self.account.account, mine.did)
        return mine

    def whoami(self) -> Body:
        """What the server says of the session's account: it must be this one."""
        body = self._ask("verify", "GET", "com.atproto.server.getSession")
        if body.get("did") != self.account.account:
            raise self.session.unclear("an answer about another account")
        return body

    def upload(self, data: bytes, mime: str) -> Body:
        """The server's own reference to the file."""
        body = self._ask("upload", "POST", "com.atproto.repo.uploadBlob", data=data, headers={"Content-Type": mime})
        blob = body.get("blob")
        if not isinstance(blob, dict):
            raise self.session.unclear("an answer without the file's reference")
        return blob

    def put(self, mine: Session, rkey: str, record: Record) -> None:
        """The visible call, announced by the caller, made once: the record is written where nothing stands.

        `swapRecord` null says just that; the same record again changes nothing, another one is InvalidSwap. Not
        repeated with a new session: what allowed the call has been asked too long ago by then.
        """
        asked = {**self._place(rkey), "record": record, "swapRecord": None}
        try:
            body = self._send("POST", "com.atproto.repo.putRecord", mine.access, json=asked)
        except Declined as declined:
            self._over(mine, declined)
            raise
        if body.get("uri") != self._uri(rkey):
            raise self.session.unclear("an answer that does not name the post")

    def read(self, rkey: str) -> Record | None:
        """The record that stands under this key; None if there is none.

        Asked with the session, so that the account's own server answers: what others keep of it may lag.
        """
        try:
            body = self._ask("find", "GET", "com.atproto.repo.getRecord", params=self._place(rkey))
        except Declined as declined:
            if named(declined, "RecordNotFound"):
                return None
            raise
        value = body.get("value")
        if body.get("uri") != self._uri(rkey) or not isinstance(value, dict):
            raise self.session.unclear("a record that cannot be read")
        return value

    def delete(self, rkey: str) -> None:
        """Also a success where nothing stands."""
        self._ask("delete", "POST", "com.atproto.repo.deleteRecord", json=self._place(rkey))

    def _place(self, rkey: str) -> dict[str, Any]:
        return {"repo": self.account.account, "collection": COLLECTION, "rkey": rkey}

    def _uri(self, rkey: str) -> str:
        return f"at://{self.account.account}/{COLLECTION}/{rkey}"

    def _ask(self, step: str, method: str, name: str, **kwargs: Any) -> Body:
        """A call that shows nothing, and may be made a second time with a new session."""
        mine = self.sign_in()
        self.session.begin(step)
        try:
            return self._send(method, name, mine.access, **kwargs)
        except Declined as declined:
            if not self._over(mine, declined):
                raise
        mine = self.sign_in()
        self.session.begin(step)
        return self._send(method, name, mine.access, **kwargs)

    def _over(self, mine: Session, declined: Declined) -> bool:
        """Whether this session is over and the next may do. One that is refused for another reason is over too."""
        expired, broken = named(declined, "ExpiredToken"), named(declined, "InvalidToken")
        if expired or broken or declined.status == 401:
            self.sessions.end(self.account, mine, renewable=expired)
        return expired or broken

    def _opened(self, old: Session | None) -> Session:
        if old is not None:
            try:
                return self._renewed(old)
            except Declined as declined:
                if not named(declined, "ExpiredToken", "InvalidToken"):
                    raise
        self.session.begin("session")
        asked = {"identifier": self.keys["identifier"].removeprefix("@"), "password": self.keys["app_password"]}
        return self._session(self._send("POST", "com.atproto.server.createSession", json=asked))

    def _renewed(self, old: Session) -> Session:
        self.session.hide(old.access, old.refresh)
        self.session.begin("renew")
        return self._session(self._send("POST", "com.atproto.server.refreshSession", old.refresh))

    def _session(self, body: Body) -> Session:
        did, access, refresh = body.get("did"), body.get("accessJwt"), body.get("refreshJwt")
        if not (is_did(did) and all(isinstance(one, str) and _TOKEN.fullmatch(one) for one in (access, refresh))):
            raise self.session.unclear("an answer without a session in it")
        return Session(str(did), str(access), str(refresh), self.clock())

    def _send(self, method: str, name: str, token: str = "", **kwargs: Any) -> Body:
        signed = {"Authorization": f"Bearer {token}"} if token else {}
        headers = {**kwargs.pop("headers", {}), **signed}
        call = {"method": method, "url": f"{HOST}/xrpc/{name}", "headers": headers, **kwargs}
        return self.session.answer(lambda: self.session.request(**call).json())
