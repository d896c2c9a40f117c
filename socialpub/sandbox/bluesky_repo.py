"""com.atproto.repo.*: files are kept for a while, records written, read, taken down. As a real PDS was seen to do."""

import base64
import dataclasses
import hashlib
import json
import re
from typing import Any

from socialpub.sandbox.accounts import BlueskyAccount
from socialpub.sandbox.bluesky_answers import XrpcError, invalid
from socialpub.sandbox.bluesky_door import XrpcCall
from socialpub.sandbox.bluesky_record import COLLECTION, blobs, card, images, wrong_record
from socialpub.sandbox.pictures import Picture, picture
from socialpub.sandbox.world import Shown, Upload, World

#: Seconds that a file waits for its record: "minutes" says the lexicon; this is one of the guesses in here.
KEPT_S = 3600
LARGEST_UPLOAD = 5 * 1024 * 1024  # the default of a PDS
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


async def upload_blob(call: XrpcCall) -> dict[str, Any]:
    world, account, data = call.world, call.account, await call.request.body()
    if len(data) > LARGEST_UPLOAD:
        raise XrpcError(413, "PayloadTooLarge", "request entity too large")
    name = _cid(0x55, data)
    taken = picture(name, data)
    if not taken.width:  # what it cannot recognize is what the client says it is
        taken.mime = call.request.headers.get("content-type", "application/octet-stream")
    known = world.live_upload(_place(account, name), account.id)
    if known is None or not known.used_in:
        kept = Upload(_place(account, name), account.id, taken, world.now() + KEPT_S)
        world.uploads[kept.id] = kept
    world.blobs[taken.sha256] = data
    return {"blob": {"$type": "blob", "ref": {"$link": name}, "mimeType": taken.mime, "size": taken.size}}


async def put_record(call: XrpcCall) -> dict[str, Any]:
    """Writes or overwrites; with `swapRecord` null only where nothing else stands. The same again is fine."""
    body = await call.json()
    key = _key(call, body)
    record = body.get("record")
    if problem := _wrong(record):
        raise invalid(problem)
    assert isinstance(record, dict)  # noqa: S101  what is none is wrong
    cid, stands = _record_cid(record), _standing(call.world, call.account, key)
    answer = {"uri": _uri(call.account, key), "cid": cid, "validationStatus": "valid"}
    if stands is not None and stands.extra["cid"] == cid:
        return answer
    if "swapRecord" in body and body["swapRecord"] != (stands.extra["cid"] if stands else None):
        at = stands.extra["cid"] if stands else "null"
        raise XrpcError(400, "InvalidSwap", f"Record was at {at}")
    uploads = [_upload(call, one) for one in blobs(record)]
    show(call.world, call.account.id, record, uploads, call.request_id, key)
    return answer | {"commit": _commit(call)}


async def get_record(call: XrpcCall) -> dict[str, Any]:
    """Needs no token, and looks at none. A repo that is not here is asked for elsewhere, where nobody answers."""
    asked = call.request.query_params
    account = _account(call.world, asked.get("repo", ""))
    if account is None or account.status:
        raise XrpcError(502, "UpstreamFailure", "Upstream service unreachable")
    key = asked.get("rkey", "")
    stands = _standing(call.world, account, key) if asked.get("collection") == COLLECTION else None
    if stands is None:
        raise XrpcError(400, "RecordNotFound", f"Could not locate record: {_uri(account, key)}")
    return {"uri": _uri(account, key), "cid": stands.extra["cid"], "value": stands.extra["record"]}


async def delete_record(call: XrpcCall) -> dict[str, Any]:
    """Also a success where nothing stands."""
    key = _key(call, await call.json())
    if _standing(call.world, call.account, key) is None:
        return {}
    call.world.take_down(key)
    return {"commit": _commit(call)}


