"""Mastodon against the sandbox: the whole suite, and what is peculiar to Mastodon."""

import pytest

from socialpub.model.outcome import Delivered, Found
from socialpub.platforms.mastodon import MastodonPlatform
from tests.platforms.double import JournalDouble
from tests.platforms.network_conformance import NetworkConformance
from tests.platforms.rig import MastodonRig, NetworkRig, Sandbox, make_post, since


@pytest.fixture
def rig(sandbox: Sandbox) -> MastodonRig:
    return MastodonRig(sandbox, MastodonPlatform)


class TestMastodon(NetworkConformance):
    def test_the_same_text_again_is_looked_for_instead_of_refused(self, rig: NetworkRig) -> None:
        """Mastodon refuses no text twice: it answers the same key with the same post."""
        rig.sandbox.order("rules", {"idempotency_keys": True})
        journal, begun, post = JournalDouble(), since(), make_post(rig)
        first = rig.platform.deliver(post, rig.account, journal)
        assert isinstance(first, Delivered)
        assert rig.platform.deliver(post, rig.account, JournalDouble(journal.notes)) == first
        assert len(rig.shown()) == 1
        assert rig.platform.find(post, rig.account, journal, begun) == Found(first.receipts)
