"""Who may act."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from socialpub.store.schema.base import Base, Json, Key, OfAgency


class User(Base):
    """A person. `name` is what the records say for ever, so it is never given to somebody else."""

    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_name", "agency_id", "name", unique=True),
        Index(
            "uq_users_os_user",
            "agency_id",
            "os_user",
            unique=True,
            postgresql_where=text("os_user <> ''"),
            sqlite_where=text("os_user <> ''"),
        ),
    )

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    name: Mapped[str]
    roles: Mapped[Json]  # values of model.people.Role, sorted
    os_user: Mapped[str] = mapped_column(default="")  # the operating-system account that acts as this person
    trusted: Mapped[bool] = mapped_column(default=False)  # `by` counts in folders that this account owns
    added_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
