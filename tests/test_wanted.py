"""Refusals of values name the key, the reason and the next step, in nobody's jargon: stories, batches, settings."""

import re
from pathlib import Path
from typing import Any

import pytest

from socialpub.model.document import DocumentError, parse
from socialpub.settings import SettingsError, load

JARGON = re.compile(
    "[Ff]ield required|[Ii]nput|should|[Vv]alue error|valid (string|integer|boolean|tuple|dict)|instance of"
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, '"text" is missing; add it'),
        ({"text": 5}, '"text" must be text, between quotes'),
        ({"text": ""}, '"text" must be text that is not empty'),
        ({"text": "  "}, '"text": the text is empty'),
        ({"text": "a" * 20_001}, '"text" must be 20000 characters or fewer; shorten it'),
        ({"text": "a", "when": "soon"}, '"when" must be a day, like 2026-11-20'),
        ({"text": "a", "not_before": "soon"}, '"not_before" must be a day and a time'),
        ({"text": "a", "urgency": "now"}, "\"urgency\" must be 'routine' or 'today'"),
        ({"text": "a", "photos": 5}, '"photos" must be a list'),
        ({"text": "a", "photos": ["dog.jpg"]}, "photos 1 must be a table"),
        ({"text": "a", "photos": [{}] * 21}, '"photos" must be a list of 20 or fewer'),
        ({"text": "a", "people": [{}, {"minor": "child"}]}, '"minor" of people 2 must be true or false'),
        ({"text": "a", "people": [{"nme": "x"}]}, 'unknown key "nme" of people 1 (did you mean "name"?)'),
        ({"text": "a", "zzz": 1}, 'unknown key "zzz"; take it out, or write one of text, '),
    ],
)
def test_a_story_is_refused_with_its_key_and_what_it_must_be(data: dict[str, Any], says: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(data)
    assert says in str(caught.value)
    assert not JARGON.search(str(caught.value))


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('[web]\nport = "x"', '"web.port" must be a whole number, without quotes'),
        ("[web]\nport = 70000", '"web.port" must be 65535 or less'),
        ("[web]\nhost = 3", '"web.host" must be text'),
        ("[schedule]\ndefault_deadline = 0", '"schedule.default_deadline" must be more than 0'),
        ("[department]\nlanguages = []", '"department.languages" must be a list of 1 or more'),
        ("[department]\nphones = []", '"department.phones" must be a table'),
        ("web = 5", '"web" must be a table'),
        ("[retries]\nmost = 3", 'unknown key "retries"; take it out, or write one of department, '),
    ],
)
def test_settings_are_refused_the_same_way_with_their_file(tmp_path: Path, toml: str, says: str) -> None:
    (file := tmp_path / "settings.toml").write_text(toml, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}: {says}")
    assert not JARGON.search(str(caught.value))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SOCIALPUB__WEB__PROT", "3", 'unknown key "web.prot" (did you mean "port"?) [SP003]'),
        ("SOCIALPUB__WEB__PORT", "abc", '"web.port" must be a whole number, without quotes [SP005]'),
    ],
)
def test_what_the_environment_says_wrongly_is_not_blamed_on_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    (file := tmp_path / "settings.toml").write_text("", "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert str(caught.value) == f"the environment, {name}: {says}"
