"""A town on each engine, with its outbox; `plain` on SQLite alone."""

from tests.flow.conftest import here, plain

__all__ = ["here", "plain"]
