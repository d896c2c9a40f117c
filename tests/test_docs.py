"""The papers are true: what they print can be typed, what they link is there, what the code has they say."""

import contextlib
import io
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialpub.model.document import parse
from socialpub.model.people import Role
from socialpub.model.states import DeliveryState, StoryState
from socialpub.pipeline import STAGES
from socialpub.policy.kinds.table import KINDS
from socialpub.settings import Settings, load
from tests.generate_docs import NOT_IN_THE_FILE, PAGES, ROOT, SAMPLE, Line, commands, options, sample, sections, tree

PAPERS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "queue/*.md", "policies/**/*.md")
    for path in ROOT.glob(pattern)
    if ".venv" not in path.parts
)
TEXT = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in PAPERS}
ALL = "\n".join(TEXT.values())
CODE = [path for path in sorted((ROOT / "socialpub").rglob("*.py")) if "sandbox" not in path.parts]

LINES = {line.name: line for line in sample()}
KEYS = [f"{name}.{key}" for name, section in sections() for key in section.model_fields]


# --- settings -----------------------------------------------------------------------------------------------------


def everything_on() -> str:
    return re.sub(r"(?m)^#(?=[a-z_0-9]+ += )", "", SAMPLE.read_text("utf-8"))


def test_settings_toml_loads() -> None:
    assert load(SAMPLE).department.short_name == "PHPD"


def test_settings_toml_loads_with_every_line_switched_on(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(everything_on(), "utf-8")
    assert load(tmp_path / "settings.toml").department.short_name == "PHPD"


def test_settings_toml_says_every_key_and_no_other() -> None:
    assert sorted([*LINES, *NOT_IN_THE_FILE]) == sorted(KEYS)


@pytest.mark.parametrize("line", [line for line in LINES.values() if not line.on], ids=lambda line: line.name)
def test_a_line_that_is_switched_off_shows_the_default(line: Line) -> None:
    default = getattr(getattr(Settings(), line.section), line.key)
    if line.example:
        assert default is None
    else:
        switched_on = Settings.model_validate({line.section: {line.key: line.value}})
        assert getattr(getattr(switched_on, line.section), line.key) == default


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.name)
def test_every_setting_is_explained_in_a_sentence(line: Line) -> None:
    assert len(line.says) > 10
    assert line.says[0].isupper()
    assert line.says.rstrip().endswith((".", ")"))


# --- what the code has, the papers say ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_made_from_the_code_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == PAGES[path](), "run: python -m tests.generate_docs"


@pytest.mark.parametrize("state", [*StoryState, *DeliveryState])
def test_every_state_stands_in_the_architecture_and_says_what_to_do_at_night(state: str) -> None:
    assert f"| `{state}` |" in TEXT["ARCHITECTURE.md"]
    assert f"`{state}`" in TEXT["docs/operate.md"]


