"""YouTube against the sandbox: the whole suite, and what is peculiar to a network of videos."""

import dataclasses
from typing import Any

import pytest

from socialpub.platforms.youtube import YouTubePlatform
from tests.platforms.network_conformance import NetworkConformance
from tests.platforms.rig import Sandbox, YouTubeRig


@pytest.fixture
def rig(sandbox: Sandbox) -> YouTubeRig:
    return YouTubeRig(sandbox, YouTubePlatform)


class TestYouTube(NetworkConformance):
    pass
