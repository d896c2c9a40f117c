"""House rules as tests: what a reviewer would otherwise have to remember."""

import socket

import pytest


def test_no_test_can_reach_beyond_loopback() -> None:
    with socket.socket() as away, pytest.raises(AssertionError, match="only loopback"):
        away.connect(("192.0.2.1", 80))
