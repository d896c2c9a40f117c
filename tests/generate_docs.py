"""Writes what docs repeat of the code: settings, commands, states. `python -m tests.generate_docs`.

Each function gives a page as text, so that a test can hold the files against the code. The words about a
setting are the comments of settings.toml; the words about a command are its help.
"""

import inspect
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel

from socialpub.cli.root import app
from socialpub.model.states import DELIVERY_EDGES, STORY_EDGES, DeliveryState, StoryState
from socialpub.settings import Settings

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "settings.toml"
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
_MADE = "<!-- Written by `python -m tests.generate_docs`. Change the code or settings.toml, not this page. -->\n"
_KEY = re.compile(r"(#?)([a-z_0-9]+) += (.*)")
_MEANS = re.compile(r'= "([a-z_]+)"  # (.+)')
_SECTION = re.compile(r"\[([a-z_]+)\]")

#: A settings key that may not stand in the file, and why.
NOT_IN_THE_FILE = {"secrets.key": "Only in the environment: 32 bytes in base64, used instead of the file."}


@dataclass(frozen=True, slots=True)
class Line:
    """One key of settings.toml: whether it is set, its value, and the comment above it."""

    section: str
    key: str
    on: bool
    value: Any
    says: str

    @property
    def name(self) -> str:
        return f"{self.section}.{self.key}"

    @property
    def example(self) -> bool:
        """A value that TOML cannot leave out; the comment says that it is not set."""
        return "not set" in self.says


def sample() -> Iterator[Line]:
    """The keys of settings.toml in their order, with their comments."""
    section, comment = "", list[str]()
    for line in SAMPLE.read_text("utf-8").splitlines():
        if heading := _SECTION.fullmatch(line):
            section, comment = heading[1], []
        elif key := _KEY.fullmatch(line):
            value = tomllib.loads(f"{key[2]} = {key[3]}")[key[2]]
            yield Line(section, key[2], key[1] == "", value, " ".join(comment))
            comment = []
        else:
            comment = [*comment, line.removeprefix("#").strip()] if line.startswith("#") else []


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in Settings.model_fields.items():
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, BaseModel)
        yield name, field.annotation


def settings_page() -> str:
    says = {line.name: line.says for line in sample()} | NOT_IN_THE_FILE
    parts = [
        "# Settings\n",
        _MADE,
        "Every key of `settings.toml`, what it is when nothing is written, and what it means. In the environment a",
        "key is `SOCIALPUB__SECTION__KEY`, for example `SOCIALPUB__SCHEDULE__SPACING=30`; lists and tables are JSON",
        "there.\n",
    ]
    for name, section in sections():
        parts.append(f"## [{name}]\n\n| key | default | meaning |\n|---|---|---|")
        parts += [_row(name, key, field, says) for key, field in section.model_fields.items()]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _row(section: str, key: str, field: Any, says: dict[str, str]) -> str:
    default = field.get_default(call_default_factory=True)
    return f"| `{key}` | {_shown(default)} | {says[f'{section}.{key}']} |"


def _shown(default: Any) -> str:
    if default is None or default in ("", (), {}):
        return "none"
    if isinstance(default, tuple):
        return ", ".join(f"`{item}`" for item in default)
    return f"`{default}`"


def tree() -> Any:
    """The command line as typer builds it. typer carries a click of its own, whose types it does not name."""
    return typer.main.get_command(app)


def commands() -> Iterator[tuple[str, Any]]:
    """Every verb, e.g. "channel add", in the order of the help."""
    for name, command in tree().commands.items():
        below = getattr(command, "commands", None)
        if below is None:
            yield name, command
        else:
            yield from ((f"{name} {verb}", each) for verb, each in below.items())


def options(command: Any) -> list[Any]:
    return [each for each in command.params if each.opts[0].startswith("-")]


def commands_page() -> str:
    parts = [
        "# Commands\n",
        _MADE,
        "Each command takes `--help`. Before the command: `--settings FILE` (else `SOCIALPUB_SETTINGS`, else",
        "`settings.toml` in this folder). Exit codes: 0 done, 1 the answer is no, 2 the words are off, 3 something",
        "needed is unavailable. Ids may be shortened to as much of their beginning as is unique.\n",
    ]
    for name, command in commands():
        parts.append(f"## socialpub {name}\n\n{_prose(command.help or '')}\n\n    {_usage(name, command)}\n")
        told = [each for each in command.params if each in options(command) or each.help]
        if told:
            parts += ["| | |\n|---|---|", *map(_parameter, told), ""]
    return "\n".join(parts).rstrip() + "\n"


def _prose(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _usage(name: str, command: Any) -> str:
    pieces = [_place(each) for each in command.params if each not in options(command)]
    needed = [f"{each.opts[0]} {_takes(each)}" for each in options(command) if each.required]
    more = ["[OPTIONS]"] if len(options(command)) > len(needed) else []
    return " ".join([f"socialpub {name}", *pieces, *needed, *more])


def _place(argument: Any) -> str:
    name = (argument.metavar or argument.name.upper()).strip("[]")
    return name if argument.required else f"[{name}]"


def _parameter(parameter: Any) -> str:
    option = parameter.opts[0].startswith("-")
    names = f"{parameter.opts[0]} {_takes(parameter)}".strip() if option else _place(parameter)
    kinds = _choices(parameter)
    help_ = " ".join((parameter.help or "").split()) + (f"; one of {kinds}" if kinds else "")
    return f"| `{names}` | {help_}{' (needed)' if option and parameter.required else ''} |"


def _takes(option: Any) -> str:
    if option.is_flag:
        return ""
    return str(option.metavar or option.name.strip("_").upper().replace("_", "-"))


def _choices(parameter: Any) -> str:
    """The words of an enumeration, where the option takes one."""
    annotation = parameter.type_descriptor.annotation
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return ", ".join(f"`{each.value}`" for each in kind)
    return ""


def states_page() -> str:
    """ARCHITECTURE.md with both tables of states as they are in the code."""
    text = ARCHITECTURE.read_text("utf-8")
    for name, kind, edges in (("story", StoryState, STORY_EDGES), ("delivery", DeliveryState, DELIVERY_EDGES)):
        begin = f"<!-- {name} states -->\n"
        before, _, rest = text.partition(begin)
        text = before + begin + _states(kind, edges) + "<!-- end -->" + rest.partition("<!-- end -->")[2]
    return text


def _states(kind: type[StrEnum], edges: Mapping[Any, frozenset[Any]]) -> str:
    means = dict(_MEANS.findall(inspect.getsource(kind)))
    rows = [f"| `{state}` | {means[state]} | {_after(kind, edges[state])} |" for state in kind]
    return "\n".join(["| state | means | may become |", "|---|---|---|", *rows, ""])


def _after(kind: type[StrEnum], after: frozenset[Any]) -> str:
    return ", ".join(f"`{state}`" for state in kind if state in after) or "the end"


PAGES: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "settings.md": settings_page,
    ROOT / "docs" / "commands.md": commands_page,
    ARCHITECTURE: states_page,
}


def main() -> None:
    for path, page in PAGES.items():
        path.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
