"""Every table, one file per noun family. Importing this package registers them all."""

from socialpub.store.schema.audit import Event
from socialpub.store.schema.base import AGENCY, Agency, Base, Epoch, table_of
from socialpub.store.schema.channels import Channel, Renewal, Secret
from socialpub.store.schema.deliveries import Attempt, Delivery, Hold, HoldRelease, Receipt, Step
from socialpub.store.schema.people import User
from socialpub.store.schema.reviews import Approval, ApprovedPost, Attestation, FoundRow, Screening, Waiver
from socialpub.store.schema.stories import Asset, PostRow, Rendition, Revision, Story, Submission
from socialpub.store.schema.telling import Notice

__all__ = [
    "AGENCY",
    "Agency",
    "Approval",
    "ApprovedPost",
    "Asset",
    "Attempt",
    "Attestation",
    "Base",
    "Channel",
    "Delivery",
    "Epoch",
    "Event",
    "FoundRow",
    "Hold",
    "HoldRelease",
    "Notice",
    "PostRow",
    "Receipt",
    "Rendition",
    "Renewal",
    "Revision",
    "Screening",
    "Secret",
    "Step",
    "Story",
    "Submission",
    "User",
    "Waiver",
    "table_of",
]
