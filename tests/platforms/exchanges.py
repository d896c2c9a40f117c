"""Everything an adapter says to the sandbox and hears from it, as it goes over the wire."""

from typing import Any

import pytest
import requests

from socialpub.model.outcome import Delivered
from tests.platforms.double import JournalDouble
from tests.platforms.rig import NetworkRig, make_post, since

Exchange = tuple[requests.PreparedRequest, requests.Response]


@pytest.fixture
def exchanges(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    seen: list[Exchange] = []
    send = requests.Session.send

    def watched(self: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        response = send(self, request, **{**more, "stream": False})
        seen.append((request, response))
        raw = response.raw  # read by `send`; the session reads it again
        monkeypatch.setattr(raw, "read1", _once(response.content), raising=False)
        return response

    monkeypatch.setattr(requests.Session, "send", watched)
    return seen


def _once(data: bytes) -> Any:
    pieces = iter([data, b""])
    return lambda *_: next(pieces)


def everything(rig: NetworkRig) -> JournalDouble:
    """Each kind of call once; gives the journal of the post."""
    journal, begun, post = JournalDouble(), since(), make_post(rig, photos=2)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Delivered)
    rig.platform.find(post, rig.account, journal, begun)
    rig.platform.verify(rig.account)
    rig.platform.retract(outcome.receipts[0], rig.account)
    return journal
