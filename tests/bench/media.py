"""Six renditions of a twelve-megapixel phone photo, against `sharp` (libvips) making the same six sizes."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from socialpub.media import apart, render
from tests.bench.line import Line, against, not_measured, note
from tests.media import phone
from tests.media.time_renditions import SIX

ROUNDS = 5
_HERE, _APART = "six renditions, in this process", "six renditions, in a process of their own"

#: As anybody would write it: each size from the file, upright, one after the other. It says the milliseconds.
_SHARP = """
const sharp = require('sharp'); const sizes = JSON.parse(process.argv[2]);
sharp.cache(false);
const once = async () => { for (const [width, height] of sizes)
  await sharp(process.argv[1]).rotate().resize({width, height, fit: 'inside', withoutEnlargement: true})
    .jpeg({quality: 85, progressive: true}).toBuffer(); };
(async () => { await once(); const times = [];
  for (let i = 0; i < +process.argv[3]; i++) {
    const begin = performance.now(); await once(); times.push(performance.now() - begin); }
  console.log(JSON.stringify(times)); })();
"""


def measure() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        photo.write_bytes(phone.jpeg(phone.scene(4032, 3024), orientation=6))
        try:
            theirs = _sharp(Path(folder), photo)
        except (OSError, subprocess.SubprocessError) as error:
            yield from (not_measured(name, "ms", f"sharp did not run: {error}") for name in (_HERE, _APART))
            return
        for name, work in ((_HERE, render.render), (_APART, apart.render)):
            yield against(name, _milliseconds(partial(work, photo, SIX)), "ms", "sharp, sequential", theirs)


def _milliseconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        begin = perf_counter()
        work()
        times.append((perf_counter() - begin) * 1000)
    note(f"media: {min(times):.0f} to {max(times):.0f} ms")
    return median(times)


def _sharp(folder: Path, photo: Path) -> float:
    """Milliseconds of sharp, from npm, in a temporary folder."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise FileNotFoundError("node and npm are not installed")
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "sharp"]
    subprocess.run(install, check=True, cwd=folder, timeout=300, stdout=subprocess.DEVNULL)
    sizes = json.dumps([(limit.width, limit.height) for limit in SIX.values()])
    command = ["node", "-e", _SHARP, str(photo), sizes, str(ROUNDS)]
    said = subprocess.run(command, check=True, cwd=folder, timeout=300, capture_output=True, text=True)
    times = json.loads(said.stdout)
    note(f"sharp: {min(times):.0f} to {max(times):.0f} ms")
    return float(median(times))
