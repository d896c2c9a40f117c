"""The store is proved on both engines."""

from tests.databases import bare, clock, db, sqlite_db

__all__ = ["bare", "clock", "db", "sqlite_db"]
