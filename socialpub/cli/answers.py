"""How the command line answers: text for people, one JSON value for programs, and an exit code for scripts."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from socialpub.model.words import plain

DONE, NO, WORDS, UNAVAILABLE = 0, 1, 2, 3


def say(text: str) -> None:
    """To the person."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def tell(text: str) -> None:
    """Beside the answer: what is going on. Never mixed into JSON."""
    sys.stderr.write(plain(text) + "\n")


def show(data: Any, text: str, *, as_json: bool) -> None:
    """The same answer, for a program or for a person."""
    say(_json(data) if as_json else plain(text))


def _json(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, default=_plain)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # half a surrogate, or a terminal that knows few letters
        return json.dumps(data, default=_plain)
    return text


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def answered(app: Callable[..., Any]) -> int:
    """Run a command; a refusal is one line and a code, never a traceback."""
    from sqlalchemy.exc import OperationalError

    from socialpub.desk.declined import Declined
    from socialpub.intake.folder import Unreadable
    from socialpub.media.apart import NoDecoderError
    from socialpub.media.refusal import MediaDamaged, MediaRefused
    from socialpub.platforms.networks import LimitsError
    from socialpub.policy.packs import PackError
    from socialpub.records.refusal import RecordsError
    from socialpub.schedule.slots import ScheduleError
    from socialpub.settings import SettingsError
    from socialpub.spool import SpoolBusy
    from socialpub.store.database import StoreError
    from socialpub.store.moves import MovedMeanwhile

    try:
        app()
    except (Declined, Unreadable, MediaRefused, RecordsError) as refusal:
        tell(str(refusal))
        return NO
    except MovedMeanwhile:
        tell("somebody else decided in the same moment; look again, and decide anew")
        return NO
    except (
        SettingsError,
        StoreError,
        SpoolBusy,
        PackError,
        LimitsError,
        ScheduleError,
        MediaDamaged,
        NoDecoderError,
    ) as trouble:
        tell(str(trouble))
        return UNAVAILABLE
    except OperationalError as trouble:
        tell(f"the database cannot be used: {trouble.orig}; `socialpub doctor` looks for the reason [SP013]")
        return UNAVAILABLE
    except OSError as trouble:
        tell(
            f"{trouble.filename or 'a file'}: {trouble.strerror or trouble}; check the path and who may use it [SP014]"
        )
        return UNAVAILABLE
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NO
    return DONE
