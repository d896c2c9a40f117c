"""An invitation to sign in belongs to whoever made it, and nothing of it can be guessed."""

from urllib.parse import parse_qs, urlsplit

import pytest

from socialpub.platforms.sign_in import challenge, code_in, invite
from socialpub.platforms.trouble import Unusable

BACK = "https://pd.example/back"


def test_the_address_says_who_asks_for_what_and_never_the_verifier() -> None:
    invited = invite("https://x.example/authorize", BACK, {"client_id": "app", "scope": "read write"})
    asked = {name: values[0] for name, values in parse_qs(urlsplit(invited.address).query).items()}
    assert asked == {
        "response_type": "code",
        "client_id": "app",
        "scope": "read write",
        "redirect_uri": BACK,
        "state": invited.state,
        "code_challenge": challenge(invited.verifier),
        "code_challenge_method": "S256",
    }
    assert invited.verifier not in invited.address
    assert invited.state not in repr(invited).replace(invited.address, "")
    assert invited.verifier not in repr(invited)


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_no_two_invitations_are_alike() -> None:
    many = [invite("https://x.example/authorize", BACK, {}) for _ in range(20)]
    assert len({one.state for one in many} | {one.verifier for one in many}) == 40
    assert all(43 <= len(one.verifier) <= 128 for one in many)


def test_the_code_is_read_from_the_address_the_browser_ends_at() -> None:
    invited = invite("https://x.example/authorize", BACK, {})
    assert code_in(f"  {BACK}?state={invited.state}&code=a%2Fb\n", invited) == "a/b"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (BACK + "?state=another&code=1", "does not belong"),
        (BACK + "?code=1", "does not belong"),
        (BACK + "?state={state}", "no code"),
        (BACK + "?state={state}&code=", "no code"),
        (BACK + "?state={state}&error=access_denied", "not granted .access_denied."),
        ("", "does not belong"),
        ("http://[", "does not belong"),
        ("ünïcode?state=ü", "does not belong"),
    ],
)
def test_an_answer_to_something_else_is_refused_with_the_next_step(answer: str, says: str) -> None:
    invited = invite("https://x.example/authorize", BACK, {})
    with pytest.raises(Unusable, match=says):
        code_in(answer.format(state=invited.state), invited)
