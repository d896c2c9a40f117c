"""What YouTube says of one video: is it whole, who can see it, what became of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from socialpub.model.outcome import Refused

PRIVACY = ("private", "public", "unlisted")
#: What an update of the status would take away if it were not said again (developers.google.com, videos.update).
KEPT = ("embeddable", "license", "publicStatsViewable", "selfDeclaredMadeForKids", "containsSyntheticMedia")

_FAILED = {
    "codec": "it cannot decode the video",
    "conversion": "it could not convert the video",
    "emptyFile": "the file is empty",
    "invalidFile": "the file is no video that it knows",
    "tooSmall": "the file is too small",
    "uploadAborted": "the upload was ended",
}
_REJECTED = {
    "claim": "somebody claims rights in it",
    "copyright": "it breaks a copyright",
    "duplicate": "the channel has this video already",
    "inappropriate": "it finds the content inappropriate",
    "legal": "of a legal complaint",
    "length": "it is too long for this channel (15 minutes until the channel is verified)",
    "termsOfUse": "it breaks the terms of use",
    "trademark": "it breaks a trademark",
    "uploaderAccountClosed": "the account is closed",
    "uploaderAccountSuspended": "the account is suspended",
}


@dataclass(frozen=True, slots=True)
class Video:
    id: str
    privacy: str  # one of PRIVACY
    status: Mapping[str, Any]
    snippet: Mapping[str, Any]
    processing: Mapping[str, Any]

    @property
    def tags(self) -> list[Any]:
        tags = self.snippet.get("tags")
        return tags if isinstance(tags, list) else []

    @property
    def done(self) -> bool:
        """Whether it can be watched."""
        return self.status.get("uploadStatus") == "processed"

    def kept(self) -> dict[str, Any]:
        return {name: self.status[name] for name in KEPT if name in self.status}


def read(item: object) -> Video | None:
    """A video out of an answer; None if it cannot be read."""
    if not isinstance(item, dict) or not is_id(item.get("id")):
        return None
    status, snippet, processing = (item.get(name, {}) for name in ("status", "snippet", "processingDetails"))
    if not all(isinstance(part, dict) for part in (status, snippet, processing)):
        return None
    privacy = status.get("privacyStatus")
    return Video(item["id"], privacy, status, snippet, processing) if privacy in PRIVACY else None


def is_id(value: object) -> bool:
    """Eleven letters, digits, dashes and underscores, as far as anybody has seen."""
    signs = "-_"
    return isinstance(value, str) and len(value) == 11 and value.isascii() and _only(value, signs)


def _only(value: str, signs: str) -> bool:
    return all(sign.isalnum() or sign in signs for sign in value)


def failed(video: Video, label: str) -> Refused | None:
    """Why this video will never be watched, or None."""
    status = video.status
    match status.get("uploadStatus"):
        case "rejected":
            why = _REJECTED.get(str(status.get("rejectionReason")), "it does not say why")
            return Refused(f"{label} has rejected the video: {why}", "See YouTube Studio; send another video.")
        case "failed":
            why = _FAILED.get(str(status.get("failureReason")), "it does not say why")
            return Refused(f"{label} could not process the video: {why}", "Make the video again and send it anew.")
    if video.processing.get("processingStatus") in ("failed", "terminated"):
        return Refused(f"{label} could not process the video", "Make the video again and send it anew.")
    return None
