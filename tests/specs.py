"""Where the networks' own machine-readable descriptions lie. They are not part of this repository.

They are looked for beside the checkout, in ../shared/specs, or where SOCIALPUB_SPECS says. Tests that need them
cannot run without them, and say so; small shapes written by hand are checked everywhere (test_shapes.py).
"""

import os
from pathlib import Path

import pytest

SPECS = Path(os.environ.get("SOCIALPUB_SPECS") or Path(__file__).resolve().parents[2] / "shared" / "specs")


def needs(name: str) -> pytest.MarkDecorator:
    """Skips, with the reason, where the file or folder `name` of the descriptions is not there."""
    return pytest.mark.skipif(not (SPECS / name).exists(), reason=missing(name))


def missing(name: str) -> str:
    return f"the networks' descriptions are not here: no {SPECS / name}; name their folder in SOCIALPUB_SPECS"
