"""Networks as data and as a table: what can be loaded, and what is said when it cannot."""

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from socialpub.model.limits import Limits
from socialpub.platforms import table
from socialpub.platforms.contract import Platform, Supplies
from socialpub.platforms.networks import LimitsError, read_limits
from tests.platforms.rig import LIMITS, Shelf

POLICIES = Path(__file__).parents[2] / "policies" / "networks"


def test_every_built_in_has_its_limits_and_loads() -> None:
    assert set(table.BUILTINS) == set(LIMITS)
    for name, limits in LIMITS.items():
        platform = table.load(limits, Supplies(Shelf().read))
        assert (platform.name, platform.limits) == (name, limits)


def test_an_unknown_network_is_refused_with_a_suggestion() -> None:
    with pytest.raises(table.UnknownPlatform, match=r'"facebok".*did you mean "facebook".*facebook, file, .*x'):
        table.load(LIMITS["facebook"].model_copy(update={"name": "facebok"}), Supplies(Shelf().read))


def elsewhere(limits: Limits, supplies: Supplies) -> Platform:
    return table.load(LIMITS["file"].model_copy(update={"label": limits.label}), supplies)


def test_a_third_party_comes_by_its_entry_point_and_cannot_replace_a_built_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    points = tuple(EntryPoint(n, "tests.platforms.test_tables:elsewhere", table.GROUP) for n in ("noticeboard", "x"))
    monkeypatch.setattr(table, "entry_points", lambda group: points if group == table.GROUP else ())
    assert table.known() == sorted([*table.BUILTINS, "noticeboard"])
    board = LIMITS["file"].model_copy(update={"name": "noticeboard", "label": "Notice board"})
    assert table.load(board, Supplies(Shelf().read)).limits.label == "Notice board"
    assert table.load(LIMITS["x"], Supplies(Shelf().read)).limits.name == "x"


def test_no_sdk_is_imported_before_it_is_used() -> None:
    code = (
        "import sys; from pathlib import Path; from socialpub.platforms import contract, networks, table; "
        f"every = networks.read_limits(Path({str(POLICIES)!r})).values(); "
        "[table.load(one, contract.Supplies(bytes)) for one in every]; "
        "sys.exit(' '.join({'tweepy', 'facebook', 'PIL'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _folder(tmp_path: Path, name: str, change: tuple[str, str]) -> Path:
    text = (POLICIES / name).read_text("utf-8")
    assert change[0] in text
    (tmp_path / name).write_text(text.replace(*change, 1), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("settle_s", "settles_s"), r'x\.toml: unknown key "looks.settles_s" \(did you mean "settle_s"\?\)'),
        (("settle_s", "settles_s"), r'x\.toml: "looks.settle_s" is missing; add it'),
        (
            ("longest     = 280", 'longest = "many"'),
            r'x\.toml: "text.longest" is \'many\'; it must be a whole number',
        ),
        (('"weighted"', '"heavy"'), r'x\.toml: "text.counts" is \'heavy\'; it must be .*weighted'),
        (('name   = "x"', 'name = "y"'), r'x\.toml: "name" is "y"; it must be the file\'s own, "x"'),
        (("[photos]", "[photos"), r"x\.toml: cannot be read as TOML"),
        (("longest     = 280", "longest = -5"), r'"text.longest" is -5; it must be 1 or more; look it up again'),
        (
            ("longest     = 280", "longest = 20"),
            r"x\.toml: text\.link_length is 23 and text\.longest is 20: no link would ever fit",
        ),
        (("longest     = 280", f"longest = {'9' * 5000}"), r"x\.toml: cannot be read as TOML"),
        (("longest     = 280", f"longest = {'[' * 5000}"), r"x\.toml: cannot be read as TOML"),
        (("longest     = 280", "longest = true"), r'"text.longest" is True; it must be a whole number'),
        (("width       = 2000", "width = 0"), r'"photos.width" is 0; it must be 1 or more'),
        (("width       = 2000", "width = 10_000_000"), r'"photos.width" is 10000000; it must be 20,000 or less'),
        (("5_000_000", "5"), r'"photos.max_bytes" is 5; it must be 1,000 or more'),
        (("[photos]", "[photos]\nwidest_ratio = 0"), r'"photos.widest_ratio" is 0; it must be 0\.1 or more'),
        (
            ("[photos]", "[photos]\nwidest_ratio = 0.5\ntallest_ratio = 1.9"),
            r"\[photos\]: widest_ratio is 0\.5 and tallest_ratio is 1\.9: no photo is both",
        ),
        (("[photos]", "[photos]\nleast = 5"), r"\[photos\]: least is 5 and most is 4: no number of photos is both"),
        (("[photos]", "[photos]\nratio_together = 11"), r'"photos.ratio_together" is 11; it must be 10 or less'),
        (("looks          = 3", "looks = 0"), r'"looks.looks" is 0; it must be 1 or more'),
        (("settle_s       = 30", "settle_s = -1"), r'"looks.settle_s" is -1; it must be 0 or more'),
        (("settle_s       = 30", "settle_s = nan"), r'"looks.settle_s" is nan; it must be an ordinary number'),
        (("spacing_s = 60", "spacing_s = inf"), r'"pace.spacing_s" is inf; it must be an ordinary number'),
        (("daily_cap = 50", "daily_cap = 0"), r'"pace.daily_cap" is 0; it must be 1 or more'),
        (('label  = "X"', 'label = ""'), r'"label" is \'\'; .*at least 1 character'),
        (('label  = "X"', 'label = "X"\nzzzz = 1'), r'x\.toml: unknown key "zzzz"; take it out'),
    ],
)
def test_a_wrong_file_is_refused_by_name_key_and_remedy(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(LimitsError, match=says):
        read_limits(_folder(tmp_path, "x.toml", change))


def test_all_wrong_files_are_named_at_once(tmp_path: Path) -> None:
    _folder(tmp_path, "x.toml", ("settle_s", "settel"))
    _folder(tmp_path, "file.toml", ("settle_s", "settel"))
    with pytest.raises(LimitsError) as caught:
        read_limits(tmp_path)
    assert "x.toml" in str(caught.value)
    assert "file.toml" in str(caught.value)


def test_an_empty_folder_is_not_taken_for_no_networks(tmp_path: Path) -> None:
    with pytest.raises(LimitsError, match="check \\[policies\\] dir"):
        read_limits(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(LimitsError, match="cannot be read as TOML"):
        read_limits(tmp_path)
