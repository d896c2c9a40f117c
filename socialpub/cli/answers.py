"""How the command line answers: text for people, one JSON value for programs, and an exit code for scripts."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

DONE, NO, WORDS, UNAVAILABLE = 0, 1, 2, 3


def say(text: str) -> None:
    """To the person."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """Beside the answer: what is going on. Never mixed into JSON."""
    sys.stderr.write(text + "\n")


def show(data: Any, text: str, *, as_json: bool) -> None:
    """The same answer, for a program or for a person."""
    say(json.dumps(data, ensure_ascii=False, default=_plain) if as_json else text)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def answered(app: Callable[..., Any]) -> int:
    """Run a command; a refusal is one line and a code, never a traceback."""
    from socialpub.desk.declined import Declined
    from socialpub.intake.folder import Unreadable
    from socialpub.media.refusal import MediaDamaged, MediaRefused
    from socialpub.platforms.networks import LimitsError
    from socialpub.policy.packs import PackError
    from socialpub.records.refusal import RecordsError
    from socialpub.schedule.slots import ScheduleError
    from socialpub.settings import SettingsError
    from socialpub.spool import SpoolBusy
    from socialpub.store.database import StoreError

    try:
        app()
    except (Declined, Unreadable, MediaRefused, RecordsError) as refusal:
        tell(str(refusal))
        return NO
    except (SettingsError, StoreError, SpoolBusy, PackError, LimitsError, ScheduleError, MediaDamaged) as trouble:
        tell(str(trouble))
        return UNAVAILABLE
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NO
    return DONE
