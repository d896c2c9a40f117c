"""Small packs for the tests: a folder with one rule, and one story screened by it."""

from datetime import date
from pathlib import Path
from typing import Any

from socialpub.model.document import parse
from socialpub.model.finding import Finding
from socialpub.policy.packs import Packs, load
from socialpub.policy.screen import screen
from socialpub.settings import Department

DAY = date(2026, 6, 1)
HEAD = """
family = "test.family"
says   = "Do not."
why    = "Because."
cite   = "Test"
level  = "warn"
"""
DEPARTMENT = Department(
    name="Port Test Police Department",
    city="Port Test",
    population=60_000,
    phones={"main": "508-555-0100"},
    mail_domains=("pt.example",),
    link_hosts=("porttestpd.example",),
    addresses=("18 Tannery Road",),
    public_places=("Hooker Field", "Gunner's Point", "Church Street"),
    officers_named_ok=("Ofc. Sam Coffin", "Sgt. Rob Banks"),
    k9=("Bullet",),
)


def rule(body: str, *, name: str = "test-rule", bad: str = '["bad"]', good: str = '["good"]') -> str:
    return f"[{name}]{HEAD}bad = {bad}\ngood = {good}\n{body}\n"


PLAIN = rule('kind = "phrases"\nphrases = ["bad"]')


def folder(tmp_path: Path, **layers: str) -> Path:
    """A policies folder: core="…", local="…", or a state's two letters."""
    for name, text in layers.items():
        place = {"core": "core/test.toml", "local": "local/ours.toml"}.get(name, f"states/{name}.toml")
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, "utf-8")
    return tmp_path


def packs(tmp_path: Path, core: str, **layers: str) -> Packs:
    return load(folder(tmp_path, core=core, **layers))


def found(book: Packs, text: str = "An example.", *, as_of: date = DAY, **facts: Any) -> list[Finding]:
    return screen(parse({"text": text, **facts}), DEPARTMENT, book, as_of)


def evidence(book: Packs, text: str = "An example.", **facts: Any) -> list[str | None]:
    return [finding.evidence for finding in found(book, text, **facts)]