def show(
    world: World, account: str, record: dict[str, Any], uploads: list[Upload], request_id: str, key: str = ""
) -> Shown:
    """Make a post visible: the commit. Without a key it gets one, as by the network's own app."""
    key = key or _tid(world)
    alts = [one["alt"] for one in images(record)]
    pictures: list[Picture] = [
        dataclasses.replace(upload.picture, alt=alt) for upload, alt in zip(uploads, alts, strict=False)
    ]
    post = Shown(
        platform="bluesky",
        account=account,
        remote_id=key,
        path=f"/bluesky/profile/{account}/post/{key}",
        text=record["text"],
        pictures=pictures,
        created_at=world.moment(),
        request_id=request_id,
        link=str(card(record).get("uri", "")),
        extra={"record": record, "cid": _record_cid(record)},
    )
    world.posts[key] = post
    for upload in uploads:
        upload.used_in = key
    return post


def show_by_hand(world: World, account: str, text: str) -> Shown:
    made = world.moment().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return show(world, account, {"$type": COLLECTION, "text": text, "createdAt": made}, [], "")


def _key(call: XrpcCall, body: dict[str, Any]) -> str:
    for name in ("repo", "collection", "rkey"):
        if not isinstance(body.get(name), str):
            raise invalid(f'Missing required key "{name}" at $')
    if call.account.status:
        raise XrpcError(401, "AccountDeactivated", "Account is deactivated")
    if _account(call.world, body["repo"]) is not call.account:
        raise XrpcError(403, "AccountNotFound", "Account not found")
    if body["collection"] != COLLECTION:
        raise invalid(f"The sandbox keeps records of {COLLECTION} only")
    if not re.fullmatch(f"[{_LETTERS[:16]}][{_LETTERS}]{{12}}", body["rkey"]):
        raise invalid(f"Invalid record key for {COLLECTION}: Invalid TID string")
    return str(body["rkey"])


def _wrong(record: Any) -> str:
    if isinstance(record, dict) and record.get("$type") != COLLECTION:
        return f"Invalid $type: expected {COLLECTION}, got {record.get('$type')}"
    problem = wrong_record(record)
    return f"Invalid {COLLECTION} record: {problem}" if problem else ""


def _upload(call: XrpcCall, blob: dict[str, Any]) -> Upload:
    """The file that a record refers to, if it is there and is what the record says."""
    kept = call.world.live_upload(_place(call.account, blob["ref"]["$link"]), call.account.id)
    if kept is None:
        raise XrpcError(400, "BlobNotFound", f"Could not find blob: {blob['ref']['$link']}")
    for error, name, said, true in (
        ("InvalidMimeType", "Mimetype", blob["mimeType"], kept.picture.mime),
        ("InvalidSize", "Size", blob["size"], kept.picture.size),
    ):
        if said != true:
            words = f"Referenced {name} does not match stored blob. Expected: {true}, Got: {said}"
            raise XrpcError(400, error, words)
    return kept


def _account(world: World, name: str) -> BlueskyAccount | None:
    return next((one for one in world.bluesky.values() if name in (one.id, one.handle)), None)


def _standing(world: World, account: BlueskyAccount, key: str) -> Shown | None:
    post = world.posts.get(key)
    return post if post and (post.platform, post.account) == ("bluesky", account.id) else None


def _place(account: BlueskyAccount, cid: str) -> str:
    return f"{account.id}/{cid}"


def _uri(account: BlueskyAccount, key: str) -> str:
    return f"at://{account.id}/{COLLECTION}/{key}"


def _record_cid(record: dict[str, Any]) -> str:
    """Of its JSON, where a real one is of its CBOR: the same record has the same, another has another."""
    return _cid(0x71, json.dumps(record, sort_keys=True).encode())


def _cid(codec: int, data: bytes) -> str:
    whole = bytes((1, codec, 0x12, 0x20)) + hashlib.sha256(data).digest()
    return "b" + base64.b32encode(whole).decode().lower().rstrip("=")


def _commit(call: XrpcCall) -> dict[str, str]:
    return {"cid": _cid(0x71, call.request_id.encode()), "rev": _tid(call.world)}


def _tid(world: World) -> str:
    number = int(world.now() * 1_000_000) << 10 | world.number() % 1024
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))
