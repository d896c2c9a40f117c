"""Credentials are tried before they are kept: another's and useless ones are refused. Stores nothing itself."""

from socialpub.desk.declined import Declined
from socialpub.model.account import Account
from socialpub.model.outcome import Health
from socialpub.platforms.contract import Platform


def tried(platform: Platform, account: Account, kept: str) -> Health:
    """What the network says about these credentials.

    Raises Declined when they are surely another account's, or can surely never publish; `kept` says what stands then.
    A network that cannot be asked now is no reason to refuse: the adapter asks again before the first post.
    """
    health = platform.verify(account)
    if health.anothers or health.unusable:
        raise Declined(f"nothing was kept: {_why(health)} Mend that and run this again; {kept}")
    return health


def _why(health: Health) -> str:
    """Without the verb that gives credentials: that is the one being run, or one for a channel that is not yet."""
    remedy = "" if "socialpub channel " in health.remedy else health.remedy
    return " ".join(f"{part.rstrip('.')}." for part in (health.says, remedy) if part)


def trouble(health: Health) -> str:
    """What stays written on the channel until it works: empty for one that does."""
    return "" if health.alive else f"{health.says.rstrip('.')}. {health.remedy}".strip()
