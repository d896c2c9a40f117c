"""Who may act, and as what. Rules about two people live in `desk`, not here."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    OFFICER = "officer"
    REVIEWER = "reviewer"
    PIO = "pio"
    COMMANDER = "commander"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


REVIEWERS = frozenset({Role.REVIEWER, Role.PIO})
MAY_STOP = frozenset({Role.PIO, Role.COMMANDER, Role.ADMINISTRATOR})
#: Releasing a stand-down takes a PIO and one more of these.
MAY_RELEASE = MAY_STOP

#: Records name children, victims and people who agreed to one post only.
MAY_EXPORT = frozenset({Role.AUDITOR, Role.ADMINISTRATOR, Role.PIO})


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the daemon) on whose behalf something happens."""

    name: str
    roles: frozenset[Role] = frozenset()
    via: str = ""  # how they came: "os:jruiz", "as:root", "inbox", "" for the daemon

    def has(self, wanted: frozenset[Role]) -> bool:
        return bool(self.roles & wanted)


#: The daemon acts under this name; no person can have it (the colon is not allowed in a name).
DAEMON = Actor("daemon:socialpub")
