"""Credentials are tried before they are kept: those of another account are refused. Stores nothing itself."""

from socialpub.desk.declined import Declined
from socialpub.model.account import Account
from socialpub.model.outcome import Health
from socialpub.platforms.contract import Platform


def tried(platform: Platform, account: Account) -> Health:
    """What the network says about these credentials. Raises Declined when they are surely another account's.

    A network that cannot be asked now is no reason to refuse: the adapter asks again before the first post.
    """
    health = platform.verify(account)
    if health.anothers:
        raise Declined(f"nothing was kept: {health.says} {health.remedy}".strip())
    return health
