"""Looks at a video as it arrived: is it one, is it whole, how large, how long, which way up. Runs in the child.

Opens no decoder but those of H.264, HEVC and AAC, and no other format than MP4 and MOV.
"""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import TYPE_CHECKING, Any, Final

from socialpub.media.refusal import MediaRefused
from socialpub.media.sniff import HEAD_BYTES, sniff_video
from socialpub.media.video.boxes import AGAIN, Box, boxes, inside, number, signed
from socialpub.media.video.facts import HLG, LONGEST_S, MAX_PIXELS, MOST_FPS, Facts

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_DEMUXER: Final = "mov"
_ALLOWED: Final = {"codec_whitelist": "h264,hevc,aac", "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2"}
_MOST_STREAMS: Final = 20
_MOST_PACKETS: Final = 2_000_000
_HLG, _PQ = 18, 16  # ITU-T H.273, transfer characteristics

_ONE: Final = 0x10000
ODD: Final = "odd"
#: The display matrix' a, b, c, d in 16.16: what it does to the frames.
_TURN_OF: Final[dict[tuple[float, ...], str]] = {
    (1, 0, 0, 1): "",
    (0, 1, -1, 0): "right",
    (0, -1, 1, 0): "left",
    (-1, 0, 0, -1): "around",
}
_RECORD: Final = "record it as H.264 or HEVC (the phone's ordinary setting), or send it from the phone's own gallery"


@contextmanager
def decoding() -> Iterator[None]:
    """Around calls into PyAV: whatever it raises becomes a refusal in an officer's words."""
    try:
        yield
    except MediaRefused:
        raise
    except MemoryError:
        raise MediaRefused("the video needs more memory than it may have", "send it at a smaller size") from None
    except Exception as error:  # a decoder on hostile bytes raises anything at all
        raise MediaRefused("the video is damaged or not whole", f"send it again, or {AGAIN}") from error


@contextmanager
def opened(file: BufferedReader) -> "Iterator[InputContainer]":
    """The video with its index read; no frame is decoded yet."""
    import av

    file.seek(0)
    with av.open(file, "r", format=_DEMUXER, metadata_errors="replace", options=dict(_ALLOWED)) as container:
        if len(container.streams) > _MOST_STREAMS:
            raise MediaRefused("the video is built of more parts than a video has", AGAIN)
        yield container


def picture(container: "InputContainer") -> "VideoStream":
    """The first stream of moving pictures; a cover picture is none. Raises MediaRefused."""
    for stream in container.streams.video:
        if not int(stream.disposition) & 0x400:  # AV_DISPOSITION_ATTACHED_PIC
            return stream
    raise MediaRefused("there is no moving picture in it", "send the video itself, not its sound")


def sound(container: "InputContainer") -> Any:
    """The first stream of sound, or None."""
    return next(iter(container.streams.audio), None)


def examine(file: BufferedReader) -> Facts:
    """What the video is. Raises MediaRefused for what is not taken, and for what is not whole."""
    file.seek(0)
    mime = sniff_video(file.read(HEAD_BYTES))
    turns = _turns(file)
    with decoding(), opened(file) as container:
        video, audio = picture(container), sound(container)
        width, height = _size(video)
        _refuse_codecs(video, audio)
        turn = turns.get(video.id, "")
        if turn == ODD:
            raise MediaRefused("the video is mirrored or turned in a way that cannot be shown", AGAIN)
        first = _first_frame(container, video)
        light = _light(first)
        if (first.width, first.height) != (width, height):
            raise MediaRefused("the video's frames are not as large as it says", AGAIN)
        # Read while the container is open: its streams are gone with it, and reading them then is undefined.
        codec, pixels, square = video.codec_context.name, _pixels(video), video.sample_aspect_ratio in {None, 0, 1}
        channels, rate = _heard(audio)
    with decoding(), opened(file) as container:
        seconds, fps = _walked(container)
    if turn in {"right", "left"}:
        width, height = height, width
    return Facts(mime, width, height, seconds, fps, codec, pixels, turn, light, square, channels, rate)


def _heard(audio: Any) -> tuple[int, int]:
    """Channels, and samples a second; nothing of either without sound."""
    return (audio.codec_context.channels, audio.codec_context.sample_rate) if audio else (0, 0)