@pytest.mark.parametrize("word", [*Role])
def test_every_role_is_explained_where_people_are_added(word: str) -> None:
    assert f"| `{word}` |" in TEXT["docs/install.md"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_rule_is_explained(kind: str) -> None:
    assert f"### `{kind}`" in TEXT["docs/policies.md"]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_every_stage_says_what_happens_if_it_dies_there(stage: Any) -> None:
    row = re.search(rf"(?m)^\| {stage.name} \| (.+) \| (.+) \| (.+) \|$", TEXT["ARCHITECTURE.md"])
    assert row is not None
    takes, leaves, dies = (cell.replace("`", "") for cell in row.groups())
    assert (takes, leaves) == (stage.takes, stage.leaves)
    assert len(dies) > 20


@pytest.mark.parametrize(
    "room", [path.name for path in (ROOT / "socialpub").iterdir() if not path.name.startswith("_")]
)
def test_every_room_has_its_line(room: str) -> None:
    known = TEXT["ARCHITECTURE.md"]
    assert f"`{room}/`" in known or f"`{room}`" in known or room == "py.typed"


def codes_told() -> set[str]:
    """Single codes, and each code of "SP080 to SP092"."""
    told = set(re.findall(r"SP\d{3}", ALL))
    for first, last in re.findall(r"SP(\d{3}) to SP(\d{3})", ALL):
        told |= {f"SP{number:03}" for number in range(int(first), int(last) + 1)}
    return told


def test_every_code_of_an_error_is_explained() -> None:
    raised = {code for path in CODE for code in re.findall(r"SP\d{3}", path.read_text("utf-8"))}
    assert len(raised) > 20
    assert raised <= codes_told()


# --- what the papers print can be typed ---------------------------------------------------------------------------

#: What stands before the command where one types it.
_BEFORE = re.compile(r"^(?:[#$] )?(?:sudo -u socialpub )?(?:\S*/)?(?=(?:socialpub|desk) )")
_SPAN = re.compile(r"`((?:socialpub|desk) [^`\n]+)`")
_REMARK = re.compile(r"\s+#.*|\s{2,}\S.*")


def blocks(text: str) -> Iterator[str]:
    """The lines of code blocks, fenced or indented."""
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip()


def printed(text: str) -> Iterator[str]:
    """Each command line in a page. One in running text may be only the name of a command."""
    for line in blocks(text):
        if _BEFORE.match(line):
            yield _REMARK.sub("", _BEFORE.sub("", line))
    yield from _SPAN.findall(text)


COMMANDS = sorted(
    {(name, line) for name, text in TEXT.items() if name != "docs/commands.md" for line in printed(text)}
)


def parses(words: list[str]) -> str:
    """Why the command line refuses these words; "" when it takes them. A command's bare name is taken too."""
    command, context, rest = tree(), None, words
    while getattr(command, "commands", None) is not None:
        while rest[:1] == ["--settings"]:
            rest = rest[2:]
        if not rest or rest[0] == "--help":
            return ""
        if rest[0] not in command.commands:
            return f"there is no {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]
    if not rest or rest == ["--help"]:
        return ""
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            command.make_context("socialpub", list(rest), parent=context)
        except Exception as error:  # noqa: BLE001  whatever it says, it was not taken
            return str(getattr(error, "message", error)) or type(error).__name__
    return ""


def test_the_papers_print_commands() -> None:
    assert len(COMMANDS) > 60


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_a_printed_command_can_be_typed(page: str, line: str) -> None:
    assert parses(shlex.split(line)[1:]) == "", page


@pytest.mark.parametrize("wrong", ["restore --now", "queue ID", "hold --all", "shew ID", "user add n --role boss"])
def test_a_wrong_command_is_found_out(wrong: str) -> None:
    assert parses(wrong.split()) != ""


SAID = sorted(
    {
        (path.relative_to(ROOT).as_posix(), line)
        for path in CODE
        for line in re.findall(r"`(socialpub [a-z][^`\n{…]*)`", path.read_text("utf-8"))
    }
)


@pytest.mark.parametrize(("file", "line"), SAID)
def test_a_command_that_a_message_names_exists(file: str, line: str) -> None:
    verbs = [word for word in line.split()[1:] if re.fullmatch(r"[a-z]+", word)]
    command = tree()
    for verb in verbs:
        below = getattr(command, "commands", None)
        if below is None:
            break
        assert verb in below, f"{file}: {line}"
        command = below[verb]
    known = {name for each in command.params for name in each.opts} | {"--help"}
    assert {word for word in line.split() if word.startswith("--")} <= known, f"{file}: {line}"


def test_every_command_and_option_is_in_the_list_of_commands() -> None:
    page = TEXT["docs/commands.md"]
    for name, command in commands():
        section = page.partition(f"## socialpub {name}\n")[2].partition("\n## ")[0]
        assert section, name
        for option in options(command):
            assert f"`{option.opts[0]}" in section, f"{name} {option.opts[0]}"
            assert option.help, f"{name} {option.opts[0]} has no help"


MAKES = r"(?m)^    (?:# )?make (?:-C \S+ )?([a-z-]+)|`make ([a-z-]+)"


@pytest.mark.parametrize("target", sorted({"".join(found) for found in re.findall(MAKES, ALL)}))
def test_a_printed_make_target_exists(target: str) -> None:
    assert re.search(rf"(?m)^{target}:", (ROOT / "Makefile").read_text("utf-8"))


def toml_blocks() -> list[tuple[str, str]]:
    return [(name, block) for name, text in TEXT.items() for block in re.findall(r"(?s)```toml\n(.*?)```", text)]


@pytest.mark.parametrize(("page", "block"), toml_blocks())
def test_toml_in_a_page_is_toml(page: str, block: str) -> None:
    assert tomllib.loads(block), page


def test_the_story_in_the_page_about_stories_is_one() -> None:
    [block] = re.findall(r"(?s)```toml\n(.*?)```", TEXT["docs/stories.md"])
    assert parse(tomllib.loads(block)).people[0].evidence == "release.pdf"


@pytest.mark.parametrize("block", re.findall(r"(?s)```toml\n(.*?)```", TEXT["docs/install.md"]))
def test_the_settings_in_the_page_about_installing_load(tmp_path: Path, block: str) -> None:
    (tmp_path / "settings.toml").write_text(block, "utf-8")
    assert load(tmp_path / "settings.toml").queue.dir == Path("/var/lib/socialpub/queue")


# --- links, and what may not stand anywhere -----------------------------------------------------------------------

_LINK = re.compile(r"\]\(([^)\s]+)\)")


def links() -> list[tuple[str, str]]:
    found = {(name, link) for name, text in TEXT.items() for link in _LINK.findall(text)}
    return sorted((name, link) for name, link in found if "://" not in link)


def anchor(heading: str) -> str:
    """As the usual readers of Markdown make one: small letters, no marks, dashes for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize(("page", "link"), links())
def test_a_link_leads_somewhere(page: str, link: str) -> None:
    path, _, place = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page
    assert target.exists(), page
    if place:
        headings = re.findall(r"(?m)^#+ (.+)$", target.read_text("utf-8"))
        assert place in {anchor(heading) for heading in headings}, page


#: Built from pieces, so that this file does not hold what it looks for.
FORBIDDEN = [
    "py" + "pi.",
    "python" + "hosted.org",
    "npm" + "js",
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/ho" + "me/",
    "local" + "host:8081",
]


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_paper_names_a_registry_or_somebodys_machine(word: str) -> None:
    assert word not in ALL.lower()


def test_people_in_the_papers_are_invented() -> None:
    mails = re.findall(r"[\w.+-]+@([\w.-]+\.[a-z]{2,})", ALL)
    assert mails
    assert {host.rpartition(".")[2] for host in mails} <= {"example"}
    numbers = re.findall(r"(?<![\d.])(?:\+1)?\d{3}[- ]?(555[- ]?\d{4})(?!\d)", ALL)
    assert all(number.replace("-", "").replace(" ", "").startswith("55501") for number in numbers)
