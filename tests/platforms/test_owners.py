"""Whose a secret is: asked once for each, and proved before anything is sent in anybody's name."""

import dataclasses

import pytest

from socialpub.model.account import Account
from socialpub.platforms.credentials import owned_by
from socialpub.platforms.owners import Owners
from socialpub.platforms.trouble import Another, NotSent, Unproven

MINE = Account("main", "loud", "7", secret={"token": "a", "more": "b"})


class Network:
    """Says whose a secret is, and counts how often it was asked."""

    def __init__(self, says: str = "7") -> None:
        self.says, self.asked = says, 0

    def __call__(self) -> str:
        self.asked += 1
        if not self.says:
            raise NotSent("whose: could not connect")
        return self.says


def test_it_is_asked_once_for_each_secret_account_and_address() -> None:
    owners, network = Owners(), Network()
    for account in (
        MINE,
        dataclasses.replace(MINE, secret={"token": "c", "more": "b"}),
        dataclasses.replace(MINE, secret={"token": "b", "more": "a"}),
        dataclasses.replace(MINE, base_url="http://127.0.0.1:1"),
    ):
        before = network.asked
        for _ in range(3):
            owners.prove(account, network)
        assert network.asked == before + 1
    with pytest.raises(Another):
        owners.prove(dataclasses.replace(MINE, account="8"), network)


def test_what_was_refused_or_not_told_is_asked_again() -> None:
    owners = Owners()
    with pytest.raises(Another, match=r'channel "main": .* account 8, the channel is 7; .*socialpub channel secret'):
        owners.prove(MINE, Network("8"))
    with pytest.raises(Unproven, match="whose: could not connect"):
        owners.prove(MINE, Network(""))
    right = Network()
    owners.prove(MINE, right)
    assert right.asked == 1


def test_no_secret_is_kept() -> None:
    owners, account = Owners(), dataclasses.replace(MINE, secret={"token": "canary"})
    owners.prove(account, Network())
    assert "canary" not in repr(vars(owners))


@pytest.mark.parametrize(
    ("token", "proved"),
    [("7-abc", True), ("abc", False), ("7", False), ("", False), ("x-7", False), ("٧-abc", False)],
)
def test_a_token_proves_its_owner_only_by_a_number_and_a_dash(token: str, proved: bool) -> None:
    assert owned_by(dataclasses.replace(MINE, secret={"token": token}), "7", "token") is proved


def test_a_token_with_anothers_number_is_anothers() -> None:
    with pytest.raises(Another, match="of the account 70"):
        owned_by(dataclasses.replace(MINE, secret={"token": "70-abc"}), "7", "token")
