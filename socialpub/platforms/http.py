"""The one way out: a requests session that is tame enough to hand to an SDK.

It signs nothing and decides nothing. It sends each request once, to the account's own base URL, with a time
limit; it follows no redirect, keeps no cookie jar of the system and reads no proxy or .netrc; and it lets
only a whole JSON object through, or a list where one was asked for. All else becomes a Trouble without a secret.
"""

import io
import json
import logging
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import requests
import urllib3
from requests.structures import CaseInsensitiveDict

from socialpub import crash
from socialpub.platforms.trouble import Declined, NotSent, Trouble, Unclear, clean, scrubbed
from socialpub.platforms.watch import Watch, WatchedAdapter

CONNECT_S, READ_S = 10.0, 60.0
LARGEST_ANSWER = 2_000_000  # bytes; the longest real answer, a page of 100 posts, is a tenth of it
_USAGE = ("x-rate-limit-", "x-ratelimit-", "x-user-limit-", "x-app-limit-", "x-app-usage",
          "x-business-use-case-usage", "x-page-usage", "ratelimit-", "retry-after")  # fmt: skip
#: These write tokens into their DEBUG records: tweepy the bearer, urllib3 the query, oauthlib the signature.
_TALKERS = ("tweepy", "tweepy.client", "tweepy.api", "facebook", "urllib3", "urllib3.connectionpool",
            "requests", "requests_oauthlib", "requests_oauthlib.oauth1_auth", "oauthlib", "oauthlib.oauth1",
            "oauthlib.oauth1.rfc5849")  # fmt: skip


def utc_now() -> datetime:
    """The one clock of this room: for how long a network asks to wait, and how fresh an upload is."""
    return datetime.fromtimestamp(time.time(), UTC)


def hush() -> None:
    """Keep the loggers that would write tokens at INFO or above, whatever the program asked for."""
    for name in _TALKERS:
        logger = logging.getLogger(name)
        if logger.level < logging.INFO:
            logger.setLevel(logging.INFO)


