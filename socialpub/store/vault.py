"""Credentials at rest: AES-256-GCM, the channel's id as associated data, so that two rows cannot be swapped.

The key is never in the database nor in its backups.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from socialpub.store.database import StoreError

_NONCE = 12  # bytes; NIST SP 800-38D recommends 96 bits


class Vault:
    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise StoreError(
                "the secret key must be 32 bytes in base64; make one with `socialpub doctor --new-key` [SP020]"
            )
        self._key = key

    def key_for(self, purpose: str) -> bytes:
        """32 bytes for one purpose alone, the same wherever this key is; nothing leads back from them to it."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), 32, None, f"socialpub {purpose}".encode()).derive(self._key)

    def seal(self, channel: str, secret: Mapping[str, str]) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, json.dumps(dict(secret)).encode(), channel.encode())

    def unseal(self, channel: str, sealed: bytes) -> dict[str, str]:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            plain = AESGCM(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], channel.encode())
        except (InvalidTag, ValueError):  # ValueError: cut so short that not even the nonce is whole
            raise StoreError(
                "the credentials of a channel cannot be read with this key: it is another key than the one they were "
                "sealed with. Put the old key back, or set them again with `socialpub channel secret` [SP021]"
            ) from None
        return dict(json.loads(plain))


def read_key(key: str, key_file: Path | None) -> bytes:
    """The key from the environment's value or the file. Raises StoreError with the remedy."""
    if key:
        return _decode(key, "SOCIALPUB__SECRETS__KEY")
    if key_file is None or not key_file.exists():
        raise StoreError(f"there is no secret key at {key_file}; see docs/operate.md, Secrets [SP022]")
    try:
        if key_file.stat().st_mode & 0o077:
            raise StoreError(f"{key_file}: others may read it; run: chmod 600 {key_file} [SP023]")
        return _decode(key_file.read_text("ascii").strip(), str(key_file))
    except UnicodeDecodeError:
        raise StoreError(f"{key_file}: the secret key is not base64 [SP020]") from None
    except OSError as error:
        raise StoreError(f"{key_file}: the secret key cannot be read: {error.strerror} [SP022]") from None


def _decode(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise StoreError(f"{where}: the secret key is not base64 [SP020]") from None


def make_key(key_file: Path) -> None:
    """Write a fresh key that only its owner can read. Never replaces one."""
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
