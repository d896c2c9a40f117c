"""Lists and ids as Graph gives them: read page by page, as far as they can be read, and it says how far that was."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from socialpub.platforms.http import TameSession

PAGES, PER_PAGE = 10, 100
Item = Mapping[str, Any]
_NODE_ID = re.compile(r"[0-9]{1,32}(_[0-9]{1,32})?")


@dataclass(frozen=True, slots=True)
class Listed:
    """What an account lists of its posts. `whole`: to the end; `clear`: each of them could be read."""

    items: list[Item]
    whole: bool
    clear: bool


def read(
    session: TameSession,
    ask: Callable[[Mapping[str, str]], Mapping[str, Any]],
    asked: Mapping[str, str],
    readable: Callable[[object], bool],
) -> Listed:
    """The list that `ask` gives page by page. Raises Trouble where one is no list at all."""
    question = {**asked, "limit": str(PER_PAGE)}
    items: list[Item] = []
    clear = True
    for _ in range(PAGES):
        data, paging = _parts(session, ask(question))
        fit = [item for item in data if readable(item)]
        clear, items = clear and len(fit) == len(data), items + fit
        cursors = paging.get("cursors")
        after = cursors.get("after") if isinstance(cursors, dict) else None
        if "next" not in paging or not isinstance(after, str):
            return Listed(items, "next" not in paging, clear)
        question["after"] = after
    return Listed(items, whole=False, clear=clear)


def _parts(session: TameSession, body: Mapping[str, Any]) -> tuple[list[Any], Mapping[str, Any]]:
    data, paging = body.get("data"), body.get("paging", {})
    if not isinstance(data, list) or not isinstance(paging, dict):
        raise session.unclear("a list that cannot be read")
    return data, paging


def id_in(session: TameSession, answer: Mapping[str, Any]) -> str:
    remote_id = node_id(answer.get("id"))
    if not remote_id:
        raise session.unclear("an answer without the network's id")
    return remote_id


def node_id(value: object) -> str:
    """`value` if it has the form of an id in the Graph, else ""."""
    return value if isinstance(value, str) and _NODE_ID.fullmatch(value) else ""


def made(item: Item, key: str) -> datetime | None:
    """The time at `key`, if it is one with a zone."""
    try:
        when = datetime.fromisoformat(str(item.get(key)))
    except ValueError:
        return None
    return when if when.tzinfo else None
