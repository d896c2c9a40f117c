"""X against the sandbox: the whole suite, and what is peculiar to X."""

import pytest

from socialpub.platforms.x import XPlatform
from tests.platforms.network_conformance import NetworkConformance
from tests.platforms.rig import Sandbox, XRig


@pytest.fixture
def rig(sandbox: Sandbox) -> XRig:
    return XRig(sandbox, XPlatform)


class TestX(NetworkConformance):
    pass
