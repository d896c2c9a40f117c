"""How the command line answers: text for people, one JSON value for programs, and an exit code for scripts."""

import json
import re
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from socialpub.cli.visible import visible

DONE, NO, WORDS, UNAVAILABLE = 0, 1, 2, 3


#: What a terminal acts upon, or what turns the order of words around. Valid JSON escapes it inside its strings only.
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def say(text: str) -> None:
    """To the person. Whoever wrote a part of it, nothing in it can hide or play with the terminal."""
    _write(visible(text))


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()  # a daemon says where it is, and then nothing more for long


def tell(text: str) -> None:
    """Beside the answer: what is going on. Never mixed into JSON."""
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(visible(text).encode(encoding, "replace").decode(encoding) + "\n")


def show(data: Any, text: str, *, as_json: bool) -> None:
    """The same answer, for a program or for a person."""
    if as_json:
        _write(_json(data))
    else:
        say(text)


def _json(data: Any) -> str:
    text = _UNSEEN.sub(_escaped, json.dumps(data, ensure_ascii=False, default=_plain))
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # half a surrogate, or a terminal that knows few letters
        return json.dumps(data, default=_plain)
    return text


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def answered(app: Callable[..., Any]) -> int:
    """Run a command; a refusal is one line and a code, never a traceback."""
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NO
    except Exception as error:
        code, words = _in_words(error)
        if words is None:
            raise
        tell(words)
        return code
    return DONE


_SAID = {
    "UnicodeEncodeError": "there is a character in it that is no text; write it another way",
    "MovedMeanwhile": "somebody else decided in the same moment; look again, and decide anew",
}


def _in_words(error: Exception) -> tuple[int, str | None]:
    """The exit code and the words for what may happen; no words for a bug."""
    from sqlalchemy.exc import OperationalError

    from socialpub.store.moves import MovedMeanwhile

    match error:
        case UnicodeEncodeError() | MovedMeanwhile():
            return NO, _SAID[type(error).__name__]
        case _ if isinstance(error, _answers()):
            return NO, str(error)
        case _ if isinstance(error, _troubles()):
            return UNAVAILABLE, str(error)
        case OperationalError():
            return (
                UNAVAILABLE,
                f"the database cannot be used: {error.orig}; ask `socialpub doctor` for the reason [SP013]",
            )
        case OSError():
            why = f"{error.filename or 'a file'}: {error.strerror or error}"
            return UNAVAILABLE, f"{why}; check the path, and who may use it [SP014]"
    return UNAVAILABLE, None


def _answers() -> tuple[type[Exception], ...]:
    """What a person asked for and does not get."""
    from socialpub.desk.declined import Declined
    from socialpub.intake.opened import NotTaken
    from socialpub.media.refusal import MediaRefused
    from socialpub.model.document import DocumentError
    from socialpub.records.refusal import RecordsError

    return Declined, NotTaken, MediaRefused, DocumentError, RecordsError


def _troubles() -> tuple[type[Exception], ...]:
    """What an administrator mends."""
    from socialpub.media.apart import NoDecoderError
    from socialpub.media.refusal import MediaDamaged
    from socialpub.platforms.networks import LimitsError
    from socialpub.policy.packs import PackError
    from socialpub.schedule.slots import ScheduleError
    from socialpub.settings import SettingsError
    from socialpub.spool import NoSpool, SpoolBusy
    from socialpub.store.database import StoreError

    return (
        SettingsError,
        StoreError,
        SpoolBusy,
        NoSpool,
        PackError,
        LimitsError,
        ScheduleError,
        MediaDamaged,
        NoDecoderError,
    )
