"""Reads `fields=id,attachments{target{id}}` and cuts an answer down to it. No network's data in here."""

from typing import Any

Tree = dict[str, "Tree"]

_DEEPEST = 8


def parsed(fields: str) -> Tree:
    """The tree of names; arguments such as `.limit(5)` are read past. ValueError if it is malformed."""
    tree, end = _level(fields, 0, 0)
    if end != len(fields):
        raise ValueError(f"Syntax error at character {end} : {fields[end : end + 20]}")
    return tree


def _level(text: str, at: int, depth: int) -> tuple[Tree, int]:
    if depth > _DEEPEST:
        raise ValueError("The fields are nested too deeply")
    tree: Tree = {}
    while True:
        name, at = _name(text, at)
        tree[name] = {}
        if text[at : at + 1] == "{":
            tree[name], at = _level(text, at + 1, depth + 1)
            if text[at : at + 1] != "}":
                raise ValueError("Syntax error: expected end of the field list")
            at += 1
        if text[at : at + 1] != ",":
            return tree, at
        at += 1


def _name(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and (text[end].isalnum() or text[end] in "_ "):
        end += 1
    name = text[at:end].strip()
    if not name:
        raise ValueError(f"Syntax error: expected a field name at character {at}")
    while text[end : end + 1] == ".":  # .limit(5), .order(…)
        close = text.find(")", end)
        if close < 0:
            raise ValueError("Syntax error: a modifier is not closed")
        end = close + 1
    return name, end


def cut(whole: Any, tree: Tree) -> Any:
    """`whole` with only the named parts; the id is always there; lists under `data` are cut one by one."""
    if not tree or not isinstance(whole, dict):
        return whole
    if isinstance(whole.get("data"), list):
        return {**whole, "data": [cut(item, tree) for item in whole["data"]]}
    wanted = {**tree, "id": tree.get("id", {})}
    return {name: cut(part, wanted[name]) for name, part in whole.items() if name in wanted}
