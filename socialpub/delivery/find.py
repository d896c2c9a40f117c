"""The one place where a network is asked whether a post is there. It writes nothing and sends nothing."""

import logging

from socialpub.delivery.bug import frames
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.journal import LookingJournal
from socialpub.delivery.load import Load
from socialpub.model.outcome import Answer, AskAgain
from socialpub.store.schema import Delivery

log = logging.getLogger(__name__)


def find(carrier: Carrier, row: Delivery, loaded: Load, journal: LookingJournal) -> Answer:
    """What the network says. An adapter's bug is no answer: then it is asked again."""
    since = row.intent_at or row.created_at
    try:
        platform = carrier.platform(loaded.post.platform)
        return platform.find(loaded.post, loaded.account, journal, since)
    except Exception as error:  # noqa: BLE001  whatever it is, its words may hold a key
        log.error("delivery %s: asking the network failed; a bug in the adapter: %s", row.id, frames(error))
        return AskAgain("asking failed; the log has the details")
