"""Checks that read rows: the database itself, the records, the key, people, channels, messages, clock, holds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from socialpub.app import policies_folder
from socialpub.checks.found import Found, Ground, error, note, refusal, warning
from socialpub.desk.channels import channels, place
from socialpub.desk.holds import standing
from socialpub.desk.people import people
from socialpub.model.limits import Limits
from socialpub.model.people import MAY_RELEASE, REVIEWERS, Role
from socialpub.notify.failures import failures
from socialpub.platforms import table
from socialpub.platforms.address import is_real
from socialpub.platforms.networks import LimitsError, read_limits
from socialpub.records.heads import contradictions, newest_head
from socialpub.store.database import StoreError
from socialpub.store.schema import Channel, Event, Secret
from socialpub.store.vault import Vault, read_key


def shape(ground: Ground, session: Session) -> Iterator[Found]:
    if not ground.on_sqlite:
        return
    pages = session.scalar(text("PRAGMA quick_check(1)"))
    if pages != "ok":
        yield error("SP122", f"the database is damaged: {pages}", "Stop the daemon, then `socialpub restore`.")


def records(ground: Ground, session: Session) -> Iterator[Found]:
    head = newest_head(ground.spool)
    if head is not None and contradictions(session, [head]):
        words = f"the records do not hold the head noted on {ground.at(head.at)} for event {head.events}"
        yield error("SP123", words, "Change nothing, run `socialpub records verify`, and tell the auditor.")


def secret_key(ground: Ground, session: Session) -> Iterator[Found]:
    secrets = ground.settings.secrets
    sealed = session.scalars(select(Secret)).all()
    if not sealed and not secrets.key and not (secrets.key_file and secrets.key_file.exists()):
        return  # the first channel makes it
    try:
        vault = Vault(read_key(secrets.key, secrets.key_file))
    except StoreError as trouble:
        yield refusal(trouble, "Without the key no channel can be used; it is not in backups.")
        return
    names = {row.id: row.name for row in channels(session)}
    for row in sealed:
        try:
            vault.unseal(row.channel_id, row.sealed)
        except StoreError as trouble:
            if name := names.get(row.channel_id):
                yield refusal(trouble, f"Then: socialpub channel secret {name} --secret-file FILE")


def staff(_ground: Ground, session: Session) -> Iterator[Found]:
    active = [frozenset(Role(role) for role in user.roles) for user in people(session) if user.disabled_at is None]
    add = "Add one: socialpub user add NAME --role"
    reviewers = [roles for roles in active if roles & REVIEWERS]
    if not active:
        yield error("SP140", "nobody is known here yet", f"{add} administrator --os-user ACCOUNT")
        return
    if not reviewers:
        yield error("SP141", "there is no reviewer: nothing can be approved", f"{add} reviewer --os-user ACCOUNT")
    elif len(reviewers) < 2 or all(Role.OFFICER in roles for roles in reviewers):
        words = "a block takes two reviewers to set aside, neither of them its officer: there are not enough"
        yield warning("SP142", words, f"{add} reviewer --os-user ACCOUNT")
    if not any(Role.PIO in roles for roles in active):
        yield warning("SP143", "there is no PIO: nobody can release a stand-down", f"{add} pio --os-user ACCOUNT")
    elif sum(bool(roles & MAY_RELEASE) for roles in active) < 2:
        yield warning("SP144", "releasing a stand-down takes two people: there is one", f"{add} commander")
    if not any(Role.ADMINISTRATOR in roles for roles in active):
        yield error("SP145", "there is no administrator", "Bring one back from a backup, or ask who set this up.")


def accounts(ground: Ground, session: Session) -> Iterator[Found]:
    rows, limits = channels(session), _limits(ground)
    if not rows:
        yield warning("SP150", "there is no channel: nothing can be published", "socialpub channel add --help")
    for row in rows:
        verify = f"socialpub channel verify {row.name}"
        if row.platform not in table.known():
            words = f"{row.name}: no adapter for the network {row.platform} is installed"
            yield error("SP151", words, f"Install it again, or: socialpub channel remove {row.name}")
        if row.trouble:
            yield error("SP152", f"{row.name} cannot publish: {row.trouble}", f"Mend the account, then: {verify}")
        if not is_real(row.base_url, limits.get(row.platform)):
            words = f"{row.name} is not the real network but {row.base_url}"
            yield warning("SP153", words, "Right for a test; for the public, add a channel without --base-url.")
    for names in _twins(rows):
        words = f"{' and '.join(names)} are one account: every story would be published there {len(names)} times"
        yield error("SP154", words, f"Remove all but one: socialpub channel remove {names[-1]}")


def _limits(ground: Ground) -> Mapping[str, Limits]:
    """What is known of the networks; what is wrong with their files is told by the guidelines' check."""
    try:
        return read_limits(policies_folder(ground.settings) / "networks")
    except LimitsError:
        return {}


def _twins(rows: Iterable[Channel]) -> Iterator[list[str]]:
    """The names of channels that speak to the same account at the same address: older ones, before it was refused."""
    by_account: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        by_account[row.platform, row.account, place(row.account, row.base_url)].append(row.name)
    return (sorted(names) for names in by_account.values() if len(names) > 1)


def unheard(ground: Ground, session: Session) -> Iterator[Found]:
    for each in failures(session, ground.clock() - timedelta(days=7)):
        remedy = (
            f"Mend the address in settings.toml, [notify]; what waits for people: socialpub queue. ({each.audience})"
        )
        words = f"{each.count} messages to {each.audience} were not told: {each.trouble}"
        yield (error if each.given_up else warning)("SP161", words, remedy)


def clock(ground: Ground, session: Session) -> Iterator[Found]:
    newest, now = session.scalar(select(func.max(Event.at))), ground.clock()
    if newest is not None and newest - now > timedelta(minutes=1):
        words = f"the clock says {ground.at(now)}, but something was recorded at {ground.at(newest)}"
        yield error("SP190", words, "Set the clock (timedatectl), and keep it by NTP.")


def held(ground: Ground, session: Session) -> Iterator[Found]:
    for hold in standing(session):
        what = {"all": "STAND-DOWN, everything is held", "channel": "a channel is held"}.get(
            hold.scope, "a delivery is held"
        )
        words = f"{what} by {hold.by} since {ground.at(hold.since)}: {hold.because}"
        yield note(
            "SP195",
            words,
            "`socialpub holds` tells on what; it ends when people release it: socialpub release --help",
        )
