"""The part of OAuth that is the same everywhere: an invitation to sign in, and what came back from it.

RFC 6749 with RFC 7636 (PKCE). Nothing is stored: whoever invited keeps the invitation until it is answered.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from socialpub.platforms.trouble import Unusable, clean


@dataclass(frozen=True, slots=True)
class Invitation:
    """`address` is for the browser of whoever may sign in as the account; the rest stays with us."""

    address: str
    redirect: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def invite(page: str, redirect: str, asked: Mapping[str, str]) -> Invitation:
    """An invitation to the network's `page` that ends at `redirect`; `asked` says who asks, and for what."""
    # 32 random bytes: RFC 7636 section 4.1 wants 43 to 128 characters of a verifier.
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    query = {
        "response_type": "code",
        "redirect_uri": redirect,
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
        **asked,
    }
    return Invitation(f"{page}?{urlencode(query)}", redirect, state, verifier)


def challenge(verifier: str) -> str:
    """What the network is told of the verifier beforehand (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def code_in(answer: str, invitation: Invitation) -> str:
    """The code in the address that the browser was sent to. Raises Unusable when it does not answer `invitation`."""
    given = _query(answer)
    if not hmac.compare_digest(given.get("state", "").encode(), invitation.state.encode()):
        raise Unusable(
            "this address does not belong to the sign-in that was just begun (its state is another); begin again"
        )
    if refused := given.get("error"):
        raise Unusable(f"the sign-in was not granted ({clean(refused)}); begin again, and choose to authorize")
    if not (code := given.get("code", "")):
        raise Unusable("there is no code in this address; paste the whole address that the browser ends at")
    return code


def _query(answer: str) -> dict[str, str]:
    try:
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.strip()).query).items()}
    except ValueError:
        return {}
