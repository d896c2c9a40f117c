"""What all tables share: column types, naming, and the agency every row belongs to."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, MetaData, Table, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from socialpub.model.ids import new_id

#: One agency by default, and invisible. Every row that belongs to a department carries it.
AGENCY = "agency"

_LENGTH = len("2026-11-20T15:00:00.000000Z")


class UtcTime(TypeDecorator[datetime]):
    """An aware time, in UTC. A naive one is refused. SQLite keeps sortable text, PostgreSQL its own type."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the store takes UTC only")
        utc = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return utc
        # Not strftime: it writes the year 476 with three digits, which neither sorts nor reads back.
        return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        if len(value) != _LENGTH or value[-1] != "Z":
            raise ValueError(f"{value!r} is no time that this store wrote")
        return datetime.fromisoformat(value)  # thirty times as fast as strptime; the Z gives UTC


class Stored(TypeDecorator[StrEnum]):
    """An enumeration kept by its value, so that the database reads like the words of the house."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


Json = Annotated[Any, mapped_column(JSON().with_variant(JSONB(), "postgresql"))]
Key = Annotated[str, mapped_column(Text, primary_key=True, default=new_id)]
OfAgency = Annotated[str, mapped_column(ForeignKey("agencies.id"), default=AGENCY)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime(), str: Text()}  # noqa: RUF012  SQLAlchemy reads it from the class


def table_of(kind: type[Base]) -> Table:
    """The table itself, for statements about many rows: without a session's bookkeeping they cost a third."""
    return Base.metadata.tables[kind.__tablename__]


class Agency(Base):
    """A department. Its row is also the lock under which its events are chained."""

    __tablename__ = "agencies"

    id: Mapped[Key]
    chain_length: Mapped[int] = mapped_column(default=0)  # events so far
    chain_head: Mapped[str] = mapped_column(default="")  # hash of the newest event; "" before the first


class Epoch(Base):
    """One life of this store. A restore begins a new one, so that no older claim can ever finish."""

    __tablename__ = "epochs"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    because: Mapped[str]
