"""Who plays in the demo, and what the reviewer says. Everybody is invented; the stories lie in `stories/`."""

from collections.abc import Mapping
from pathlib import Path

from socialpub.model.people import Role

STORIES = Path(__file__).with_name("stories")

OFFICER, REVIEWER, PIO, ADMINISTRATOR = "jruiz", "mhale", "panand", "dwolfe"

#: Name and role. The officer is whoever runs the demo: the folders in the inbox belong to that account.
PEOPLE: Mapping[str, Role] = {
    ADMINISTRATOR: Role.ADMINISTRATOR,
    OFFICER: Role.OFFICER,
    REVIEWER: Role.REVIEWER,
    PIO: Role.PIO,
}

#: Warnings that the reviewer lets pass, by story and rule, each with the reason for the records.
WAIVED: Mapping[tuple[str, str], str] = {
    ("2-park-cleanup", "hashtag-case"): "The city's own tag, as it stands on the posters; people search for it so.",
}

#: Stories that the reviewer sends back, and how the reason begins; what the guidelines found follows.
RETURNED: Mapping[str, str] = {
    "3-crossing": "A lovely story, but it may not say who the child is or whom to ring. Please tell it without.",
}
