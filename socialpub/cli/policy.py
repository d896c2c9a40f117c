"""`socialpub policy …`: the guideline packs: are they whole, which rules are in force, what do they say to a text."""

from dataclasses import asdict
from typing import Annotated

import typer

from socialpub.cli import views
from socialpub.cli.answers import say, show
from socialpub.cli.options import Json
from socialpub.model.document import parse
from socialpub.platforms.networks import read_limits
from socialpub.policy.packs import load
from socialpub.policy.screen import screen

policy = typer.Typer(help="The content guidelines.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(policy, name="policy")


@policy.command("check")
def check(ctx: typer.Context) -> None:
    """Load every pack, and with it run every rule's own examples. Needs no spool."""
    folder = ctx.obj.policies
    states = sorted(path.stem for path in (folder / "states").glob("*.toml"))
    for state in ("", *states):
        packs = load(folder, state)
        say(f"{state or 'core'}: {len(packs.rules)} rules, every example holds")
    say(f"networks: {', '.join(sorted(read_limits(folder / 'networks')))}")


@policy.command("list")
def list_(ctx: typer.Context, *, json: Json = False) -> None:
    """The rules in force, where each comes from, and what is switched off."""
    packs = load(ctx.obj.policies, ctx.obj.settings.department.state)
    rows = [
        {
            "rule": rule.id,
            "family": rule.family,
            "level": rule.level.value,
            "from": packs.where[rule.id],
            "says": rule.says,
        }
        for rule in packs.rules
    ]
    lines = [f"Packs are read from {ctx.obj.policies}"]
    lines += [f"{row['rule']:28} {row['level']:7} {row['from']:6} {row['says']}" for row in rows]
    lines += [f"{rule:28} off: {reason}" for rule, reason in packs.off.items()]
    data = {"folder": str(ctx.obj.policies), "version": packs.version, "rules": rows, "off": dict(packs.off)}
    show(data, "\n".join(lines), as_json=json)


@policy.command("try")
def try_(ctx: typer.Context, text: Annotated[str, typer.Argument(help="some words")], *, json: Json = False) -> None:
    """What the guidelines say to these words."""
    department = ctx.obj.settings.department
    day = department.as_of or ctx.obj.today
    findings = screen(parse({"text": text}), department, load(ctx.obj.policies, department.state), day)
    rows = [asdict(finding) for finding in findings]
    show(rows, "\n".join(views.finding_line(row) for row in rows) or "Nothing was found.", as_json=json)
