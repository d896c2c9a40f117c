"""POST, GET and DELETE /api/v1/statuses, and an account's list of them."""

from typing import Any
from urllib.parse import urlencode

from socialpub.sandbox import mastodon_text
from socialpub.sandbox.mastodon_answers import MastodonProblem, invalid, missing
from socialpub.sandbox.mastodon_door import Answered, MastodonCall
from socialpub.sandbox.mastodon_entities import credential_account, is_ready, status
from socialpub.sandbox.world import Shown, Upload, World

#: Seconds that the server knows an Idempotency-Key again (docs.joinmastodon.org, statuses, create).
KEY_S = 3_600
_VISIBILITIES = ("public", "unlisted", "private", "direct")
_MOST, _USUAL = 40, 20  # posts on a page of the list


async def whoami(call: MastodonCall) -> Any:
    return credential_account(call)


async def create(call: MastodonCall) -> Any:
    given = await call.fields()
    key = call.request.headers.get("idempotency-key", "")
    if key and (known := _known(call, key)):
        return status(call, known)
    text, ids, visibility = _asked(given)
    uploads = _uploads(call, ids)
    if not text and not uploads:
        raise invalid("Text can't be blank")
    here = call.world.instance
    if mastodon_text.length(text, here.characters_reserved_per_url) > here.max_characters:
        raise invalid(f"Text character limit of {here.max_characters} exceeded")
    if visibility == "public" and call.account.limited:
        visibility = "unlisted"
    extra = {"visibility": visibility, "language": given.get("language", "en")}
    post = show(call.world, call.account.id, text, uploads, call.request_id, extra)
    if key:
        call.world.keys[call.account.id, key] = call.world.now(), post.remote_id
    return status(call, post)


def _known(call: MastodonCall, key: str) -> Shown | None:
    """The post that was made under this key in the last hour. A deleted one is not found, which is a 404."""
    at, remote_id = call.world.keys.get((call.account.id, key), (0.0, ""))
    if not call.world.rules.idempotency_keys or not remote_id or not 0 <= call.world.now() - at < KEY_S:
        return None
    if remote_id not in call.world.posts:
        raise missing()
    return call.world.posts[remote_id]


def _asked(given: dict[str, Any]) -> tuple[str, list[str], str]:
    text, ids, visibility = given.get("status", ""), given.get("media_ids", []), given.get("visibility", "public")
    if not isinstance(text, str) or not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise MastodonProblem(400, "A parameter has the wrong type")
    if visibility not in _VISIBILITIES or "scheduled_at" in given:
        raise invalid("Visibility is not included in the list, or a time was given: nothing is scheduled here")
    return text.strip(), ids, visibility


def _uploads(call: MastodonCall, ids: list[str]) -> list[Upload]:
    most = call.world.instance.max_media_attachments
    if len(ids) > most:
        raise MastodonProblem(422, f"Cannot attach more than {most} files")
    found = [call.world.live_upload(one, call.account.id) for one in ids]
    free = [one for one in found if one is not None and not one.used_in]
    if len(free) != len(ids) or len(set(ids)) != len(ids):
        gone = sorted(set(ids) - {one.id for one in free})
        raise MastodonProblem(422, f"Media {', '.join(gone)} not found or already attached to another post")
    if not all(is_ready(call, one) for one in free):
        raise MastodonProblem(422, "Cannot attach files that have not finished processing. Try again in a moment!")
    return free


def show(
    world: World, account: str, text: str, uploads: list[Upload], request_id: str, extra: dict[str, Any]
) -> Shown:
    """Make a post visible: the commit."""
    post_id = world.time_ordered_id()
    post = Shown(
        platform="mastodon",
        account=account,
        remote_id=post_id,
        path=f"/@{world.mastodon[account].handle}/{post_id}",
        text=text,
        pictures=[upload.picture for upload in uploads],
        created_at=world.moment(),
        request_id=request_id,
        extra=extra,
    )
    world.posts[post_id] = post
    for upload in uploads:
        upload.used_in = post_id
    return post


async def shown(call: MastodonCall) -> Any:
    return status(call, _found(call))


async def delete(call: MastodonCall) -> Any:
    """Only the account's own; another's is not found. The answer is the post with the text it was made of."""
    post = _found(call)
    if post.account != call.account.id:
        raise missing()
    answer = status(call, post) | {"text": post.text}
    call.world.take_down(post.remote_id)
    return answer


def _found(call: MastodonCall) -> Shown:
    post = call.world.posts.get(call.asked_id)
    if post is None or post.platform != "mastodon":
        raise missing()
    return post


async def listed(call: MastodonCall) -> Any:
    """Newest first. `max_id` and `since_id` are exclusive; the Link header says where the next page begins."""
    if call.asked_id not in call.world.mastodon:
        raise missing()
    asked = call.request.query_params
    limit = min(_number(asked.get("limit"), _USUAL), _MOST)
    below, above = _number(asked.get("max_id"), 10**20), _number(asked.get("since_id"), 0)
    every = call.world.listed("mastodon", call.asked_id)
    page = [post for post in every if above < int(post.remote_id) < below][:limit]
    return Answered([status(call, post) for post in page], headers=_links(call, page, limit))


def _links(call: MastodonCall, page: list[Shown], limit: int) -> dict[str, str]:
    if not page or len(page) < limit:
        return {}
    query = urlencode({**call.request.query_params, "max_id": page[-1].remote_id})
    return {"link": f'<{call.base}{call.request.url.path}?{query}>; rel="next"'}


def _number(given: str | None, usual: int) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) <= 20 else usual
