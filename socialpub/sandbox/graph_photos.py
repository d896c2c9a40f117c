"""POST /{page}/photos: a photo on its own, or one that waits for its post and is forgotten after a day."""

from typing import Any

from socialpub.sandbox.graph_answers import bad_parameter, error
from socialpub.sandbox.graph_door import GraphCall
from socialpub.sandbox.graph_posts import check_message, own_page, show
from socialpub.sandbox.pictures import picture
from socialpub.sandbox.world import Upload

#: Seconds an unpublished photo waits for its post ("unused ones vanish after about 24 hours").
KEPT_S = 86_400
#: Largest photo in bytes (Meta's page says 10 MB).
LARGEST = 10_000_000
_KINDS = {"image/jpeg", "image/png", "image/gif"}


async def create(call: GraphCall) -> Any:
    page = own_page(call)
    message = (call.text("message") or call.text("caption")).strip()
    check_message(message)
    photo = _keep(call, _source(call), message)
    if not call.says("published", "true"):
        return {"id": photo.id}
    shown = show(call.world, page.id, message, [photo], call.request_id)
    return {"id": photo.id, "post_id": shown.remote_id}


def _source(call: GraphCall) -> bytes:
    source = call.given.get("source")
    if not isinstance(source, bytes):
        # The network would also fetch a `url`; the sandbox reaches out to nobody.
        raise bad_parameter("Requires upload file: send the photo as multipart field `source`")
    return source


def _keep(call: GraphCall, data: bytes, name: str) -> Upload:
    taken = picture(call.world.time_ordered_id(), data)
    if taken.mime not in _KINDS or not taken.width:
        raise error(400, 324, "(#324) Missing or invalid image file", subcode=2069019)
    if taken.size > LARGEST:
        raise error(400, 324, "(#324) The image is too large", subcode=2069019)
    taken.alt = call.text("alt_text_custom")
    now = call.world.now()
    photo = Upload(taken.id, call.page.id, taken, now + KEPT_S, extra={"made": now, "name": name})
    call.world.uploads[photo.id] = photo
    call.world.blobs[taken.sha256] = data
    return photo
