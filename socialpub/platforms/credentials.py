"""Takes what an adapter needs out of an account's secret, and refuses what cannot be a credential."""

import re

from socialpub.model.account import Account
from socialpub.platforms.trouble import Another, Unusable, verb

_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")  # what may stand in an HTTP header without a space


def needed(account: Account, *keys: str) -> dict[str, str]:
    """The values of `keys`. Raises Unusable naming the missing or malformed keys, never a value."""
    bad = [key for key in keys if not _TOKEN.fullmatch(account.secret.get(key, ""))]
    if bad:
        raise Unusable(
            f'channel "{account.channel}": {", ".join(bad)} missing or malformed',
            f"docs/platforms.md lists what the file holds; set it with: {verb(account.channel)}",
        )
    return {key: account.secret[key] for key in keys}


def network_id(account: Account) -> str:
    """The network's own id of the account, as digits. Raises Unusable."""
    if not re.fullmatch(r"[0-9]{1,32}", account.account):
        raise Unusable(f'channel "{account.channel}": account must be the number the network gave the account')
    return account.account


def owned_by(account: Account, owner: str, key: str) -> bool:
    """Whether the token at `key` says that it is `owner`'s; one that does not say whose it is proves nothing.

    A user's OAuth 1.0a token is their number, a dash, and the secret part (docs.x.com, OAuth 1.0a). What was
    approved names the account; a token of another one would post exactly that in another one's name.
    Raises Another when it says that it is somebody else's.
    """
    number, dash, _ = account.secret.get(key, "").partition("-")
    said = bool(dash) and re.fullmatch("[0-9]{1,32}", number) is not None
    if said and number != owner:
        raise Another(account.channel, owner, number)
    return said
