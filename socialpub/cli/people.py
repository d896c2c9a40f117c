"""`socialpub user …`: who may act, and as what."""

from typing import Annotated

import typer

from socialpub.cli.acting import acting
from socialpub.cli.answers import say, show
from socialpub.cli.options import As, Json
from socialpub.desk import people
from socialpub.model.people import Role

user = typer.Typer(help="People and their roles.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(user, name="user")


@user.command("add")
def add(
    ctx: typer.Context,
    name: str,
    role: Annotated[list[Role], typer.Option(help="may be given several times")],
    os_user: Annotated[str, typer.Option(help="the operating-system account that acts as this person")] = "",
    *,
    trusted: Annotated[
        bool, typer.Option(help='folders of this account may say who wrote the story, with "by"')
    ] = False,
    as_: As = None,
) -> None:
    """Add a person. The first one is added by the owner of the spool."""
    app = ctx.obj.app
    people.add_person(app.db, acting(app, as_), name, role, os_user, trusted=trusted)
    say(f"{name} was added: {', '.join(sorted(role))}")


@user.command("roles")
def roles(
    ctx: typer.Context,
    name: str,
    role: Annotated[list[Role], typer.Argument(help="all that this person shall have, and no others")],
    as_: As = None,
) -> None:
    """Give a person other roles, in place of those they have. Nobody changes their own."""
    app = ctx.obj.app
    had = people.change_roles(app.db, acting(app, as_), name, role)
    app.wake()
    say(f"{name} is {', '.join(sorted(set(role)))} now, and was {', '.join(had)}")


@user.command("list")
def list_(ctx: typer.Context, *, json: Json = False) -> None:
    """Everybody, with roles."""
    with ctx.obj.reading.db.reading() as session:
        rows = [
            {"name": row.name, "roles": row.roles, "os_user": row.os_user, "disabled": row.disabled_at is not None}
            for row in people.people(session)
        ]
    text = "\n".join(f"{row['name']:20} {', '.join(row['roles']):40} {row['os_user']}{_off(row)}" for row in rows)
    show(rows, text or "Nobody yet. Add the first: socialpub user add NAME --role administrator", as_json=json)


def _off(row: dict[str, object]) -> str:
    return "  (disabled)" if row["disabled"] else ""


@user.command("disable")
def disable(ctx: typer.Context, name: str, as_: As = None) -> None:
    """End a person's access; what they approved and has not gone out is held."""
    app = ctx.obj.app
    people.disable_person(app.db, acting(app, as_), name)
    app.wake()
    say(f"{name} is disabled; to give them access again: socialpub user enable {name}")


@user.command("enable")
def enable(ctx: typer.Context, name: str, as_: As = None) -> None:
    """Give a disabled person their access back, in the roles they had."""
    app = ctx.obj.app
    done = people.enable_person(app.db, acting(app, as_), name)
    app.wake()
    say(f"{name} may act again; what was held stays held" if done else f"{name} is not disabled; nothing was changed")