def _size(video: "VideoStream") -> tuple[int, int]:
    width, height = video.codec_context.width, video.codec_context.height
    if width < 16 or height < 16:
        raise MediaRefused("the video has no size that can be shown", f"send it again, or {AGAIN}")
    if width * height > MAX_PIXELS:
        raise MediaRefused(f"the video has {width} x {height} pixels, more than 4K", "record it in 4K or in 1080p")
    return width, height


def _refuse_codecs(video: "VideoStream", audio: Any) -> None:
    name = video.codec_context.name
    if name not in {"h264", "hevc"}:
        raise MediaRefused("its pictures are coded in a way that is not taken", _RECORD)
    if audio is not None and audio.codec_context.name != "aac":
        raise MediaRefused("its sound is coded in a way that is not taken (not AAC)", _RECORD)
    if _pixels(video) not in {"yuv420p", "yuvj420p", "yuv420p10le"}:
        raise MediaRefused("its colours are coded in a way that is not taken", _RECORD)


def _pixels(video: "VideoStream") -> str:
    return video.codec_context.pix_fmt or ""


def _light(frame: Any) -> str:
    """HLG was made to look right as ordinary light too (ITU-R BT.2100); PQ was not."""
    transfer = int(frame.color_trc or 0)
    if transfer == _PQ:
        raise MediaRefused(
            "it was recorded in HDR10, which ordinary screens show too dark",
            "turn HDR off in the camera's settings, or export it as an ordinary (SDR) video",
        )
    return HLG if transfer == _HLG else ""


def _first_frame(container: "InputContainer", video: "VideoStream") -> Any:
    for frame in container.decode(video):
        return frame
    raise MediaRefused("there is no picture in the video", "send it again; the upload may have been cut off")


def _walked(container: "InputContainer") -> tuple[float, float]:
    """Seconds and frames a second, counted packet by packet: what the file says of itself proves nothing."""
    video, audio = picture(container), sound(container)
    streams = [each for each in (video, audio) if each is not None]
    ends, starts, shown = [0.0], [0.0], []
    for number_, packet in enumerate(container.demux(*streams)):
        if packet.is_corrupt or number_ > _MOST_PACKETS:
            raise MediaRefused("the video is damaged or not whole", f"send it again, or {AGAIN}")
        if packet.pts is None or packet.time_base is None:
            continue
        at = float(packet.pts * packet.time_base)
        starts.append(at)
        ends.append(at + float((packet.duration or 0) * packet.time_base))
        if packet.stream is video:
            shown.append(at)
    return _told(max(ends) - min(starts), shown)


def _told(seconds: float, shown: list[float]) -> tuple[float, float]:
    """`shown`: when each frame is."""
    if not shown or seconds <= 0:
        raise MediaRefused("there is no picture in the video", "send it again; the upload may have been cut off")
    if seconds > LONGEST_S:
        raise MediaRefused(
            f"the video lasts {seconds / 60:.0f} minutes and the most is {LONGEST_S / 60:.0f}",
            "trim it to the part that counts",
        )
    span = max(shown) - min(shown)
    fps = (len(shown) - 1) / span if span > 0 else 1.0
    if fps > MOST_FPS:
        raise MediaRefused(f"the video has {fps:.0f} frames a second", "record it at 30 or 60 frames a second")
    return seconds, fps


def _turns(file: BufferedReader) -> dict[int, str]:
    """How each track is to be turned, by its number. Raises MediaRefused for a file that is not whole."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        whole = list(boxes(data))  # type: ignore[arg-type]  # an mmap gives bytes for a slice
        kinds = [box.kind for box in whole]
        if kinds.count(b"moov") != 1 or b"mdat" not in kinds:
            raise MediaRefused("the video is not whole", "send it again; the upload may have been cut off")
        moov = whole[kinds.index(b"moov")]
        return dict(_turn(data, head) for head in inside(data, moov, b"trak", b"tkhd"))  # type: ignore[arg-type]  # as above


def _turn(data: Any, head: Box) -> tuple[int, str]:
    late = data[head.start] == 1  # version 1 has times of eight bytes
    at = head.start + (52 if late else 40)
    matrix = tuple(signed(data, at + place) / _ONE for place in (0, 4, 12, 16))
    return number(data, head.start + (20 if late else 12), 4), _TURN_OF.get(matrix, ODD)
