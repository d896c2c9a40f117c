"""A daemon that stops in the middle of one stage until the test lets it on. Run as a program.

`python -m tests.daemon.gated --settings FILE STAGE GATE`: GATE is a named pipe; opening it to read is the wait.
"""

import dataclasses
import sys
from datetime import datetime
from pathlib import Path

from socialpub import daemon
from socialpub.app import App
from socialpub.delivery.hand import Hand
from socialpub.pipeline import STAGES, Stage
from socialpub.settings import load


def gated(stage: Stage, gate: Path) -> Stage:
    passed: list[bool] = []

    def run(app: App, hand: Hand) -> datetime | None:
        if not passed:
            gate.read_bytes()  # until somebody opens it to write, and closes it
            passed.append(True)
        return stage.run(app, hand)

    return dataclasses.replace(stage, run=run)


if __name__ == "__main__":
    import logging

    logging.basicConfig(level=logging.INFO)
    _, settings, name, path = sys.argv[1:]
    setattr(daemon, "STAGES", [gated(stage, Path(path)) if stage.name == name else stage for stage in STAGES])  # noqa: B010  mypy sees a constant
    daemon.run(load(Path(settings)))
