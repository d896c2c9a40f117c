"""One account, one living channel: a second one would publish every story twice."""

import pytest

from socialpub.desk.channels import add_channel, channels, remove_channel
from socialpub.desk.declined import Declined
from tests.town import Town

PAGE = "http://127.0.0.1:8000"


def _add(here: Town, name: str, platform: str = "facebook", account: str = "7", base_url: str = PAGE) -> str:
    return add_channel(here.app.db, here.who("adm"), here.app.vault, name, platform, account, {}, base_url)


def _names(here: Town) -> list[str]:
    with here.app.db.reading() as session:
        return [row.name for row in channels(session)]


@pytest.mark.parametrize("base_url", [PAGE, f"{PAGE}/"])
def test_a_second_channel_for_the_same_account_is_declined_with_the_way_out(here: Town, base_url: str) -> None:
    _add(here, "page")
    with pytest.raises(Declined, match=r'"page" is this account already; .* socialpub channel remove page'):
        _add(here, "page-again", base_url=base_url)
    assert _names(here) == ["outbox", "page"]


def test_another_account_network_or_address_is_another_channel(plain: Town) -> None:
    _add(plain, "page")
    _add(plain, "other-account", account="8")
    _add(plain, "other-network", platform="x")
    _add(plain, "the-real-one", base_url="")
    assert len(_names(plain)) == 5


def test_after_a_channel_is_removed_its_account_may_come_back(plain: Town) -> None:
    _add(plain, "page")
    remove_channel(plain.app.db, plain.who("adm"), "page")
    _add(plain, "page-anew")
    assert _names(plain) == ["outbox", "page-anew"]


@pytest.mark.parametrize("base_url", ["", "https://pds.example", PAGE])
def test_a_did_is_one_account_whichever_server_is_asked(plain: Town, base_url: str) -> None:
    _add(plain, "main", "bluesky", "did:plc:abc", base_url="https://bsky.social")
    with pytest.raises(Declined, match='"main" is this account already'):
        _add(plain, "again", "bluesky", "did:plc:abc", base_url=base_url)
    _add(plain, "another", "bluesky", "did:plc:abd", base_url=base_url)
