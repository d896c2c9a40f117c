"""The process that touches hostile videos: `python -m socialpub.media.video.child REQUEST < video > answer`.

It has no secret in its environment and dies of too much time or memory. It may write one file, no larger than the
rendition that was asked for. Its answer is READY, a line of JSON, and a picture's bytes where one was asked for.
`apart` starts it and does not trust it.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from io import BufferedReader
from typing import Any, Final

from socialpub.media.child import READY

#: Seconds of processor time: to look; and, to make a rendition, for each second of the video beside.
CPU_S: Final = 120
CPU_EACH_S: Final = 12
#: Private memory. Peaks measured (resident): 1080p 140 MB; 4K HEVC of ten bits 460 MB.
MEMORY_BYTES: Final = 1_600_000_000
#: The index is written before the file is known to be too large.
_SLACK_BYTES: Final = 1_000_000

Work = Callable[[BufferedReader], tuple[dict[str, Any], bytes]]


def main() -> None:
    """One request, one answer."""
    from socialpub.media.refusal import MediaRefused

    video, out = os.fdopen(0, "rb"), sys.stdout.buffer
    request = json.loads(sys.argv[1])
    work = _work(request)
    _limit_self(request)
    out.write(READY)
    out.flush()  # from here on, what kills this process is the video
    try:
        answer, body = work(video)
    except MediaRefused as refused:
        answer, body = {"refused": [refused.reason, refused.remedy]}, b""
    out.write(json.dumps(answer).encode() + b"\n" + body)
    out.flush()


def _work(request: dict[str, Any]) -> Work:
    """What to do with the video. Imports the decoder now: a broken installation is no fault of the video."""
    import av

    av.logging.set_level(None)  # what a hostile file makes it say is of no use to anybody
    if request["do"] == "examine":
        return _examine
    if request["do"] == "frame":
        import PIL.Image  # noqa: F401  as above

        return lambda video: _frame(video, request["at"])
    return lambda video: _make(video, request["to"], request["plan"])


def _examine(video: BufferedReader) -> tuple[dict[str, Any], bytes]:
    from dataclasses import asdict

    from socialpub.media.video.source import examine

    return {"facts": asdict(examine(video))}, b""


def _frame(video: BufferedReader, at: float) -> tuple[dict[str, Any], bytes]:
    from socialpub.media.video.make import frame

    return {}, frame(video, at)


def _make(video: BufferedReader, to: str, plan: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    from socialpub.media.video.make import make
    from socialpub.media.video.plan import Plan

    make(video, to, Plan(**plan))
    return {"made": True}, b""


def _limit_self(request: dict[str, Any]) -> None:
    """From here on: no file but the rendition, no core dump of somebody's video, so much time, so much memory."""
    from socialpub.media.child import at_most

    plan = request.get("plan")
    at_most(resource.RLIMIT_FSIZE, plan["max_bytes"] + _SLACK_BYTES if plan else 0)
    at_most(resource.RLIMIT_CORE, 0)
    at_most(resource.RLIMIT_CPU, CPU_S + int(CPU_EACH_S * request.get("seconds", 0)))
    at_most(resource.RLIMIT_DATA, MEMORY_BYTES)


if __name__ == "__main__":
    main()
