"""Audiences become addresses, and nothing secret of an address can be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.notify.audience import addresses_of, kind, label, masked, silent
from socialpub.settings import Notify

SLACK = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC/#channel"
MAIL = "mailtos://bot:CANARY-pw@mail.dept.example:465/?from=bot@dept.example&to=pio@dept.example"


def test_each_audience_has_its_own_addresses() -> None:
    to = addresses_of(Notify(reviewers=("json://r",), pio=("json://p", SLACK), officers={"jruiz": ("json://j",)}))
    assert to("reviewers") == ("json://r",)
    assert to("pio") == ("json://p", SLACK)
    assert to("officer:jruiz") == ("json://j",)


@pytest.mark.parametrize("audience", ["administrators", "officer:nobody", "jruiz", ""])
def test_an_audience_that_is_not_set_up_has_none(audience: str) -> None:
    assert addresses_of(Notify(officers={"jruiz": ("json://j",)}))(audience) == ()


def test_a_mail_to_several_becomes_one_mail_each() -> None:
    to = addresses_of(Notify(pio=("mailto://u:p@h/?to=a@dept.example,b+c@dept.example&mode=insecure",)))
    assert to("pio") == (
        "mailto://u:p@h/?to=a@dept.example&mode=insecure",
        "mailto://u:p@h/?to=b+c@dept.example&mode=insecure",
    )


def test_what_is_no_list_of_mail_recipients_is_left_alone() -> None:
    odd = ("mailto://u:p@h/?to=a@dept.example,nonsense", "slack://a/b/c?to=a@dept.example,b@dept.example")
    assert addresses_of(Notify(pio=odd))("pio") == odd


def test_audiences_that_nobody_listens_for_are_named() -> None:
    assert silent(Notify(pio=("json://p",))) == ["reviewers", "administrators"]
    assert silent(Notify(pio=("j://",), reviewers=("j://",), administrators=("j://",))) == []


def test_a_label_names_a_mails_recipient_and_no_secret() -> None:
    assert label(MAIL) == "mail to pio@dept.example"


def test_a_label_tells_two_webhooks_apart_without_their_tokens() -> None:
    other = SLACK.replace("CCCC", "DDDD")
    assert label(SLACK) != label(other)
    assert label(SLACK).startswith("slack #")
    assert "TOKEN" not in label(SLACK)


@pytest.mark.parametrize("odd", ["", "CANARY", "CANARY@host", "://CANARY", "mailto://x:CANARY?to=y@h", "\ud800"])
def test_a_label_of_something_odd_shows_none_of_it(odd: str) -> None:
    assert "CANARY" not in label(odd)


def test_kinds_are_read_and_what_is_no_url_has_none() -> None:
    assert (kind("MAILTO://x"), kind("slack://"), kind("nonsense"), kind("")) == ("mailto", "slack", "", "")


def test_a_reason_keeps_its_words_and_loses_every_secret() -> None:
    said = "535 bad login for bot with CANARY-pw at mail.dept.example"
    assert masked(said, MAIL) == "535 bad login for bot with *** at mail.dept.example"
    said = "POST https://hooks.example/TOKENAAAA/TOKENBBBB/TOKENCCCC failed: 404"
    assert masked(said, SLACK) == "POST https://hooks.example/***/***/*** failed: 404"


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=4, max_size=40))
def test_no_password_survives_masking_whatever_it_is_made_of(password: str) -> None:
    url = f"json://user:{password}@host.example/path"
    assert password not in masked(f"it said <{password}>!", url).replace("***", "")


@given(st.from_regex(r"[A-Za-z0-9_-]{8,40}", fullmatch=True))
def test_a_percent_encoded_secret_is_masked_in_both_forms(secret: str) -> None:
    encoded = "".join(f"%{ord(character):02X}" for character in secret)
    said = masked(f"{encoded} or {secret}", f"mailto://bot:{encoded}@h.example?to=a@h.example")
    assert said == "*** or ***"
