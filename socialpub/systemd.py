"""Tells systemd that the daemon is ready, alive, stopping (sd_notify(3)). Without systemd it does nothing."""

import contextlib
import os
import socket
from collections.abc import Mapping

#: A service manager that does not listen is not waited for longer. Seconds.
_PATIENCE = 1.0


def notify(state: str, environ: Mapping[str, str] = os.environ) -> None:
    """Send one message, e.g. "READY=1". One that nobody takes is dropped."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket, unix(7)
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.settimeout(_PATIENCE)
        end.sendto(state.encode(), address)


def watchdog_seconds(environ: Mapping[str, str] = os.environ) -> float | None:
    """How often to say that we are alive: half of what systemd allows; None where it does not watch."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    microseconds = environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2_000_000 if microseconds.isdigit() and int(microseconds) > 0 else None
