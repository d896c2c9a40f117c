"""Hands one message to one server: mail, chat or a gateway, through apprise. The only importer of apprise.

Nothing of an address may get out: not into a log, an exception, or the reason of a failure.
"""

import functools
import logging
import warnings
from typing import Any

from socialpub.model.words import one_line
from socialpub.notify.audience import label, masked

#: Seconds for one message to one address, connecting included.
TIMEOUT = 15
_LONGEST_REASON = 300


def post(address: str, subject: str, body: str) -> str:
    """Send to one address. "" when a server took it, else why not, in words that may be shown."""
    try:
        trouble = _post(address, subject, body)
    except Exception as error:  # noqa: BLE001  a plug-in may raise anything, and quote the address in it
        trouble = f"the sender broke: {type(error).__name__}"
    return one_line(masked(trouble, address), _LONGEST_REASON)


def _post(address: str, subject: str, body: str) -> str:
    apprise = _apprise()
    asset = apprise.AppriseAsset(app_id="socialpub", storage_mode=apprise.PersistentStoreMode.MEMORY)
    sender = apprise.Apprise(asset=asset)
    if not sender.add(address):
        return f"{label(address)}: this address cannot be read; compare it with docs/telling.md"
    with sender.notify(
        title=subject, body=body, body_format=apprise.NotifyFormat.TEXT, timeout=TIMEOUT, log_level=logging.DEBUG
    ) as result:
        return "" if result else f"{label(address)}: {_why(apprise, result)}"


def _why(apprise: Any, result: Any) -> str:
    """What went wrong, from apprise's own log of this call: what the server said, else its last warning."""
    if result.status == apprise.AppriseResultStatus.TIMEOUT:
        return f"no answer within {TIMEOUT} s"
    entries = list(result.logs())
    said = [entry.message for entry in entries if entry.message.startswith("Socket Exception: ")]
    warned = [entry.message for entry in entries if entry.level in {"WARNING", "ERROR"}]
    return str((said[-1:] or warned[-1:] or ["it was not taken, and no reason was given"])[0])


@functools.cache
def _apprise() -> Any:
    """The library, silenced: at DEBUG it and its HTTP client log whole addresses. Imported on first use."""
    own = logging.getLogger("apprise")
    own.propagate = False
    own.setLevel(logging.DEBUG)  # for the reason of a failure, which `masked` sees first
    logging.getLogger("urllib3").setLevel(logging.INFO)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its plug-ins import modules that Python is about to drop
        import apprise

        apprise.Apprise.instantiate("mailto://127.0.0.1/?from=a@b.example")  # loads them now, inside this filter
    return apprise
