"""A channel as an adapter sees it: one account on one network, with its credentials, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """`account` is the network's own id of the account; `secret` never appears in a repr."""

    channel: str  # the department's own name of the channel, e.g. "facebook-main"
    platform: str
    account: str
    base_url: str = ""  # empty: the real network
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    department: str = ""  # the department's name, for networks that show whose posts these are
    zone: str = "UTC"  # the department's time zone, by its IANA name, for networks that show dates
