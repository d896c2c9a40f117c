"""docs/telling.md is true: its addresses can be read, its numbers are the code's."""

import re
import tomllib
import warnings
from pathlib import Path

import pytest

from socialpub.notify.audience import addresses_of, silent
from socialpub.notify.send import BACK_OFF, DIGEST_FROM
from socialpub.notify.server import TIMEOUT
from socialpub.notify.watch import EVERY, NEAR_DEADLINE, WAITS
from socialpub.settings import Notify

PAGE = (Path(__file__).parents[2] / "docs" / "telling.md").read_text("utf-8")


def test_the_settings_in_the_page_load_and_reach_everybody() -> None:
    block = PAGE.partition("    [notify]\n")[2].partition("\n`officers`")[0]
    notify = Notify.model_validate(tomllib.loads("[notify]\n" + block)["notify"])
    assert silent(notify) == []
    assert len(addresses_of(notify)("officer:jruiz")) == 1


@pytest.mark.parametrize("address", sorted(set(re.findall(r"[\"`]([a-z]+://[^\"`]+)", PAGE))))
def test_every_address_in_the_page_can_be_read(address: str) -> None:
    filled = address.replace("from=…&to=…", "from=a@dept.example&to=b@dept.example").replace(
        "from=…", "from=a@d.example"
    )
    for name, value in {
        "TOKEN_A/TOKEN_B/TOKEN_C": "T00000000/B00000000/" + "X" * 24,
        "HOST:443/WORKFLOW/SIGNATURE": "teams.dept.example:443/" + "0" * 20 + "/" + "0" * 20,
        "ACCOUNT_SID:AUTH_TOKEN@FROM/TO": "AC" + "0" * 32 + ":" + "0" * 32 + "@+15555550123/+15555550134",
    }.items():
        filled = filled.replace(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import apprise

        assert apprise.Apprise.instantiate(filled) is not None, filled


def test_the_numbers_in_the_page_are_the_codes() -> None:
    assert BACK_OFF[:4] == (1, 5, 15, 60)
    assert set(BACK_OFF[3:]) == {60}
    assert 24 * 60 <= sum(BACK_OFF) < 25 * 60
    assert "1, 5 and 15 minutes and then every hour" in PAGE
    assert DIGEST_FROM == 5
    assert "**Five or more**" in PAGE
    assert f"costs {TIMEOUT} seconds per turn" in PAGE
    assert f"within {EVERY.seconds} seconds" in PAGE
    assert f"less than {NEAR_DEADLINE.seconds // 3600} hours away" in PAGE
    hours = {urgency: length.seconds // 3600 for urgency, length in WAITS.items()}
    assert f"after {hours['routine']} hours ({hours['today']} hour if" in PAGE
