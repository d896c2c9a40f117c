"""Facebook Pages against the sandbox: the whole suite, and what is peculiar to a Page."""

import pytest

from socialpub.platforms.facebook import FacebookPlatform
from tests.platforms.network_conformance import NetworkConformance
from tests.platforms.rig import FacebookRig, Sandbox


@pytest.fixture
def rig(sandbox: Sandbox) -> FacebookRig:
    return FacebookRig(sandbox, FacebookPlatform)


class TestFacebook(NetworkConformance):
    pass
