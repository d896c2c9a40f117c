"""The bodies X takes, as its OpenAPI description 2.167 has them. Closed unless a shape says "open"."""

from typing import Any

Shape = dict[str, Any]

ID: Shape = {"type": "string", "pattern": "[0-9]{1,19}"}
TEXT: Shape = {"type": "string"}
FLAG: Shape = {"type": "boolean"}
WHO_MAY_REPLY: Shape = {"type": "string", "enum": ["following", "mentionedUsers", "subscribers", "verified"]}


def _object(required: tuple[str, ...] = (), **properties: Shape) -> Shape:
    return {"type": "object", "required": required, "properties": properties}


def _ids(least: int = 0, most: int = 100) -> Shape:
    return {"type": "array", "minItems": least, "maxItems": most, "items": ID}


CREATE_POST = _object(
    card_uri=TEXT,
    community_id=ID,
    direct_message_deep_link=TEXT,
    edit_options=_object(("previous_post_id",), previous_post_id=ID),
    for_super_followers_only=FLAG,
    geo=_object(("place_id",), place_id=TEXT),
    made_with_ai=FLAG,
    media=_object(
        ("media_ids",),
        call_to_actions={"type": "object", "open": True},
        description=TEXT,
        embeddable=FLAG,
        media_ids=_ids(1, 4),
        preview_media_id=ID,
        tagged_user_ids=_ids(0, 10),
        title=TEXT,
    ),
    nullcast=FLAG,
    paid_partnership=FLAG,
    poll=_object(
        ("options", "duration_minutes"),
        duration_minutes={"type": "integer", "minimum": 5, "maximum": 10080},
        options={
            "type": "array",
            "minItems": 2,
            "maxItems": 4,
            "items": {"type": "string", "minLength": 1, "maxLength": 25},
        },
        reply_settings=WHO_MAY_REPLY,
    ),
    quote_tweet_id=ID,
    reply=_object(
        ("in_reply_to_tweet_id",),
        auto_populate_reply_metadata=FLAG,
        exclude_reply_user_ids={"type": "array", "items": TEXT},
        in_reply_to_tweet_id=ID,
    ),
    reply_settings=WHO_MAY_REPLY,
    share_with_followers=FLAG,
    text=TEXT,
)

UPLOAD = _object(
    ("media", "media_category"),
    additional_owners=TEXT,
    media={},  # base64 text in JSON, bytes in multipart
    media_category={
        "type": "string",
        "enum": ["tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles"],
    },
)

INITIALIZE = _object(
    additional_owners={"type": "array", "items": ID},
    media_category={
        "type": "string",
        "enum": ["amplify_video", *UPLOAD["properties"]["media_category"]["enum"]],
    },
    media_type={
        "type": "string",
        "enum": [
            *("video/mp4", "video/webm", "video/mp2t", "video/quicktime", "text/srt", "text/vtt"),
            *("image/jpeg", "image/gif", "image/bmp", "image/png", "image/webp", "image/pjpeg", "image/tiff"),
            *("model/gltf-binary", "model/vnd.usdz+zip"),
        ],
    },
    shared=FLAG,
    total_bytes={"type": "integer", "minimum": 0, "maximum": 17_179_869_184},
)

APPEND = _object(
    ("media", "segment_index"),
    media={},
    segment_index={"type": "integer", "minimum": 0, "maximum": 999},
)

METADATA: Shape = {
    "type": "object",
    "open": True,
    "required": ("id",),
    "properties": {
        "id": ID,
        "metadata": {
            "type": "object",
            "open": True,
            "properties": {
                "alt_text": {
                    "type": "object",
                    "open": True,
                    "required": ("text",),
                    "properties": {"text": {"type": "string", "maxLength": 1000}},
                },
            },
        },
    },
}
