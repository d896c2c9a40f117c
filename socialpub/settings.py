"""Reads `settings.toml` and the environment. Every key is known, or it is an error with a suggestion.

The lowest room: it imports nothing of the house but the words of a refusal. It opens the settings file and
nothing else.
"""

import difflib
import functools
import os
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as PydanticSettingsError

from socialpub.wanted import complaint, unknown


class SettingsError(Exception):
    """The settings cannot be used; the message names the file, the key, the remedy and a code."""


@functools.cache
def _zones() -> set[str]:
    """The names of all zones; looking them up walks a folder."""
    return available_timezones()


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Department(Section):
    """Who we are, and what we may always say. Values in lists are never flagged as private."""

    name: str = "Example Police Department"
    short_name: str = ""
    city: str = ""
    state: str = ""  # two letters; chooses the state pack
    time_zone: str = "America/New_York"  # IANA name
    population: int = 0  # decides the date from which accessibility findings block
    as_of: date | None = None  # screen as if it were this day; None: today
    languages: tuple[str, ...] = Field(default=("en",), min_length=1)
    phones: dict[str, str] = Field(default_factory=dict)
    public_numbers: tuple[str, ...] = ("911", "988", "211", "811")
    mail_domains: tuple[str, ...] = ()
    link_hosts: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    public_places: tuple[str, ...] = ()
    officers_named_ok: tuple[str, ...] = ()
    k9: tuple[str, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in _zones():
            close = difflib.get_close_matches(value, _zones(), n=1)
            raise ValueError(f'"{value}" is no IANA time zone' + (f' (did you mean "{close[0]}"?)' if close else ""))
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Web(Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8420, ge=0, le=65535)


class Public(Section):
    """Where networks fetch photos for themselves."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    url: str = ""

    @field_validator("url")
    @classmethod
    def _leads_here(cls, value: str) -> str:
        """https, as the networks ask for it; http only on this machine. Without a slash at its end."""
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            raise ValueError(f'"{value}" cannot be read as an address') from None
        plain = value.isascii() and value.isprintable() and not re.search(r"[\s?#@\\]", value)
        if value and not (plain and parts.hostname and parts.scheme in ("http", "https")):
            raise ValueError(f'"{value}" is no plain address; write "https://media.dept.example"')
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(f'"{value}": networks fetch by https only; http is for tests on this machine')
        return value.rstrip("/")


class Queue(Section):
    dir: Path = Path("queue")
    database: str = ""  # empty: socialpub.db in the spool; else an SQLAlchemy URL of a PostgreSQL


class Policies(Section):
    dir: Path = Path("policies")


class Schedule(Section):
    """When posts go out, in department time."""

    slots: tuple[str, ...] = ()  # "mon 09:00"; none: as soon as spacing and quiet hours allow
    spacing: float = Field(default=0, ge=0)  # least minutes between two posts of one channel
    quiet_hours: str = ""  # "21:00-07:00"; nothing is planned inside
    default_deadline: float = Field(default=24, gt=0)  # hours after its slot


class Secrets(Section):
    key_file: Path | None = Path("queue/secret.key")
    key: str = Field(default="", repr=False)  # base64 of 32 bytes; only from the environment


class Notify(Section):
    """Who is told what. Addresses are apprise URLs, e.g. mailto://host?to=pio@dept.example."""

    reviewers: tuple[str, ...] = Field(default=(), repr=False)  # addresses may hold passwords
    officers: dict[str, tuple[str, ...]] = Field(default_factory=dict, repr=False)  # by person's name
    pio: tuple[str, ...] = Field(default=(), repr=False)
    administrators: tuple[str, ...] = Field(default=(), repr=False)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="SOCIALPUB__",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    department: Department = Department()
    web: Web = Web()
    public: Public = Public()
    queue: Queue = Queue()
    policies: Policies = Policies()
    schedule: Schedule = Schedule()
    secrets: Secrets = Secrets()
    notify: Notify = Notify()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return env_settings, init_settings


def load(path: Path) -> Settings:
    """The settings of the file at `path`, folders made absolute beside it. Raises SettingsError."""
    data = _read(path)
    _refuse_unknown_sections(path, data)
    try:
        settings = Settings(**data)
    except ValidationError as error:
        raise SettingsError("\n".join(_in_words(path, item) for item in error.errors())) from None
    except PydanticSettingsError as error:
        raise SettingsError(f"the environment: {error}; lists are written as JSON [SP006]") from None
    return _anchored(settings, path.resolve().parent)


def _refuse_unknown_sections(path: Path, data: dict[str, Any]) -> None:
    """pydantic would take a key that begins with _ as an option of its own, and pass over one of the environment."""
    prefix = "SOCIALPUB__"
    given = {key.removeprefix(prefix).partition("__")[0].lower() for key in os.environ if key.startswith(prefix)}
    for where, keys in ((str(path), data), ("the environment", sorted(given))):
        for key in keys:
            if key not in Settings.model_fields:
                raise SettingsError(_unknown(where, key, list(Settings.model_fields)))


def _unknown(where: str, key: str, known: list[str]) -> str:
    named = f'"{key}"'
    return f"{where}: {unknown(named, key.rpartition('.')[2], known)} [SP003]"


def _read(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(_text(path))
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file; name one with --settings FILE [SP001]") from None
    except (ValueError, OSError, RecursionError) as error:  # ValueError: no TOML, no UTF-8, a number too long
        raise SettingsError(f"{path}: cannot be read as TOML: {error} [SP002]") from None
    secrets = data.get("secrets")
    if isinstance(secrets, dict) and "key" in secrets:
        raise SettingsError(
            f'{path}: "secrets.key" may not stand in a file; use key_file, or the environment [SP004]'
        )
    return data


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():  # a device never ends, a pipe never begins
        raise ValueError("this is no plain file")
    return path.read_text("utf-8")


def _anchored(settings: Settings, folder: Path) -> Settings:
    def beside(path: Path | None) -> Path | None:
        return None if path is None else folder / path

    return settings.model_copy(
        update={
            "queue": settings.queue.model_copy(update={"dir": beside(settings.queue.dir)}),
            "policies": settings.policies.model_copy(update={"dir": beside(settings.policies.dir)}),
            "secrets": settings.secrets.model_copy(update={"key_file": beside(settings.secrets.key_file)}),
        }
    )


def _in_words(path: Path, error: Any) -> str:
    where, known = _source(path, error["loc"]), _known(error["loc"][:-1])
    if error["type"] == "extra_forbidden":
        return _unknown(where, ".".join(map(str, error["loc"])), known)
    return f"{where}: {complaint(error)} [SP005]"


def _source(path: Path, loc: tuple[Any, ...]) -> str:
    """Where this key was written: a variable of the environment wins over the file."""
    steps = [str(step).upper() for step in loc]
    wanted = ["__".join(["SOCIALPUB", *steps[: number + 1]]) for number in range(len(steps))]
    name = next((key for key in os.environ if key.upper() in wanted), None)
    return f"the environment, {name}" if name else str(path)


def _known(place: tuple[Any, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for step in place:
        annotation = model.model_fields[str(step)].annotation if str(step) in model.model_fields else None
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)
