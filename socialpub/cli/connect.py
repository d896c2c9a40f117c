"""`socialpub channel connect`: somebody signs in as the account, and the department's app may post for it.

Works without a browser on this machine: the address is opened anywhere, and the one it ends at is pasted here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from socialpub.app import App
from socialpub.cli.acting import acting
from socialpub.cli.answers import say
from socialpub.cli.channels import channel, check_platform, read_secret
from socialpub.cli.options import As
from socialpub.desk import channels
from socialpub.desk.declined import Declined, require
from socialpub.model.outcome import Deferred
from socialpub.model.people import Actor, Role
from socialpub.platforms.contract import Connected, Connecting
from socialpub.platforms.sign_in import Invitation


def add_to(_app: typer.Typer) -> None:
    channel.command("connect")(connect)


def connect(
    ctx: typer.Context,
    name: str,
    platform: Annotated[str, typer.Option(help="the network")],
    app_file: Annotated[
        Path, typer.Option(metavar="FILE", help="a JSON file with what the network gave your app: docs/platforms.md")
    ],
    base_url: Annotated[
        str, typer.Option(metavar="URL", help="another server than the network's own: tests and sandboxes")
    ] = "",
    as_: As = None,
) -> None:
    """Sign in as the account on the network; adds the channel, or gives an existing one new credentials."""
    app, given = ctx.obj.app, read_secret(app_file)
    by = acting(app, as_)
    require(by, {Role.ADMINISTRATOR}, "connect a channel")
    network = _network(app, platform)
    connected = _signed_in(network, given, base_url)
    say(_kept(app, by, name, platform, connected, base_url))
    app.wake()


def _network(app: App, platform: str) -> Connecting:
    check_platform(app, platform)
    network = app.platform(platform)
    if not isinstance(network, Connecting):
        raise Declined(
            f"{platform} has no sign-in; give its credentials in a file: "
            f"socialpub channel add NAME --platform {platform} --account ID --secret-file FILE"
        )
    return network


def _signed_in(network: Connecting, given: Mapping[str, str], base_url: str) -> Connected:
    invited = network.invite(given, base_url)
    if isinstance(invited, Deferred):
        raise Declined(invited.reason)
    connected = network.accept(given, base_url, invited, _asked(invited))
    if isinstance(connected, Deferred):
        raise Declined(f"nothing was kept: {connected.reason}")
    return connected


def _asked(invited: Invitation) -> str:
    say("Open this address in a browser, signed in as the department's account, and authorize:")
    say(f"\n{invited.address}\n")
    say(f"The browser then ends at an address that begins with {invited.redirect} (it need not load).")
    answer: str = typer.prompt("Paste that whole address here")
    return answer


def _kept(app: App, by: Actor, name: str, platform: str, connected: Connected, base_url: str) -> str:
    """Says what was done. A channel stays the account that it is."""
    with app.db.reading() as session:
        row = next((row for row in channels.channels(session) if row.name == name), None)
    who = f"{connected.name} (account {connected.account})"
    if row is None:
        channels.add_channel(app.db, by, app.vault, name, platform, connected.account, connected.secret, base_url)
        return f"{name} was added: {who}" + (f"; it is not the real network but {base_url}" if base_url else "")
    if (row.platform, row.account, row.base_url) != (platform, connected.account, base_url):
        raise Declined(
            f"nothing was kept: the channel {name} is the account {row.account} on {row.platform}, and you signed in "
            f"as {who}. Sign in as that account, or connect this one under another name"
        )
    channels.set_secret(app.db, by, app.vault, name, connected.secret)
    return f"{name} has new credentials: {who}"
