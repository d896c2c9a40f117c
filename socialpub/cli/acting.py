"""Who is at the keyboard. The operating system vouches for an account; an account acts as one person.

The spool belongs to the daemon's account, so people reach it with `sudo -u`. sudo says who they are
(SUDO_UID, sudo(8)), and they act as themselves: only root, and the owner when nobody stands behind it, may
name somebody else.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from socialpub.app import App
from socialpub.desk import people
from socialpub.desk.declined import Declined
from socialpub.intake.inbox import account_name
from socialpub.model.people import Actor, Role


def acting(app: App, as_: str | None = None) -> Actor:
    """The person of this account; `as_` names another, for root and the daemon's owner, and the records say so."""
    uid = os.getuid()
    account = account_name(behind(uid, app.spool))
    with app.db.reading() as session:
        if as_ is not None:
            return _named(app, as_, uid, account)
        person = people.person_of_account(session, account)
        if person is not None:
            return people.actor(person, f"os:{account}")
        if people.nobody_yet(session) and _is_owner(uid, app.spool):
            return Actor(f"os:{account}", frozenset({Role.ADMINISTRATOR}), "first")
        known = people.holder(session, account)
    if known is not None and not _stands_alone(uid, app.spool):
        raise Declined(
            f'the account "{account}" is {known.name}, whose access was ended; if that is over, an administrator '
            f"runs: socialpub user enable {known.name}"
        )
    raise Declined(f'the account "{account}" is nobody here; {_remedy(account, uid, app.spool)}')


def reader(app: App) -> Actor:
    """Who reads here: the account's person, or root and the daemon's owner, who are no person and read everything."""
    uid = os.getuid()
    if _stands_alone(uid, app.spool):
        account = account_name(behind(uid, app.spool))
        with app.db.reading() as session:
            person = people.person_of_account(session, account)
        return people.actor(person, f"os:{account}") if person else Actor(f"os:{account}", frozenset(), "owner")
    return acting(app)


def _remedy(account: str, uid: int, spool: Path) -> str:
    """Root and the owner are no person, and need not become one: they say who they are."""
    if _stands_alone(uid, spool):
        return "log in as yourself, or name yourself: --as NAME (`socialpub user list` shows everybody)"
    return f"an administrator runs: socialpub user add NAME --role officer --os-user {account}"


def behind(uid: int, spool: Path, environ: Mapping[str, str] = os.environ) -> int:
    """Whose hands these are: `uid`, or who called sudo to become the spool's owner.

    Only the owner is asked: anybody else could write SUDO_UID into their own environment and be believed.
    """
    said = environ.get("SUDO_UID", "")
    return int(said) if said.isdigit() and _is_owner(uid, spool) else uid


def hands(app: App) -> int | None:
    """Whose files may be told as a story here: the user id behind the keyboard; None for root, who reads all anyway.

    The daemon's account reads what its caller may not; so what it is handed must be the caller's own.
    """
    return behind(os.getuid(), app.spool) or None


def caller(spool: Path) -> int | None:
    """Who called sudo to become the spool's owner; None for who reads with their own rights only, or with root's."""
    if not spool.exists():
        return None
    uid = os.getuid()
    whose = behind(uid, spool)
    return None if whose in {0, uid} else whose


def _named(app: App, name: str, uid: int, account: str) -> Actor:
    if not _stands_alone(uid, app.spool):
        raise Declined("--as is for root and for the daemon's owner")
    with app.db.reading() as session:
        person = people.person_named(session, name)
        if person is None:
            raise Declined(f"there is nobody called {name} who may act; `socialpub user list` shows everybody")
        return people.actor(person, f"as:{account}")


def _is_owner(uid: int, spool: Path) -> bool:
    return uid in {0, spool.stat().st_uid}


def _stands_alone(uid: int, spool: Path) -> bool:
    """Root, or the spool's owner when nobody but root became it by sudo."""
    return uid == 0 or (_is_owner(uid, spool) and behind(uid, spool) in {0, uid})


def owner(spool: Path) -> Actor:
    """Whoever owns the machine or the spool, for what must work when the store does not."""
    uid = os.getuid()
    if not spool.exists():
        return Actor(f"os:{account_name(uid)}", frozenset({Role.ADMINISTRATOR}), "owner")
    if not _stands_alone(uid, spool):
        account = account_name(spool.stat().st_uid)
        raise Declined(
            f"this is for root and for the owner of {spool}, not for who became the owner by sudo: become root "
            f"first (sudo -i), then sudo -u {account}"
        )
    return Actor(f"os:{account_name(behind(uid, spool))}", frozenset({Role.ADMINISTRATOR}), "owner")
