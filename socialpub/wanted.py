"""What a checker of types complains about, in the words of who wrote the value. Imports nothing of the house.

One table for stories, batches and settings: the key, what is wrong with it, and what it must be.
"""

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

_TEXT, _WHOLE, _NUMBER = "text, between quotes", "a whole number, without quotes", "a number, without quotes"
_YES_NO, _LIST = "true or false, without quotes", "a list, between brackets: [ ]"
_TABLE = "a table with keys of its own"
_DAY, _MOMENT = "a day, like 2026-11-20", "a day and a time, like 2026-11-20T09:00"

#: Kind of complaint (docs.pydantic.dev, "Validation Errors") → what the value must be.
_MUST_BE: Mapping[str, str] = {
    "string_type": _TEXT,
    "path_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "an ordinary number, without quotes",
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY + ", without a time",
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "string_too_long": "{max_length} characters or fewer; shorten it",
    "string_too_short": "text that is not empty",
    "too_long": "a list of {max_length} or fewer",
    "too_short": "a list of {min_length} or more",
    "literal_error": "{expected}",
}


def complaint(error: Mapping[str, Any], known: Collection[str] = ()) -> str:
    """One of a ValidationError's `errors()` as a sentence. `known`: the keys that may stand in its place.

    The value itself is never quoted: it may be a secret.
    """
    key = place(error["loc"])
    match error["type"]:
        case "missing":
            return f"{key} is missing; add it"
        case "extra_forbidden":
            return unknown(key, str(error["loc"][-1]), known)
        case "value_error" | "assertion_error":
            return f"{key}: {str(error['msg']).partition(', ')[2]}"
        case kind if kind in _MUST_BE:
            return f"{key} must be {_MUST_BE[kind].format(**error.get('ctx', {}))}"
    return f"{key} cannot be used: {str(error['msg'])[:1].lower()}{str(error['msg'])[1:]}"


def unknown(key: str, last: str, known: Collection[str]) -> str:
    """That nobody knows `key` (as it is to be named); `last` is its last part."""
    close = difflib.get_close_matches(last, known, n=1)
    if close:
        return f'unknown key {key} (did you mean "{close[0]}"?)'
    return f"unknown key {key}; take it out" + (f", or write one of {', '.join(known)}" if known else "")


def place(loc: Sequence[Any]) -> str:
    """The key as its writer knows it: "web.port", or "minor" of people 2."""
    match loc:
        case ():
            return "the whole"
        case (str() as table, int() as number):
            return f"{table} {number + 1}"
        case (str() as table, int() as number, *rest):
            return f'"{".".join(map(str, rest))}" of {table} {number + 1}'
    return f'"{".".join(map(str, loc))}"'
