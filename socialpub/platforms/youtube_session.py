"""The place of an upload session, as the journal may hold it: sealed, for whoever knows it may send other bytes.

It is sealed with the app's own client_secret, which survives every exchange of tokens: who has no credentials of the
channel can do nothing with a backup. Pure but for the random nonce.
"""

import base64
import hashlib
import secrets

_NONCE = 12  # bytes; NIST SP 800-38D recommends 96 bits


def seal(place: str, client_secret: str, tag: str) -> str:
    """`place`, readable only with the same secret and for the same job."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_key(client_secret)).encrypt(nonce, place.encode(), tag.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, client_secret: str, tag: str) -> str:
    """The place, or "" where it was sealed with another secret or for another job: the session is lost then."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        data = base64.urlsafe_b64decode(sealed)
        return AESGCM(_key(client_secret)).decrypt(data[:_NONCE], data[_NONCE:], tag.encode()).decode()
    except (InvalidTag, ValueError):
        return ""


def _key(client_secret: str) -> bytes:
    return hashlib.sha256(b"socialpub upload session " + client_secret.encode()).digest()
