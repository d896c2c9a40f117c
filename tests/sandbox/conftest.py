"""One sandbox process for all tests of this room; each test begins in a fresh world."""

from collections.abc import Iterator

import pytest

from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.server import running
from tests.sandbox.plain import Bluesky, Mastodon, Page, X


@pytest.fixture(scope="session")
def process() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(process: Sandbox) -> Sandbox:
    process.reset()
    return process


@pytest.fixture
def x(sandbox: Sandbox) -> X:
    account = sandbox.accounts()["x"][0]
    return X(sandbox, account["id"], account["bearer"])


@pytest.fixture
def page(sandbox: Sandbox) -> Page:
    account = sandbox.accounts()["facebook"][0]
    return Page(sandbox, account["id"], account["access_token"])


@pytest.fixture
def bluesky(sandbox: Sandbox) -> Bluesky:
    account = sandbox.accounts()["bluesky"][0]
    made = Bluesky(sandbox, account["id"], account["identifier"], account["app_password"])
    assert made.sign_in().status == 200
    return made


@pytest.fixture
def mastodon(sandbox: Sandbox) -> Mastodon:
    account = sandbox.accounts()["mastodon"][0]
    return Mastodon(sandbox, account["id"], account["access_token"])
