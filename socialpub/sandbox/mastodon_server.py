"""How the sandbox's Mastodon server is set up. A test may turn every number; POST /_sandbox/instance does it.

They are those of an untouched server (docs.joinmastodon.org, entity Instance, 2026-07).
"""

from dataclasses import dataclass, field


@dataclass
class Instance:
    """Each server sets its own. `processing_s`: seconds after which an upload is ready; 0: at once."""

    max_characters: int = 500
    characters_reserved_per_url: int = 23
    max_media_attachments: int = 4
    description_limit: int = 1500
    image_size_limit: int = 16_777_216
    image_matrix_limit: int = 33_177_600
    supported_mime_types: list[str] = field(
        default_factory=lambda: ["image/jpeg", "image/png", "image/gif", "image/webp"]
    )
    processing_s: float = 0
    processing_fails: bool = False
