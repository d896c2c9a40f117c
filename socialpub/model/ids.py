"""Random, time-ordered ids (UUIDv7, RFC 9562 section 5.7). An id never carries meaning."""

import secrets
import time
import uuid


def new_id() -> str:
    """A fresh UUIDv7 as 36 characters. Ordering is a convenience for indexes; nothing may rely on it."""
    milliseconds = time.time_ns() // 1_000_000 & (1 << 48) - 1
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))
