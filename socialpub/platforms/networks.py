"""Reads `policies/networks/*.toml`: what each network takes. Reads files, decides nothing."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from socialpub.model.limits import Limits


class LimitsError(Exception):
    """A network's file cannot be used; the message names the file, the key and the remedy."""


def read_limits(folder: Path) -> dict[str, Limits]:
    """Each network's limits by its name, from `folder`. Raises LimitsError with every complaint in it."""
    found: dict[str, Limits] = {}
    complaints: list[str] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            limits = _read(file)
        except LimitsError as error:
            complaints.append(str(error))
            continue
        found[limits.name] = limits
    if complaints:
        raise LimitsError("\n".join(complaints))
    if not found:
        raise LimitsError(f"{folder}: there is no network's file (*.toml) here; check [policies] dir")
    return found


def _read(file: Path) -> Limits:
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # not UTF-8, not TOML, a number of thousands of digits
        raise LimitsError(f"{file}: cannot be read as TOML: {error}") from None
    try:
        limits = Limits.model_validate(data)
    except ValidationError as error:
        raise LimitsError("\n".join(f"{file}: {_in_words(item)}" for item in error.errors())) from None
    if limits.name != file.stem:
        raise LimitsError(f'{file}: "name" is "{limits.name}"; it must be the file\'s own, "{file.stem}"')
    return limits


def _in_words(error: Any) -> str:
    key = ".".join(str(step) for step in error["loc"])
    if error["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(error["loc"][-1]), _known(error["loc"][:-1]), n=1)
        return f'unknown key "{key}"' + (f' (did you mean "{close[0]}"?)' if close else "; take it out")
    if error["type"] == "missing":
        return f'"{key}" is missing; add it'
    if error["type"] == "value_error":
        words = str(error["msg"]).removeprefix("Value error, ")
        return f"[{key}]: {words}" if key else words
    return f'"{key}" is {error["input"]!r}; {_wanted(error)}; look it up again at the "source" of this file'


#: What it must be instead, without the words of a checker of types.
_WANTED: Mapping[str, str] = {
    "greater_than_equal": "it must be {ge} or more",
    "greater_than": "it must be more than {gt}",
    "less_than_equal": "it must be {le} or less",
    "int_type": "it must be a whole number, without quotes",
    "float_type": "it must be an ordinary number, without quotes",
    "finite_number": "it must be an ordinary number, without quotes",
    "literal_error": "it must be {expected}",
}


def _wanted(error: Any) -> str:
    facts = {
        name: _number(fact) if isinstance(fact, int | float) else fact for name, fact in error.get("ctx", {}).items()
    }
    wanted = _WANTED.get(error["type"])
    return wanted.format(**facts) if wanted else str(error["msg"])


def _number(bound: float) -> str:
    return f"{int(bound):,}" if bound == int(bound) else str(bound)


def _known(place: tuple[Any, ...]) -> list[str]:
    model: type[BaseModel] = Limits
    for step in place:
        field = model.model_fields.get(str(step))
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return []
        model = field.annotation
    return list(model.model_fields)
