"""Checks a JSON value against the lexicons of atproto, as their specification reads them. Strict where it can be."""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

import regex

from tests.specs import SPECS

_FORMATS = {
    "did": r"did:[a-z]+:[a-zA-Z0-9._:%-]+",
    "handle": r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
    "at-uri": r"at://did:[a-z]+:[a-zA-Z0-9._:%-]+/[a-z][a-zA-Z0-9.-]+/[A-Za-z0-9._:~-]+",
    "cid": r"baf[a-z2-7]{56}",
    "nsid": r"[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+\.[a-zA-Z]+",
    "record-key": r"[A-Za-z0-9._:~-]{1,512}",
    "tid": r"[2-7a-j][2-7a-z]{12}",
    "uri": r"\w+:(//)?[^\s/]\S*",
    "language": r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
}
_FORMATS["at-identifier"] = f"({_FORMATS['did']}|{_FORMATS['handle']})"


_PLAIN = {"integer": int, "boolean": bool, "unknown": dict}


@cache
def lexicon(nsid: str) -> dict[str, Any]:
    file = SPECS / "bluesky" / "lexicons" / f"{nsid.replace('.', '/')}.json"
    defs: dict[str, Any] = json.loads(file.read_text("utf-8"))["defs"]
    return defs


def check_record(record: dict[str, Any]) -> None:
    """A whole record, by the lexicon that its $type names."""
    check(record, lexicon(record["$type"])["main"]["record"], record["$type"], "record")


def check(value: Any, part: dict[str, Any], home: str, at: str) -> None:
    """Raises AssertionError that says where `value` is not what `part`, of the lexicon `home`, describes."""
    match part["type"]:
        case "object" | "params":
            _object(value, part, home, at)
        case "ref":
            check(value, *_resolved(part["ref"], home), at)
        case "union":
            known = [_full(one, home) for one in part["refs"]]
            assert value["$type"] in known, f"{at}: {value['$type']} is none of {known}"
            check(value, *_resolved(value["$type"], home), at)
        case "array":
            assert isinstance(value, list), at
            assert len(value) <= part.get("maxLength", len(value)), f"{at}: too many"
            for number, one in enumerate(value):
                check(one, part["items"], home, f"{at}[{number}]")
        case "blob":
            _blob(value, part, at)
        case "string":
            _string(value, part, at)
        case other:
            assert type(value) is _PLAIN[other], f"{at}: no {other}"
            assert other != "integer" or value >= part.get("minimum", value), f"{at}: too small"


def _object(value: Any, part: dict[str, Any], home: str, at: str) -> None:
    assert isinstance(value, dict), at
    missing = set(part.get("required", ())) - set(value)
    assert not missing, f"{at}: {missing} missing"
    extra = set(value) - set(part["properties"]) - {"$type"}
    assert not extra, f"{at}: {extra} is not described"
    for name, one in value.items():
        if name == "$type" or (one is None and name in part.get("nullable", ())):
            continue
        check(one, part["properties"][name], home, f"{at}.{name}")


def _blob(value: Any, part: dict[str, Any], at: str) -> None:
    assert set(value) == {"$type", "ref", "mimeType", "size"}, at
    assert (value["$type"], set(value["ref"])) == ("blob", {"$link"}), at
    assert re.fullmatch(_FORMATS["cid"], value["ref"]["$link"]), at
    accept = [one.replace("*", "") for one in part.get("accept", ["*/*"])]
    assert any(one in ("/", "") or value["mimeType"].startswith(one) for one in accept), at
    assert 0 < value["size"] <= part.get("maxSize", value["size"]), at


def _string(value: Any, part: dict[str, Any], at: str) -> None:
    assert isinstance(value, str), at
    assert len(value.encode()) <= part.get("maxLength", 10**9), f"{at}: too many bytes"
    assert len(regex.findall(r"\X", value)) <= part.get("maxGraphemes", 10**9), f"{at}: too many graphemes"
    if wanted := _FORMATS.get(part.get("format", "")):
        assert re.fullmatch(wanted, value), f"{at}: {value!r} is no {part['format']}"
    if part.get("format") == "datetime":
        assert datetime.fromisoformat(value).tzinfo


def _full(ref: str, home: str) -> str:
    return f"{home}{ref}" if ref.startswith("#") else ref


def _resolved(ref: str, home: str) -> tuple[dict[str, Any], str]:
    nsid, _, name = _full(ref, home).partition("#")
    return lexicon(nsid)[name or "main"], nsid