class TameSession(requests.Session):
    """One adapter call's session. `step` names what is done; `visible` marks the call that publishes."""

    def __init__(
        self,
        network: str,
        official: str,
        base: str,
        secrets: Iterable[str],
        bearer: str = "",
        timeouts: tuple[float, float] = (CONNECT_S, READ_S),
    ) -> None:
        """`base` replaces the SDK's `official` prefix; `bearer` takes access_token's place."""
        super().__init__()
        hush()
        self.trust_env = False
        self.network, self.step, self.visible, self._lists = network, "call", False, False
        self.usage: dict[str, str] = {}  # the usage headers of the newest answer
        self._official, self._base, self._bearer = official.rstrip("/"), base.rstrip("/"), bearer
        self._secrets, self.timeouts = tuple(secrets), timeouts  # (connect, read), seconds
        self.headers["Accept-Encoding"] = "identity"  # an answer that unpacks to gigabytes cannot happen
        self._watch = Watch()
        for scheme in ("http://", "https://"):
            self.mount(scheme, WatchedAdapter(self._watch))

    def __repr__(self) -> str:
        return f"<TameSession {self.network}>"

    def begin(self, step: str, *, visible: bool = False, lists: bool = False) -> None:
        """Name the request that comes next. `lists`: its answer may be a JSON list."""
        self.step, self.visible, self._lists = step, visible, lists

    def hide(self, *secrets: str) -> None:
        """From now on these are scrubbed as well: tokens that the network gave meanwhile."""
        self._secrets = (*dict.fromkeys((*self._secrets, *secrets)),)

    def close(self) -> None:
        super().close()
        self._watch.close()

    def answer(self, call: Callable[[], Any]) -> Mapping[str, Any]:
        """The JSON object that an SDK's method gives. What the SDK itself raises may quote a key: it is Unclear."""
        body, trouble = None, self.unclear("an answer that the library cannot read")
        try:
            body = call()
        except Trouble:
            raise
        except Exception as error:  # noqa: BLE001  whatever ails the library, its words stay here
            trouble = self.unclear(f"the library cannot read the answer ({type(error).__name__})")
        if not isinstance(body, Mapping):
            raise trouble  # out here, so that no exception with a token in its text hangs on to it
        return body

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send once. Raises Trouble for everything but a success with the JSON in it that was asked for."""
        if args:
            raise TypeError("hand the session its arguments by name")
        address = self._rewritten(url.decode() if isinstance(url, bytes) else url)
        crash.point(f"{self.network}.{self.step}.before")
        with self._watch.within(sum(self.timeouts)):
            answer, trouble = self._exchange(str(method), address, self._tamed(kwargs))
        if answer is None and self._watch.over and not isinstance(trouble, NotSent):
            trouble = self.unclear("no answer in time")  # what was read of a cut one means nothing
        crash.point(f"{self.network}.{self.step}.after")
        if answer is None:
            # Raised out here, so that no exception with a token in its text hangs on to it.
            raise trouble or self.unclear("no answer")
        return answer

    def unclear(self, says: str) -> Unclear:
        """An answer that makes no sense, told for the step at hand."""
        return Unclear(self._words(says), visible=self.visible)

    def _words(self, says: str) -> str:
        return clean(f"{self.step}: {says}", self._secrets)

    def _rewritten(self, url: str) -> str:
        """`url` on the account's base. Done before signing, so that what is signed is what is called."""
        if not url.startswith(self._official + "/"):
            raise ValueError(clean(f"{self.network}: a call to a host that is not the network's", self._secrets))
        return self._base + url.removeprefix(self._official)

    def _tamed(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        kwargs |= {"timeout": self.timeouts, "allow_redirects": False, "stream": True, "proxies": None}
        if self._bearer:
            for place in ("params", "data"):
                kwargs[place] = {k: v for k, v in (kwargs.get(place) or {}).items() if k != "access_token"}
            kwargs["headers"] = {**(kwargs.get("headers") or {}), "Authorization": f"Bearer {self._bearer}"}
        return kwargs

    def _exchange(
        self, method: str, address: str, kwargs: dict[str, Any]
    ) -> tuple[requests.Response | None, Trouble | None]:
        try:
            with super().request(method, address, **kwargs) as response:
                return self._judged(response), None
        except Trouble as trouble:
            return None, trouble
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            kind = NotSent if never_sent(error) else Unclear
            return None, kind(self._words(in_words(error)), visible=self.visible)

    def _judged(self, response: requests.Response) -> requests.Response:
        """The same answer, read to its end, if it is a success with the JSON asked for; else raises Trouble."""
        headers = CaseInsensitiveDict(
            {str(k): clean(str(v), self._secrets, 8_000) for k, v in response.headers.items()}
        )
        self.usage = {k.lower(): v for k, v in headers.items() if k.lower().startswith(_USAGE)}
        status = response.status_code
        if 300 <= status < 400:
            raise self.unclear(f"answered with a redirect ({status}), which is not followed")
        data = self._read(response)
        value = _parsed(data)
        body = value if isinstance(value, dict) else None
        if status >= 400 or (body is not None and body.get("error")):
            says = self._words(f"answered {status}")
            told = _without_secrets(body, self._secrets)
            raise Declined(says, status=status, body=told, headers=headers, visible=self.visible)
        if body is None and not (self._lists and isinstance(value, list)):
            kind = "an empty answer" if not data.strip() else "an answer that is no JSON object"
            raise self.unclear(f"{kind} ({status})")
        return _whole(response, data)

    def _read(self, response: requests.Response) -> bytes:
        """The whole body, within the size limit and the read time-out as a whole. Raises Unclear."""
        if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            raise self.unclear("the answer is packed although a plain one was asked for")
        data, end = bytearray(), time.monotonic() + self.timeouts[1]
        while piece := response.raw.read1(65_536):  # read() would wait for all of it, byte by byte
            data += piece
            if len(data) > LARGEST_ANSWER:
                raise self.unclear(f"the answer is larger than {LARGEST_ANSWER // 1_000_000} MB")
            if time.monotonic() > end:
                raise self.unclear("the answer took too long")
        return bytes(data)


def never_sent(error: BaseException) -> bool:
    """Whether this error proves that no byte of the request was carried to the network."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError):
        return True
    return any(isinstance(item, ssl.SSLCertVerificationError) for item in getattr(reason, "args", ()))


def in_words(error: BaseException) -> str:
    """What a transport error means to a reader. The library's own text is left out: it holds addresses."""
    if never_sent(error):
        return "could not connect"
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return "no answer in time"
    return f"the connection broke ({type(error).__name__})"


def _parsed(data: bytes) -> Any:
    """The JSON value in `data`, or None. RecursionError: a megabyte of brackets."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _without_secrets(body: Mapping[str, Any] | None, secrets: tuple[str, ...]) -> Mapping[str, Any] | None:
    try:
        told: Mapping[str, Any] | None = scrubbed(body, secrets)
    except RecursionError:
        return None
    return told


def _whole(response: requests.Response, data: bytes) -> requests.Response:
    """A fresh response around the bytes already read, with the content type both SDKs understand."""
    whole = requests.Response()
    whole.status_code, whole.reason, whole.url = response.status_code, response.reason, ""
    whole.headers = CaseInsensitiveDict(response.headers)
    whole.headers["content-type"] = "application/json"
    whole.encoding, whole.raw = "utf-8", io.BytesIO(data)
    return whole
