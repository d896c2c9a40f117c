"""What one attempt leaves for the next beside its uploads: that a visible call was begun, that the network has it."""

from datetime import datetime

from socialpub.model.outcome import Absent, Answer, CannotTell, Outcome, Unconfirmed
from socialpub.platforms import classify, uploads
from socialpub.platforms.classify import Means, Reading
from socialpub.platforms.contract import PUBLISH, Journal
from socialpub.platforms.trouble import Trouble

_HAS_IT = "has-it"


def begun(journal: Journal) -> bool:
    """Whether a visible call was begun before. Ask before `about_to_publish`, which begins this attempt's own."""
    return bool(journal.recall(PUBLISH))


def ended(
    trouble: Trouble, reading: Reading, journal: Journal, photos: int, now: datetime, *, again: bool
) -> Outcome:
    """How an attempt ends that met `trouble`. `again`: a visible call was begun by an earlier one.

    Photos that are gone after such a call may be gone because a post shows them: uploading them anew would be a
    second post. So it counts as the network's word that it has the post, and that word is noted.
    """
    means, result = reading.means(trouble), classify.outcome(trouble, reading, now)
    if means is Means.FORGOTTEN and again:
        uploads.forget(journal, photos)  # for whoever sends it again because a person said that it is not there
        return noted(journal, f"{reading.label}: the photos are gone, and an earlier call may have shown them")
    if means is Means.HAVE_IT and (trouble.visible or again):
        return noted(journal, classify.told(trouble, reading)[0])
    if means is Means.FORGOTTEN:
        uploads.forget(journal, photos)
    return result


def noted(journal: Journal, says: str) -> Unconfirmed:
    """The network's word that it has the post: from now on it is never taken for absent."""
    journal.note(_HAS_IT, says=says)
    return Unconfirmed(says)


def told(journal: Journal, answer: Answer) -> Answer:
    """`answer`, unless it is that the post is absent although the network once said that it has it."""
    said = journal.recall(_HAS_IT).get("says", "") if isinstance(answer, Absent) else ""
    return CannotTell(f"it is not listed, yet the network said something else before ({said})") if said else answer
