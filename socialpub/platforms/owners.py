"""Whose a secret is. A post in the wrong account's name is nearly the worst that can happen, so it is proved first.

The network is asked once for each secret while this process lives; what it said is kept as a keyed hash only.
"""

import hashlib
import json
import secrets
from collections.abc import Callable

from socialpub.model.account import Account
from socialpub.platforms.trouble import Another, Trouble, Unproven


class Owners:
    """What one adapter has learned of whose its accounts' secrets are. Safe to use from several threads."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)  # so that the hash says nothing to whoever reads this memory
        self._proved: set[bytes] = set()

    def prove(self, account: Account, ask: Callable[[], str]) -> None:
        """Return when the secret is `account`'s own. `ask` gives the network's id of the secret's owner.

        Raises Another when it is somebody else's, Unproven when the network does not say.
        """
        key = self._key(account)
        if key in self._proved:
            return
        try:
            owner = ask()
        except Trouble as trouble:
            raise Unproven(trouble) from None
        if owner != account.account:
            raise Another(account.channel, account.account, owner)
        self._proved.add(key)  # two threads may both have asked, and learned the same

    def _key(self, account: Account) -> bytes:
        said = json.dumps([account.account, account.base_url, sorted(account.secret.items())])
        return hashlib.blake2b(said.encode(), key=self._salt).digest()
