"""The second person: looks at each story in review, waives with a reason, sends back with a reason, approves."""

from collections.abc import Sequence

from socialpub.app import App
from socialpub.demo.cast import RETURNED, REVIEWER, WAIVED
from socialpub.demo.reading import Found, Told
from socialpub.demo.town import who
from socialpub.desk.approve import approve, send_back
from socialpub.desk.findings import waive
from socialpub.desk.times import PlannedPost
from socialpub.model.finding import Level


def is_returned(story: Told) -> bool:
    return story.name in RETURNED


def return_it(app: App, story: Told) -> str:
    """Send it back to its author; gives the reason: the reviewer's words and what the guidelines found."""
    because = "\n".join([RETURNED[story.name], *(_quoted(each) for each in story.findings)])
    send_back(app.db, who(app, REVIEWER), story.id, because)
    app.wake()
    return because


def waive_warnings(app: App, story: Told) -> list[tuple[Found, str]]:
    """Set aside what the script foresees; anything else stays open, and approving will decline."""
    foreseen = [(each, WAIVED.get((story.name, each.rule), "")) for each in story.findings]
    waived = [(each, reason) for each, reason in foreseen if reason and each.level is Level.WARN]
    for each, reason in waived:
        waive(app.db, who(app, REVIEWER), story.id, each.number, reason)
    return waived


def approve_it(app: App, story: Told) -> Sequence[PlannedPost]:
    """Approve exactly the posts that were looked at: the fingerprint says which."""
    done = approve(app.db, who(app, REVIEWER), story.id, app.terms, story.fingerprint)
    app.wake()
    return done.planned


def _quoted(found: Found) -> str:
    evidence = f'"{found.finding["evidence"]}": ' if found.finding["evidence"] else ""
    return f"{evidence}{found.finding['says']}"
