"""The process that touches hostile bytes: `python -m socialpub.media.child REQUEST < photo > answer`.

It has no secret in its environment, may write no file and dies of too much time or memory. Its answer is
READY, a line of JSON, and the renditions' bytes one after the other. `apart` starts it and does not trust it.
"""

import json
import os
import resource
import sys
from io import BufferedReader
from typing import Any, Final

READY: Final = b"ready\n"

CPU_S: Final = 15
#: Private memory. Peaks measured for six renditions: JPEG of 12 MP 80 MB, of 48 MP 80 (progressive 180);
#: HEIC of 12 MP 135, of 48 MP 380.
MEMORY_BYTES: Final = 640_000_000


def main() -> None:
    """One request, one answer."""
    from socialpub.media.refusal import MediaRefused

    photo, out = os.fdopen(0, "rb"), sys.stdout.buffer
    work = _work(json.loads(sys.argv[1]))
    _limit_self()
    out.write(READY)
    out.flush()  # from here on, what kills this process is the photo
    try:
        answer, bodies = work(photo)
    except MediaRefused as refused:
        answer, bodies = {"refused": [refused.reason, refused.remedy]}, []
    out.write(json.dumps(answer).encode() + b"\n")
    out.writelines(bodies)
    out.flush()


def _work(request: dict[str, Any]) -> Any:
    """What to do with the photo. Imports the decoder now: a broken installation is no fault of the photo."""
    import PIL.Image  # noqa: F401  as above

    from socialpub.media.fit import Frame

    if request["do"] == "examine":
        return _examine
    frames = {name: Frame(**frame) for name, frame in request["frames"].items()}
    return lambda photo: _render(photo, frames)


def _examine(photo: BufferedReader) -> tuple[dict[str, Any], list[bytes]]:
    from dataclasses import asdict

    from socialpub.media.original import examine_open

    return {"original": asdict(examine_open(photo))}, []


def _render(photo: BufferedReader, frames: Any) -> tuple[dict[str, Any], list[bytes]]:
    from socialpub.media.render import render_open

    done = render_open(photo, frames)
    bodies = {rendition.sha256: rendition.data for rendition in done.values()}
    places = list(bodies)
    listed = {
        name: [places.index(rendition.sha256), rendition.width, rendition.height] for name, rendition in done.items()
    }
    return {"lengths": [len(body) for body in bodies.values()], "renditions": listed}, list(bodies.values())


def _limit_self() -> None:
    """From here on: no new file content, no core dump of somebody's photo, so much time, so much memory."""
    at_most(resource.RLIMIT_FSIZE, 0)
    at_most(resource.RLIMIT_CORE, 0)
    at_most(resource.RLIMIT_CPU, CPU_S)
    at_most(resource.RLIMIT_DATA, MEMORY_BYTES)


def at_most(what: int, value: int) -> None:
    """An administrator's lower limit stays."""
    _, hard = resource.getrlimit(what)
    lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (lower, lower))


if __name__ == "__main__":
    main()
