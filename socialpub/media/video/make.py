"""One video to one rendition: copied packet by packet, or made anew. Runs in the child, which may be killed.

Only the pictures and the first sound go through. The same video and plan give the same bytes: the encoder always has
the same number of threads. What comes out is proved by `unmarked` elsewhere; nothing here is believed.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from socialpub.media.refusal import MediaRefused
from socialpub.media.video.boxes import AGAIN, boxes, inside
from socialpub.media.video.facts import HLG, LONGEST_S
from socialpub.media.video.plan import Plan
from socialpub.media.video.source import decoding, opened, picture, sound

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.filter import Graph

#: `faststart`: the index stands first, so that a network can begin before it has all.
_MUXER: Final = {"movflags": "+faststart", "fflags": "+bitexact", "write_tmcd": "0"}
#: Slices and parameter sets only (H.264, table 7-1): no supplemental information, where cameras write what they like.
_PLAIN: Final = "filter_units=pass_types=1-5|7-8"
_THREADS: Final = 2
_ENCODER: Final = {"preset": "veryfast", "crf": "21"}
_TRANSPOSE: Final = {"right": ("clock",), "left": ("cclock",), "around": ("clock", "clock"), "": ()}
_FRAME_SIDE: Final = 1920  # pixels of the longer side of a picture that stands for the video


def make(source: BufferedReader, to: str, plan: Plan) -> None:
    """Writes the rendition to the file at `to`. Raises MediaRefused."""
    import av

    with decoding():
        with opened(source) as video, av.open(to, "w", format="mp4", options=dict(_MUXER)) as out:
            (_copy if plan.copy else _encode)(video, out, plan)
        _blank(Path(to))


def frame(source: BufferedReader, at: float) -> bytes:
    """A picture of the video, as PNG: the first at `at` seconds or later, else its last."""
    from io import BytesIO

    with decoding(), opened(source) as container:
        found = _frame_at(container, at)
        scale = min(1.0, _FRAME_SIDE / max(found.width, found.height))
        small = found.reformat(int(found.width * scale), int(found.height * scale), "rgb24")
        out = BytesIO()
        image: Any = small.to_image()
        image.save(out, "PNG")
        return out.getvalue()


def _frame_at(container: "InputContainer", at: float) -> Any:
    found: Any = None
    for found in container.decode(picture(container)):
        if found.time is not None and found.time >= at:
            return found
    if found is None:
        raise MediaRefused("there is no picture in the video", AGAIN)
    return found


def _copy(video: "InputContainer", out: "OutputContainer", plan: Plan) -> None:
    from av.bitstream import BitStreamFilterContext

    pictures, sounds = picture(video), sound(video) if plan.sound else None
    shown = out.add_stream_from_template(pictures)
    heard = out.add_stream_from_template(sounds) if sounds else None
    for stream in filter(None, (shown, heard)):
        stream.metadata.clear()
    plain = BitStreamFilterContext(_PLAIN, pictures, shown)
    for packet in video.demux(*filter(None, (pictures, sounds))):
        if packet.stream is pictures:
            _mux(out, shown, plain.filter(packet if packet.dts is not None else None))
        elif packet.dts is not None:
            _mux(out, heard, [packet])


def _mux(out: "OutputContainer", stream: Any, packets: Iterable[Any]) -> None:
    for packet in packets:
        packet.stream = stream
        out.mux(packet)


def _encode(video: "InputContainer", out: "OutputContainer", plan: Plan) -> None:
    from av.bitstream import BitStreamFilterContext

    pictures, sounds = picture(video), sound(video) if plan.sound else None
    pictures.thread_type = "AUTO"
    pictures.codec_context.thread_count = _THREADS
    shown = _shown(out, plan)
    heard = _heard(out, sounds, plan)
    out.start_encoding()
    graph, plain = _graph(pictures, plan), BitStreamFilterContext(_PLAIN, shown)
    resampler = _resampler(plan)
    for packet in video.demux(*filter(None, (pictures, sounds))):
        if packet.stream is pictures:
            for each in _frames(packet, graph):
                _mux(out, shown, _through(plain, shown.encode(each)))
        elif resampler is not None:
            for each in _sounds(packet, resampler):
                out.mux(heard.encode(each))
        elif packet.dts is not None:
            _mux(out, heard, [packet])
    graph.push(None)
    for each in _pulled(graph):
        _mux(out, shown, _through(plain, shown.encode(each)))
    _mux(out, shown, _through(plain, shown.encode(None)))
    _mux(out, shown, plain.filter(None))
    if resampler is not None:
        for each in resampler.resample(None):
            out.mux(heard.encode(each))
        out.mux(heard.encode(None))


def _through(plain: Any, packets: Iterable[Any]) -> Iterator[Any]:
    for packet in packets:
        yield from plain.filter(packet)


def _shown(out: "OutputContainer", plan: Plan) -> Any:
    limit = {"maxrate": str(plan.bits), "bufsize": str(plan.bits)}
    stream: Any = out.add_stream("libx264", rate=plan.fps, options={**_ENCODER, **limit})
    stream.width, stream.height, stream.pix_fmt = plan.width, plan.height, "yuv420p"
    context = stream.codec_context
    context.thread_count = _THREADS
    context.gop_size = plan.fps * 2
    context.time_base = Fraction(1, plan.fps)
    context.color_primaries = context.color_trc = context.colorspace = 1  # BT.709 (H.273)
    context.color_range = 1  # limited
    return stream


def _heard(out: "OutputContainer", sounds: Any, plan: Plan) -> Any:
    if sounds is None:
        return None
    if plan.sound == "copy":
        stream = out.add_stream_from_template(sounds)
        stream.metadata.clear()
        return stream
    stream = out.add_stream("aac", rate=48_000, options={"b": "128k"})
    stream.layout = "stereo"
    return stream


def _resampler(plan: Plan) -> Any:
    if plan.sound != "encode":
        return None
    from av.audio.resampler import AudioResampler

    return AudioResampler("fltp", "stereo", 48_000, frame_size=1024)


def _graph(pictures: Any, plan: Plan) -> "Graph":
    """Upright, small, of ordinary light, evenly in time: in this order, so that the slow steps see few pixels."""
    from av.filter import Graph

    turned = plan.turn in {"right", "left"}
    width, height = (plan.height, plan.width) if turned else (plan.width, plan.height)
    graph = Graph()
    last = graph.add_buffer(template=pictures)
    for name, options in _steps(plan, width, height):
        step = graph.add(name, options)
        last.link_to(step)
        last = step
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


def _steps(plan: Plan, width: int, height: int) -> Iterator[tuple[str, str]]:
    yield "fps", str(plan.fps)
    if plan.light == HLG:
        yield "scale", f"{width}:{height}"
        yield "format", "yuv420p10le"
        yield "setparams", "colorspace=bt2020nc:color_primaries=bt2020:color_trc=bt2020-10:range=tv"
        yield "colorspace", "all=bt709:format=yuv420p"
    else:
        yield "scale", f"{width}:{height}:out_color_matrix=bt709:out_range=tv"
        yield "format", "yuv420p"
    for way in _TRANSPOSE[plan.turn]:
        yield "transpose", way
    yield "setsar", "1"


def _frames(packet: Any, graph: "Graph") -> Iterator[Any]:
    for each in packet.decode():
        if each.time is not None and each.time > LONGEST_S:  # a gap would be filled with frames, for hours
            raise MediaRefused("the video's times make no sense", AGAIN)
        graph.push(each)
        yield from _pulled(graph)


def _pulled(graph: "Graph") -> Iterator[Any]:
    import av

    while True:
        try:
            each: Any = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        each.pict_type = 0  # the encoder decides which frames stand alone
        yield each


def _sounds(packet: Any, resampler: Any) -> Iterator[Any]:
    for each in packet.decode():
        yield from resampler.resample(each)


def _blank(path: Path) -> None:
    """The muxer writes an empty box for metadata in any case; it becomes room that nobody uses."""
    import mmap

    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as data:
        for moov in boxes(data):  # type: ignore[arg-type]  # an mmap gives bytes for a slice
            for extra in inside(data, moov, b"udta") if moov.kind == b"moov" else ():  # type: ignore[arg-type]  # as above
                data[extra.start - 4 : extra.start] = b"free"
                data[extra.start : extra.end] = bytes(extra.end - extra.start)
