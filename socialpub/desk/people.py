"""People and their roles: added, changed, listed, disabled; and who an operating-system account is."""

import re
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from socialpub.desk.declined import Declined, require
from socialpub.desk.holds import hold_deliveries_approved_by
from socialpub.model.people import REVIEWERS, Actor, Role
from socialpub.store.database import Database
from socialpub.store.schema import User

# No colon: "daemon:…" and "os:…" can never be a person.
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,62}")


def add_person(
    db: Database, by: Actor, name: str, roles: Iterable[Role], os_user: str = "", *, trusted: bool = False
) -> None:
    """Add a person. `trusted`: folders of this account may name another submitter with `by`."""
    require(by, {Role.ADMINISTRATOR}, "add people")
    if not _NAME.fullmatch(name):
        raise Declined(
            f'"{name}" cannot be a name: use small letters, digits, dot, dash or underscore, a letter first'
        )
    wanted = _roles(name, roles, trusted=trusted)
    with db.transaction() as tx:
        _refuse_taken(tx.session, name, os_user)
        tx.session.add(User(name=name, roles=wanted, os_user=os_user, trusted=trusted, added_at=tx.now))
        tx.record(by, "add", "person", name, roles=wanted, os_user=os_user, trusted=trusted)


def _roles(name: str, roles: Iterable[Role], *, trusted: bool) -> list[Role]:
    wanted = sorted(set(roles))
    if not wanted:
        raise Declined(f"{name} needs at least one role: {', '.join(Role)}")
    if trusted and REVIEWERS & set(wanted):
        raise Declined(
            f"{name} reviews stories, so the account may not name another submitter: one person could then send "
            "a story and approve it. Give the drop folder an account of its own"
        )
    return wanted


def change_roles(db: Database, by: Actor, name: str, roles: Iterable[Role]) -> list[Role]:
    """Give a person these roles in place of those they have; the roles they had. Never one's own.

    What they decided in their old roles stands: it was theirs to decide.
    """
    require(by, {Role.ADMINISTRATOR}, "change people's roles")
    if name == by.name:
        raise Declined("nobody changes their own roles; another administrator does it")
    with db.transaction() as tx:
        user = person_named(tx.session, name)
        if user is None:
            raise Declined(f"there is nobody called {name} who may act; `socialpub user list` shows everybody")
        had, wanted = [Role(role) for role in user.roles], _roles(name, roles, trusted=user.trusted)
        if Role.ADMINISTRATOR not in wanted:
            _refuse_last_administrator(tx.session, user)
        if wanted != had:
            user.roles = wanted
            tx.record(by, "roles", "person", name, was=had, roles=wanted)
        return had


def _refuse_taken(session: Session, name: str, os_user: str) -> None:
    if session.scalar(select(User.id).where(User.name == name)):
        raise Declined(f"there is a {name} already; a name is never given to a second person")
    if taken := holder(session, os_user):
        off = taken.disabled_at is not None
        remedy = f"give them access again: socialpub user enable {taken.name}" if off else "name another account"
        raise Declined(f'the account "{os_user}" {"acted" if off else "acts"} as {taken.name} already; {remedy}')


def disable_person(db: Database, by: Actor, name: str) -> None:
    """End a person's access. Their unsent approvals are held, because nobody answers for them now."""
    require(by, {Role.ADMINISTRATOR}, "disable people")
    with db.transaction() as tx:
        user = tx.session.scalar(select(User).where(User.name == name))
        if user is None:
            raise Declined(f"there is nobody called {name}; `socialpub user list` shows everybody")
        if user.disabled_at is None:
            _refuse_last_administrator(tx.session, user)
            user.disabled_at = tx.now
            tx.record(by, "disable", "person", name)
            hold_deliveries_approved_by(tx, by, name)


def enable_person(db: Database, by: Actor, name: str) -> bool:
    """Give a disabled person their access back, in the roles they had; whether that changed anything.

    What was held when they were disabled stays held until people release it.
    """
    require(by, {Role.ADMINISTRATOR}, "give people their access back")
    with db.transaction() as tx:
        user = tx.session.scalar(select(User).where(User.name == name))
        if user is None:
            raise Declined(f"there is nobody called {name}; `socialpub user list` shows everybody")
        if user.disabled_at is None:
            return False
        user.disabled_at = None
        tx.record(by, "enable", "person", name, roles=user.roles)
        return True


def _refuse_last_administrator(session: Session, user: User) -> None:
    others = session.scalars(select(User).where(User.disabled_at.is_(None), User.id != user.id)).all()
    if Role.ADMINISTRATOR in user.roles and not any(Role.ADMINISTRATOR in other.roles for other in others):
        raise Declined(f"{user.name} is the only administrator; add another one first")


def people(session: Session) -> list[User]:
    return list(session.scalars(select(User).order_by(User.name)))


def nobody_yet(session: Session) -> bool:
    """Whether no person was ever added: then the owner of the spool may add the first administrator."""
    return not session.scalar(select(func.count()).select_from(User))


def person_of_account(session: Session, os_user: str) -> User | None:
    """Who acts through this operating-system account; None for nobody, and for the disabled."""
    return session.scalar(select(User).where(User.os_user == os_user, User.os_user != "", User.disabled_at.is_(None)))


def holder(session: Session, os_user: str) -> User | None:
    """Whose account this is, also of somebody disabled: it is never given to a second person."""
    return session.scalar(select(User).where(User.os_user == os_user, User.os_user != ""))


def person_named(session: Session, name: str) -> User | None:
    return session.scalar(select(User).where(User.name == name, User.disabled_at.is_(None)))


def actor(user: User, via: str) -> Actor:
    return Actor(user.name, frozenset(Role(role) for role in user.roles), via)
