"""settings.toml: what is written counts, what is not known is refused with a suggestion, secrets stay out of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.settings import Settings, SettingsError, load
from tests.town import ROOT


@pytest.fixture
def write(tmp_path: Path) -> "Write":
    return Write(tmp_path / "settings.toml")


class Write:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, toml: str | bytes = "") -> Path:
        self.path.write_bytes(toml if isinstance(toml, bytes) else toml.encode())
        return self.path

    def refused(self, toml: str | bytes) -> str:
        with pytest.raises(SettingsError) as refusal:
            load(self(toml))
        return str(refusal.value)


def test_the_shipped_settings_can_be_read() -> None:
    assert load(ROOT / "settings.toml").department.city == "Port Halyard"


def test_an_empty_file_is_a_department_with_defaults(write: Write) -> None:
    settings = load(write())
    assert (settings.web.host, settings.queue.dir) == ("127.0.0.1", write.path.parent / "queue")


def test_every_path_is_beside_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    settings = load(write('[queue]\ndir = "/var/q"\n[secrets]\nkey_file = "k"'))
    here = write.path.parent
    assert settings.queue.dir == Path("/var/q")
    assert (settings.secrets.key_file, settings.policies.dir) == (here / "k", here / "policies")


def test_a_file_that_is_not_there_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--settings FILE \[SP001\]"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize("toml", ["[web", b"\xff\xfe", b"\0", "a = " + "[" * 5_000, "a = " + "9" * 5_000])
def test_what_is_no_toml_is_told(write: Write, toml: str | bytes) -> None:
    assert "[SP002]" in write.refused(toml)


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\[SP002\]"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[departmnt]", 'unknown key "departmnt" (did you mean "department"?)'),
        ('[department]\ntimezone = "UTC"', 'unknown key "department.timezone" (did you mean "time_zone"?)'),
        ("[web]\nprot = 1", '(did you mean "port"?)'),
        ('[web]\ntls_cert = "cert.pem"', 'unknown key "web.tls_cert"'),  # until something reads it
        ("zzz = 1", 'unknown key "zzz"; take it out, or write one of department, web, '),
        ('_env_file = ".env"', 'unknown key "_env_file"'),
        ("_cli_parse_args = true", 'unknown key "_cli_parse_args"'),
    ],
)
def test_an_unknown_key_is_refused_with_a_suggestion(write: Write, toml: str, says: str) -> None:
    said = write.refused(toml)
    assert says in said
    assert said.endswith("[SP003]")


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ("web = 5", "web"),
        ("secrets = 5", "secrets"),
        ('secrets = "key"', "secrets"),
        ("[web]\nport = 70000", "web.port"),
        ("[web]\nport = -1", "web.port"),
        ("[schedule]\nspacing = -1", "schedule.spacing"),
        ("[schedule]\ndefault_deadline = 0", "schedule.default_deadline"),
        ('[department]\npopulation = "many"', "department.population"),
        ('[department]\nas_of = "soon"', "department.as_of"),
        ("[department]\nphones = []", "department.phones"),
        ("[department]\nlanguages = []", "department.languages"),
    ],
)
def test_a_value_that_cannot_be_meant_names_its_key(write: Write, toml: str, key: str) -> None:
    said = write.refused(toml)
    assert f'"{key}"' in said
    assert said.endswith("[SP005]")


@pytest.mark.parametrize(
    ("zone", "close"),
    [("America/NewYork", "America/New_York"), ("../../etc/passwd", ""), ("", ""), ("EST5EDT4", "EST5EDT")],
)
def test_a_zone_that_does_not_exist_is_refused(write: Write, zone: str, close: str) -> None:
    said = write.refused(f'[department]\ntime_zone = "{zone}"')
    assert f'"{zone}" is no IANA time zone' in said
    assert close in said


def test_all_complaints_are_told_at_once(write: Write) -> None:
    assert write.refused('[web]\nport = 70000\nhosst = "x"\n[department]\ntime_zone = "X"').count("\n") == 2


def test_a_key_may_not_stand_in_the_file(write: Write) -> None:
    said = write.refused('[secrets]\nkey = "c2VjcmV0"')
    assert "[SP004]" in said
    assert "c2VjcmV0" not in said


def test_the_environment_wins(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALPUB__WEB__PORT", "9000")
    monkeypatch.setenv("SOCIALPUB__SCHEDULE__SLOTS", '["mon 09:00"]')
    monkeypatch.setenv("SOCIALPUB__SECRETS__KEY", "k")
    settings = load(write('[web]\nport = 1\nhost = "::1"'))
    assert (settings.web.port, settings.web.host) == (9000, "::1")
    assert settings.schedule.slots == ("mon 09:00",)
    assert settings.secrets.key == "k"


def test_an_environment_with_a_wrong_name_is_refused_too(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALPUB__QUEU__DIR", "/x")
    assert 'the environment: unknown key "queu" (did you mean "queue"?) [SP003]' in write.refused("")


def test_an_environment_with_a_wrong_key_in_a_section_is_refused_too(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCIALPUB__QUEUE__DRI", "/x")
    assert '"queue.dri" (did you mean "dir"?) [SP003]' in write.refused("")


def test_a_list_in_the_environment_is_json(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALPUB__DEPARTMENT__LINK_HOSTS", "a.example,b.example")
    assert "lists are written as JSON [SP006]" in write.refused("")


def test_settings_show_no_secret(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALPUB__SECRETS__KEY", "CANARY-key")
    shown = repr(
        load(write('[notify]\npio = ["mailto://u:CANARY-pw@h"]\n[notify.officers]\nkim = ["json://CANARY-t"]'))
    )
    assert "CANARY" not in shown


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=10)
sections = st.sampled_from([*Settings.model_fields, "x", "_env_file"])
tables = st.dictionaries(
    st.text(max_size=6) | st.sampled_from(["name", "port", "dir", "key", "slots"]), scalars, max_size=3
)


@given(st.dictionaries(sections, scalars | tables, max_size=4))
def test_any_settings_are_settings_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]
) -> None:
    import json

    def toml(value: object) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
        return json.dumps(value if value is not None else "")

    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text("\n".join(f"{key} = {toml(value)}" for key, value in data.items()), "utf-8")
    try:
        assert load(path).department.zone.key
    except SettingsError as refusal:
        code = str(refusal)[-6:]
    else:
        return
    assert code.startswith("SP00")


@pytest.mark.parametrize(
    "url", ["", "https://media.phpd.example", "https://phpd.example:8443/photos/", "http://127.0.0.1:1"]
)
def test_a_public_address_is_kept_without_its_last_slash(write: Write, url: str) -> None:
    assert load(write(f'[public]\nurl = "{url}"')).public.url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://media.phpd.example",
        "http://127.0.0.1.example",
        "media.phpd.example",
        "ftp://media.phpd.example",
        "https://",
        "https://user:pw@media.phpd.example",
        "https://media.phpd.example/?a=1",
        "https://media.phpd.example:port",
        "https://médias.phpd.example",
    ],
)
def test_a_public_address_that_no_network_would_fetch_from_is_refused(write: Write, url: str) -> None:
    assert '"public.url"' in write.refused(f'[public]\nurl = "{url}"')
