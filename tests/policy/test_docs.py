"""What a PIO reads covers every kind, every level, every token class, and its examples load."""

from pathlib import Path

import pytest

from socialpub.model.finding import Level
from socialpub.policy.kinds.table import KINDS
from socialpub.policy.matching import trusted
from socialpub.policy.packs import load
from socialpub.policy.tokens import TOKENS
from tests.policy.packing import folder
from tests.policy.score import POLICIES

DOC = (Path(__file__).parents[2] / "docs" / "policies.md").read_text("utf-8")
_EXAMPLE = trusted(r"(?s)```toml\n(.*?)```")
EXAMPLES = [found[1] for found in _EXAMPLE.finditer(DOC)]


@pytest.mark.parametrize("word", [*KINDS, *TOKENS, *Level])
def test_every_kind_token_class_and_level_is_explained(word: str) -> None:
    assert f"`{word}`" in DOC


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_key_of_every_kind_is_explained(kind: str) -> None:
    for name, field in KINDS[kind].model_fields.items():
        key = field.alias or name
        assert f"`{key}`" in DOC or f"`{key} = " in DOC, f"{kind}: {key}"


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_in_the_doc_loads_over_the_shipped_packs(tmp_path: Path, example: str) -> None:
    for path in (POLICIES / "core").glob("*.toml"):
        (tmp_path / "core").mkdir(exist_ok=True)
        (tmp_path / "core" / path.name).write_text(path.read_text("utf-8"), "utf-8")
    assert load(folder(tmp_path, local=example)).where


def test_the_doc_has_examples() -> None:
    assert len(EXAMPLES) >= 5
