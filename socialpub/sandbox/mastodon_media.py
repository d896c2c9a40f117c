"""POST /api/v2/media and GET /api/v1/media/{id}: a photo, its alt text, and the time that processing takes."""

from typing import Any

from socialpub.sandbox.mastodon_answers import MastodonProblem, invalid, missing
from socialpub.sandbox.mastodon_door import Answered, MastodonCall
from socialpub.sandbox.mastodon_entities import is_ready, media
from socialpub.sandbox.pictures import Picture, picture
from socialpub.sandbox.world import Upload

#: Seconds that an upload waits for its post (docs.joinmastodon.org, statuses: "approximately 24 hours").
KEPT_S = 86_400
_FAILED = "Error processing thumbnail for uploaded media"


async def upload(call: MastodonCall) -> Any:
    given = await call.fields()
    data, alt = given.get("file"), given.get("description", "")
    if not isinstance(data, bytes):
        raise invalid("File can't be blank")
    taken = picture(call.world.time_ordered_id(), data)
    taken.alt = str(alt).strip()
    _check(call, taken)
    now, here = call.world.now(), call.world.instance
    kept = Upload(taken.id, call.account.id, taken, now + KEPT_S, extra={"ready_at": now + here.processing_s})
    call.world.uploads[taken.id] = kept
    call.world.blobs[taken.sha256] = data
    ready = is_ready(call, kept)
    return Answered(media(call, taken, ready=ready), 200 if ready else 202)


def _check(call: MastodonCall, taken: Picture) -> None:
    here = call.world.instance
    if taken.mime not in here.supported_mime_types or not taken.width:
        raise invalid("File content type is not supported")
    if taken.size > here.image_size_limit:
        raise invalid(f"File file size must be less than {here.image_size_limit // 1_048_576} MB")
    if taken.width * taken.height > here.image_matrix_limit:
        raise invalid(f"{taken.width}x{taken.height} images are not supported")
    if len(taken.alt) > here.description_limit:
        raise invalid(f"Description is too long (maximum is {here.description_limit} characters)")


async def shown(call: MastodonCall) -> Any:
    """An upload that is in no post yet: 206 while it is processed."""
    found = call.world.live_upload(call.asked_id, call.account.id)
    if found is None or found.used_in:
        raise missing()
    ready = is_ready(call, found)
    if ready and call.world.instance.processing_fails:
        raise MastodonProblem(422, _FAILED)
    return Answered(media(call, found.picture, ready=ready), 200 if ready else 206)
