"""House rules as tests: what a reviewer would otherwise have to remember. Each says what to do instead."""

import ast
import queue
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from socialpub.settings import Settings

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "socialpub"

#: Where the wall clock may be read, and why. Everybody else is given a clock.
CLOCKS = {
    "app.py": "the shell: here the clock comes into the house",
    "model/ids.py": "an id begins with the time at which it was minted (UUIDv7); nothing is decided by it",
    "platforms/http.py": "a network's answer says until when to wait, and is read at once",
    "sandbox": "it stands in for other people's servers, which have clocks of their own",
}
#: Where the names of networks may stand, and why.
NETWORKS_AT_HOME = {
    "platforms": "one adapter per network",
    "sandbox": "one stand-in per network",
    "demo": "it shows the networks",
    "cli/root.py": "it quiets the loggers of the networks' SDKs, which have their names",
    "model/top_domains.py": "the list of top-level domains is data, and x.com is not in it as a network",
}
NETWORKS = {"x", "twitter", "tweepy", "facebook", "instagram", "youtube", "mastodon", "bluesky", "threads", "tiktok",
            "linkedin", "nextdoor", "newsroom"}  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def test_no_test_can_reach_beyond_loopback() -> None:
    with socket.socket() as away, pytest.raises(AssertionError, match="only loopback"):
        away.connect(("192.0.2.1", 80))


@cache
def _modules() -> dict[str, ast.Module]:
    """Every module of the package by its path in it."""
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 100
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in files}


def _nodes(*but: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node of every module as (place, node), except of the rooms or files `but`."""
    for name, module in _modules().items():
        if not any(name == each or name.startswith(each + "/") for each in but):
            for node in ast.walk(module):
                yield f"socialpub/{name}:{getattr(node, 'lineno', 1)}", node


def _none(found: list[str], instead: str) -> None:
    assert not found, instead + "\n  " + "\n  ".join(found)


def test_only_move_writes_a_state() -> None:
    found = [
        place
        for place, node in _nodes("store/moves.py", "store/schema")
        if isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store)
    ]
    _none(found, "A state changes through store.moves.move(), which checks the table and writes the event:")


def test_only_the_shell_reads_the_wall_clock() -> None:
    found = [place for place, node in _nodes(*CLOCKS) if isinstance(node, ast.Call) and _reads_a_clock(node)]
    _none(found, "The time is passed in (`now`, `clock`, `tx.now`); only app.py reads the clock:")


def _reads_a_clock(call: ast.Call) -> bool:
    words = ast.unparse(call.func)
    return bool(re.fullmatch(r"(.*\.)?((datetime|date)\.(now|utcnow|today)|time\.time(_ns)?|time_ns|utcnow)", words))


def test_no_network_is_named_outside_its_rooms() -> None:
    found = [
        f"{place}: {word}"
        for place, node in _nodes(*NETWORKS_AT_HOME)
        for word in _networks_in(node)
        if not (word == "x" and id(node) in _pieces())
    ]
    _none(found, "What differs between networks is a field of policies/networks/*.toml, not an `if` on a name:")


@cache
def _pieces() -> set[int]:
    """What stands between the braces of f-strings: `{width}x{height}` names no network."""
    joined = (node for _, node in _nodes() if isinstance(node, ast.JoinedStr))
    return {id(piece) for node in joined for piece in node.values}


def _networks_in(node: ast.AST) -> set[str]:
    """Names of networks as a name in code, or as a word of a text; the letter x only where it is the whole text."""
    match node:
        case ast.Constant(value=str(text)):
            words = set(re.findall(r"[a-z]+", text.lower())) - {"x"} | ({"x"} if text.lower() == "x" else set())
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.alias(name=name):
            words = set(re.split(r"[^a-z]+", name.lower())) - {"x"}
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            words = set(re.split(r"[^a-z]+", name.lower()))
        case _:
            words = set()
    return words & NETWORKS - {"threads"} | ({"threads"} & words if _is_whole(node, "threads") else set())


def _is_whole(node: ast.AST, word: str) -> bool:
    """ "threads" is also what a daemon has many of: only the whole text is the network."""
    return isinstance(node, ast.Constant) and node.value == word


def test_the_rule_about_networks_sees_what_it_should() -> None:
    bad = ("if name == 'x': pass", "import tweepy", "facebook_id = 1", "def post_to_x(): pass", "a = 'On Facebook'")
    for code in bad:
        assert any(_networks_in(node) for node in ast.walk(ast.parse(code))), code
    for code in ("x = 1", "threads = []", "'a thread'", "'32 threads'"):
        assert not any(_networks_in(node) for node in ast.walk(ast.parse(code))), code


def test_every_setting_is_read() -> None:
    """Taken are `section.key`, and `name.key` where the name is given the section or is annotated with it."""
    read = {found for name, module in _modules().items() if name != "settings.py" for found in _settings_read(module)}
    fields = {name: field.annotation for name, field in Settings.model_fields.items()}
    known = {(name, key) for name, section in fields.items() for key in section.model_fields}  # type: ignore[union-attr]  # each is a Section
    _none(
        [f"{section}.{key}" for section, key in sorted(known - read)],
        "A setting that nothing reads is a lie: read it, or take it out of settings.py and settings.toml:",
    )


def _settings_read(module: ast.Module) -> Iterator[tuple[str, str]]:
    names = {section: section for section in Settings.model_fields} | dict(_sections_by_name(module))
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            whose = ast.unparse(node.value).rpartition(".")[2]
            if whose in names:
                yield names[whose], node.attr


def _sections_by_name(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Names that stand for a section: `who = settings.department`, `def look(web: Web)`."""
    classes = {field.annotation.__name__: name for name, field in Settings.model_fields.items() if field.annotation}
    for node in ast.walk(module):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(attr=section)):
                if section in Settings.model_fields:
                    yield name, section
            case ast.arg(arg=name, annotation=ast.Name(id=kind) | ast.Attribute(attr=kind)) if kind in classes:
                yield name, classes[kind]
            case _:
                pass


