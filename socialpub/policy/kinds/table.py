"""The one table of kinds: the word a pack writes, and the class that reads the rule."""

from collections.abc import Mapping

from socialpub.policy.kinds.base import Kind
from socialpub.policy.kinds.count import Count
from socialpub.policy.kinds.dates import Dates
from socialpub.policy.kinds.grade import Grade
from socialpub.policy.kinds.language import Language
from socialpub.policy.kinds.links import Links
from socialpub.policy.kinds.near import Near
from socialpub.policy.kinds.pattern import PatternKind
from socialpub.policy.kinds.people import People
from socialpub.policy.kinds.photo import PhotoKind
from socialpub.policy.kinds.phrases import Phrases
from socialpub.policy.kinds.required_with import RequiredWith
from socialpub.policy.kinds.sequence import Sequence
from socialpub.policy.kinds.substitution import Substitution
from socialpub.policy.kinds.video import VideoKind

KINDS: Mapping[str, type[Kind]] = {
    "phrases": Phrases,
    "pattern": PatternKind,
    "near": Near,
    "sequence": Sequence,
    "count": Count,
    "substitution": Substitution,
    "required_with": RequiredWith,
    "people": People,
    "photo": PhotoKind,
    "video": VideoKind,
    "dates": Dates,
    "links": Links,
    "language": Language,
    "grade": Grade,
}
