"""The same towns as the desk's tests."""

from tests.desk.conftest import here, plain

__all__ = ["here", "plain"]
