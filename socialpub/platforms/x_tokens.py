"""X's OAuth 2.0. A refresh token is good once (docs.x.com, OAuth 2.0 authorization code flow with PKCE). Data."""

from socialpub.platforms.classify import Means, Reading, Row
from socialpub.platforms.tokens import Tokens
from socialpub.platforms.x_errors import facts

_READING = Reading(
    "X",
    (
        Row(
            Means.PERSON,
            "does not take the account's refresh token any more",
            "Connect the account again: socialpub channel connect.",
            statuses=(400, 401, 403),
        ),
    ),
    facts,
)

TOKENS = Tokens(
    network="x",
    page=("https://x.com", "/i/oauth2/authorize"),
    door=("https://api.x.com", "/2/oauth2/token"),
    scopes="tweet.read tweet.write users.read media.write offline.access",
    reading=_READING,
    lives_s=7200,
)
