"""How this room says no: what cannot be done, why, and what to do instead. Never used for bugs."""

from sqlalchemy.exc import DBAPIError


class RecordsError(Exception):
    """Nothing was changed; the message names the thing, the reason, the remedy and a code."""


def reason(error: Exception) -> str:
    """The database's own words, on one line: without the statement, its values, and a link to a manual."""
    own = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return (str(own).splitlines() or [type(own).__name__])[0]
