"""Who has an account on the sandbox networks. The demo credentials are public: they open nothing else."""

from dataclasses import dataclass, field

#: An OAuth 2.0 access token lives two hours (docs.x.com, OAuth 2.0 authorization code flow).
ACCESS_TOKEN_S = 7200


@dataclass
class XAccount:
    """One X account, the app's two keys and the account's two, and its OAuth 2.0 tokens."""

    id: str
    handle: str
    name: str
    consumer_key: str
    consumer_secret: str
    access_token: str
    access_token_secret: str
    bearer: str
    refresh_token: str = ""
    client_id: str = ""
    bearer_expires: float | None = None  # epoch seconds by the sandbox clock; None: never
    credits: bool = True


@dataclass
class PageAccount:
    """One Facebook Page and its token."""

    id: str
    name: str
    access_token: str
    app_id: str = "555010000000001"
    scopes: list[str] = field(
        default_factory=lambda: ["pages_manage_posts", "pages_read_engagement", "pages_show_list"]
    )
    token_expires: float = 0  # epoch seconds; 0: never, as the network itself says it


@dataclass
class MediaAccount:
    """One account of a network that fetches photos and publishes containers, and its token."""

    id: str
    username: str
    name: str
    access_token: str
    page: str = "555010000000200"  # the Page it is linked with, where there is one
    scopes: list[str] = field(
        default_factory=lambda: ["instagram_basic", "instagram_content_publish", "pages_read_engagement"]
    )
    token_expires: float = 0  # epoch seconds; 0: never
    quota: int = 50  # posts in 24 hours
    app_id: str = "555010000000001"


def demo_instagram() -> MediaAccount:
    return MediaAccount("555040000000100", "riverbendpd", "Riverbend Police (demo)", "demo-instagram-token")


@dataclass
class BlueskyAccount:
    """One Bluesky account, what it signs in with, and the tokens of its open sessions: kind, and when they end."""

    id: str  # its DID
    handle: str
    name: str
    identifier: str  # its mail address; handle and DID open a session as well
    app_password: str
    email_confirmed: bool = True
    status: str = ""  # takendown, suspended, deactivated
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)


@dataclass
class ChannelAccount:
    """One YouTube channel, and the department's app that may post for it."""

    id: str
    name: str
    client_id: str
    client_secret: str
    bearer: str
    refresh_token: str = ""
    bearer_expires: float | None = None  # epoch seconds by the sandbox clock; None: never
    verified: bool = True  # a phone number was given: the channel may set pictures


@dataclass
class MastodonAccount:
    """One account on the Mastodon server, the token of an application of its own, and what moderators made of it."""

    id: str
    handle: str
    name: str
    access_token: str
    scopes: list[str] = field(
        default_factory=lambda: ["write:statuses", "write:media", "read:accounts", "read:statuses"]
    )
    application: str = "socialpub"
    suspended: bool = False
    limited: bool = False
    locked: bool = False


def demo_channel() -> ChannelAccount:
    return ChannelAccount(
        id="UCdemoRiverbendPolice000",
        name="Riverbend Police (demo)",
        client_id="demo-youtube-client",
        client_secret="demo-youtube-client-secret",  # noqa: S106  a demo credential, printed on purpose
        bearer="demo-youtube-bearer",
        refresh_token="demo-youtube-refresh",  # noqa: S106  likewise
    )


def demo_x() -> XAccount:
    return XAccount(
        id="5550100000001",
        handle="RiverbendPD",
        name="Riverbend Police (demo)",
        consumer_key="demo-x-consumer-key",
        consumer_secret="demo-x-consumer-secret",  # noqa: S106  a demo credential, printed on purpose
        access_token="5550100000001-demo-x-access-token",  # noqa: S106  likewise
        access_token_secret="demo-x-access-token-secret",  # noqa: S106  likewise
        bearer="demo-x-oauth2-bearer",
        refresh_token="demo-x-oauth2-refresh",  # noqa: S106  likewise
        client_id="demo-x-client",
    )


def demo_page() -> PageAccount:
    return PageAccount(id="555010000000100", name="Riverbend Police (demo)", access_token="demo-page-token")  # noqa: S106  likewise


def demo_bluesky() -> BlueskyAccount:
    return BlueskyAccount(
        id="did:plc:riverbendpddemo2222222222",
        handle="riverbendpd.example",
        name="Riverbend Police (demo)",
        identifier="social@riverbendpd.example",
        app_password="demo-blue-sky-pass",  # noqa: S106  likewise
    )


def demo_mastodon() -> MastodonAccount:
    return MastodonAccount(
        id="555010000000200",
        handle="RiverbendPD",
        name="Riverbend Police (demo)",
        access_token="demo-mastodon-token",  # noqa: S106  likewise
    )
