"""The desk's door to what happens when an approval falls; `store.fall` does it, for people and for the daemon."""

from socialpub.store.fall import fall, wish_back

__all__ = ["fall", "wish_back"]
