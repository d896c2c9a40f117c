"""Checks a JSON value against a small part of JSON Schema: enough to refuse what X's description refuses."""

import re
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
}


def wrong(value: Any, schema: dict[str, Any], at: str = "$") -> str:
    """The first thing that is wrong, in X's way of saying it; empty when the value fits."""
    expected = schema.get("type", "")
    if expected and not _is(value, expected):
        return f"[{at}] must be of type {expected}"
    if "enum" in schema and value not in schema["enum"]:
        return f"[{at}] does not have a value in the enumeration {schema['enum']}"
    match expected:
        case "object":
            return _wrong_object(value, schema, at)
        case "array":
            return _wrong_array(value, schema, at)
        case "string":
            return _wrong_string(value, schema, at)
    return _wrong_number(value, schema, at) if expected == "integer" else ""


def _is(value: Any, expected: str) -> bool:
    if expected == "integer" and isinstance(value, bool):
        return False
    return isinstance(value, _TYPES[expected])


def _wrong_object(value: dict[str, Any], schema: dict[str, Any], at: str) -> str:
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            return f"[{at}] is missing the required property {name}"
    for name, part in value.items():
        if name in properties:
            if problem := wrong(part, properties[name], f"{at}.{name}"):
                return problem
        elif not schema.get("open", False):
            closed = "is not defined in the schema and the schema does not allow additional properties"
            return f"[{at}.{name}] {closed}"
    return ""


def _wrong_array(value: list[Any], schema: dict[str, Any], at: str) -> str:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return f"[{at}] must have {schema.get('minItems', 0)} to {schema.get('maxItems')} items"
    problems = (wrong(part, schema.get("items", {}), f"{at}[{index}]") for index, part in enumerate(value))
    return next(filter(None, problems), "")


def _wrong_string(value: str, schema: dict[str, Any], at: str) -> str:
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value, re.ASCII):
        return f"[{at}] does not match the regex pattern {schema['pattern']}"
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return f"[{at}] must be {schema.get('minLength', 0)} to {schema.get('maxLength')} characters long"
    return ""


def _wrong_number(value: int, schema: dict[str, Any], at: str) -> str:
    if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return f"[{at}] must be between {schema.get('minimum')} and {schema.get('maximum')}"
    return ""
