"""Checks that need no row: settings, folders, disk, guidelines, schedule, addresses, daemon, backups."""

import fcntl
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from socialpub.app import policies_folder, shipped_policies
from socialpub.checks.found import Found, Ground, error, note, warning
from socialpub.model.limits import PaceLimits
from socialpub.notify.audience import silent
from socialpub.platforms.networks import LimitsError, read_limits
from socialpub.policy.packs import PackError, Packs
from socialpub.policy.packs import load as load_packs
from socialpub.policy.rule import LARGE_CITY
from socialpub.records.manifest import newest_verified
from socialpub.schedule.slots import ScheduleError
from socialpub.schedule.slots import rules as schedule_rules
from socialpub.settings import Department, Web
from socialpub.spool import FOLDERS

BACKUP_AGE = timedelta(hours=25)  # one a day, and an hour to make it
_TIGHT, _FULL = 2_000_000_000, 200_000_000  # free bytes: look soon; nothing can be taken in
#: File systems on which SQLite's locks cannot be trusted (sqlite.org/howtocorrupt.html, 2.1).
_NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "fuse.sshfs", "fuse.glusterfs", "ceph", "lustre", "ncpfs")
#: 28 CFR 35.200(b), as changed by 91 FR 20902: from 50,000 people on, and below.
_ACCESSIBLE = {True: "2027-04-26", False: "2028-04-26"}


def department(ground: Ground) -> Iterator[Found]:
    who = ground.settings.department
    if who.name == Department().name:
        remedy = "Write the department's name into settings.toml, [department] name."
        yield warning("SP101", f'the department is still called "{who.name}"', remedy)
    if "time_zone" not in who.model_fields_set:
        remedy = "Write the department's own into settings.toml, [department] time_zone."
        yield warning("SP102", f"no time zone is set, {who.time_zone} is assumed", remedy)
    if not who.population:
        remedy = "Write it into settings.toml, [department] population."
        yield warning("SP103", "the population is not set; it decides the date of the accessibility rule", remedy)
    else:
        day = _ACCESSIBLE[who.population >= LARGE_CITY]
        yield note("SP104", f"accessibility findings block from {day} on (28 CFR 35.200, {who.population} people)")


def folders(ground: Ground) -> Iterator[Found]:
    if not ground.spool.is_dir():
        yield warning("SP110", f"{ground.spool}: there is no spool yet", "`socialpub run` makes it.")
        return
    for name, mode in FOLDERS.items():
        folder = ground.spool / name
        if not folder.is_dir():
            yield warning("SP110", f"{folder}: this folder is missing", "`socialpub run` makes it.")
        elif wrong := folder.stat().st_mode & 0o777 & ~mode:
            remedy = f"Run: chmod {mode:o} {folder}"
            yield warning("SP111", f"{folder}: others may do more than they should ({wrong:03o} too much)", remedy)


def disk(ground: Ground) -> Iterator[Found]:
    free = shutil.disk_usage(_there(ground.spool)).free
    words = f"{ground.spool}: {free // 1_000_000} MB are free on this disk"
    if free < _FULL:
        yield error("SP112", words, "Make room: nothing can be taken in or sent when the disk is full.")
    elif free < _TIGHT:
        yield warning("SP112", words, "Make room soon; old backups may go.")
    if ground.on_sqlite and (kind := _file_system(_there(ground.spool), ground.mounts)).startswith(_NETWORK):
        remedy = "Move [queue] dir to a disk of this machine, or use PostgreSQL ([queue] database)."
        yield error(
            "SP113", f"{ground.spool} is on a network file system ({kind}), which can ruin the database", remedy
        )