def test_nothing_prints() -> None:
    found = [
        place
        for place, node in _nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    _none(found, "People are spoken to through cli.answers, everybody else through the log:")


def test_no_module_has_a_name_that_says_nothing() -> None:
    found = [
        name for name in _modules() if re.search(r"(^|[/_])(utils?|helpers?|common|managers?|misc)([/_.]|$)", name)
    ]
    _none(found, "A module is called after what is in it:")


def test_every_module_says_what_it_is_for() -> None:
    found = [name for name, module in _modules().items() if module.body and not ast.get_docstring(module)]
    _none(found, "A module opens with what it is for and what it may not do:")


def test_every_test_module_says_what_it_is_about() -> None:
    files = [path for path in (ROOT / "tests").rglob("*.py") if path.read_text("utf-8").strip()]
    found = [
        path.relative_to(ROOT).as_posix() for path in files if not ast.get_docstring(ast.parse(path.read_bytes()))
    ]
    _none(found, "A test module opens with what it is about:")


def test_no_file_is_too_long_to_be_read_at_a_sitting() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    found = [
        f"{path.relative_to(ROOT)}: {length} lines"
        for path, length in lengths.items()
        if length > LONGEST_FILE and "versions" not in path.parts  # a step of the store is one long list
    ]
    _none(found, f"A file has at most {LONGEST_FILE} lines; split it by its nouns:")


def test_no_function_is_too_long_to_be_understood() -> None:
    found = [
        f"{place}: {node.name}, {(node.end_lineno or 0) - node.lineno + 1} lines"
        for place, node in _nodes("store/migrations/versions")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    _none(found, f"A function has at most {LONGEST_FUNCTION} lines, and rarely more than ten:")


def test_the_spool_is_no_package_and_queue_is_the_standard_library_s() -> None:
    assert not (ROOT / "queue" / "__init__.py").exists(), "queue/ holds data; a package would shadow Python's queue"
    assert not list((ROOT / "queue").rglob("*.py"))
    assert hasattr(queue, "SimpleQueue")
    code = "import queue; print(queue.__file__)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).name == "queue.py"
    assert ROOT not in Path(found.stdout.strip()).parents


@cache
def _tracked() -> list[Path]:
    """What is shipped: what git knows; in an unpacked archive, everything that is not made by running it."""
    known = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if known.returncode == 0 and known.stdout:
        return [ROOT / name for name in known.stdout.split("\0") if name and (ROOT / name).is_file()]
    made = {".venv", "__pycache__", "queue", "dist", "build"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]


#: Put together from pieces, so that this file does not hold what it forbids.
_FORBIDDEN = {
    "the name of a host of a package registry": [
        "pypi" + ".org", "python" + "hosted", "artifact" + "ory", "nexus" + ".", "index" + "-url", "devpi" + "/",
    ],
    "a path of somebody's machine": ["/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/", "/Us" + "ers/", "C:" + "\\Us"],
}  # fmt: skip
#: Files that speak of these things for a reason.
_MAY = {
    ("Makefile", "index" + "-url"): "tells the tool that pins to leave the address out",
}


@pytest.mark.parametrize("what", sorted(_FORBIDDEN))
def test_no_file_names_what_belongs_to_one_machine(what: str) -> None:
    found = []
    for path in _tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        name = path.relative_to(ROOT).as_posix()
        found += [f"{name}: {piece}" for piece in _FORBIDDEN[what] if piece in text and (name, piece) not in _MAY]
    _none(found, f"This is {what}; the project runs anywhere:")


def test_no_spool_and_no_key_is_kept_with_the_sources() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in _tracked()}
    found = [
        name for name in names if name.startswith("queue/") and name not in {"queue/README.md", "queue/.gitignore"}
    ]
    found += [name for name in names if name.endswith((".key", ".pem", ".db", ".sqlite"))]
    _none(found, "A spool and a key belong to one department; only queue/README.md and .gitignore are kept:")


_EXCEPTIONS = [*CLOCKS, *NETWORKS_AT_HOME]


@pytest.mark.parametrize("name", _EXCEPTIONS)
def test_every_exception_is_still_needed(name: str) -> None:
    assert (PACKAGE / name).exists(), f"{name} is gone: take its exception away"