def _there(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _file_system(path: Path, mounts: Path) -> str:
    """The type of the file system at `path`, by the longest mount point above it; "" where nobody tells."""
    if not mounts.exists():
        return ""
    rows = [line.split() for line in mounts.read_text("utf-8", "replace").splitlines()]
    points = [(row[1].replace("\\040", " "), row[2]) for row in rows if len(row) > 2]
    above = [(point, kind) for point, kind in points if path.resolve().is_relative_to(point)]
    return max(above, key=lambda pair: len(pair[0]), default=("", ""))[1]


def guidelines(ground: Ground) -> Iterator[Found]:
    folder = policies_folder(ground.settings)
    if folder != ground.settings.policies.dir:
        remedy = "Mend [policies] dir if the department has packs of its own."
        yield warning("SP130", f"{ground.settings.policies.dir} is not there; packs are read from {folder}", remedy)
    try:
        yield from _weakened(load_packs(folder, ground.settings.department.state), ground)
    except PackError as trouble:
        yield error(
            "SP131", f"the guideline packs cannot be used: {trouble}", "Mend it; try with `socialpub policy check`."
        )
    yield from _behind_the_package(folder)
    try:
        read_limits(folder / "networks")
    except LimitsError as trouble:
        yield error(
            "SP132", f"the networks' limits cannot be used: {trouble}", "Mend it; try `socialpub policy check`."
        )


def _behind_the_package(folder: Path) -> Iterator[Found]:
    """An update brings new core guidelines; those in force stay as they were copied until somebody copies again."""
    shipped = shipped_policies()
    if folder.resolve() == shipped.resolve():
        return
    ours, theirs = _core(folder), _core(shipped)
    if other := sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)):
        remedy = f"Copy core, states and networks from {shipped}, never local: docs/install.md, The program."
        words = f"the core guidelines in force are not those of this version: {', '.join(other)} in {folder / 'core'}"
        yield warning("SP136", words, remedy)


def _core(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "core").glob("*.toml")}


def _weakened(packs: Packs, ground: Ground) -> Iterator[Found]:
    """What the department's own packs took from the rules. Nothing is wrong with it, and nobody may overlook it."""
    for each in packs.lowered:
        remedy = f"Look whether this is still meant, in {each.source}."
        yield (note if not each.blocked else warning)("SP134", f"a guideline weighs less here: {each}", remedy)
    lowered = {each.rule for each in packs.lowered}
    for rule, since in packs.asleep(ground.clock().date()).items() if lowered else ():
        if rule in lowered:
            yield note("SP135", f"the guideline {rule} is {since}")


def schedule(ground: Ground) -> Iterator[Found]:
    try:
        schedule_rules(ground.settings.schedule, ground.settings.department.zone, PaceLimits())
    except ScheduleError as trouble:
        yield error("SP133", str(trouble), "Mend [schedule] in settings.toml.")


def telling(ground: Ground) -> Iterator[Found]:
    for audience in silent(ground.settings.notify):
        remedy = f"Write an address into settings.toml, [notify] {audience}; docs/telling.md has the forms."
        yield warning("SP160", f"nobody is told what {audience} must know", remedy)


def daemon(ground: Ground) -> Iterator[Found]:
    if ground.on_sqlite and not _locked(ground.spool / "daemon.lock"):
        yield warning(
            "SP180", "the daemon is not running: nothing goes out", "Start it: `socialpub run`, or systemctl."
        )
    elif trouble := _unhealthy(ground.settings.web):
        remedy = "Look into its log: journalctl -u socialpub."
        yield error("SP181", f"the daemon does not say that it is well: {trouble}", remedy)


def _locked(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _unhealthy(web: Web) -> str:
    """Why /healthz gives no ok; "" when it does. It is asked on this machine only."""
    import http.client

    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web.host, web.host)  # noqa: S104  not bound to, asked
    door = http.client.HTTPConnection(host, web.port, timeout=5)
    try:
        door.request("GET", "/healthz")
        answer = door.getresponse()
        return "" if answer.status == 200 else answer.read(500).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as trouble:
        return f"{host}:{web.port}: {trouble}"
    finally:
        door.close()


def backups(ground: Ground) -> Iterator[Found]:
    if not ground.on_sqlite:
        return
    to = ground.spool / "backup"
    newest = newest_verified(to, ground.clock()) if to.is_dir() else None
    remedy = "The daemon makes one each hour: look into its log. Run `socialpub backup` now; see docs/records.md."
    if newest is None:
        yield warning("SP170", "there is no verified backup", remedy)
    elif ground.clock() - newest.at > BACKUP_AGE:
        yield warning("SP171", f"the newest verified backup is of {ground.at(newest.at)}", remedy)
