"""How this room says no: what cannot be done, why, and what to do instead. Never used for bugs."""


class RecordsError(Exception):
    """Nothing was changed; the message names the thing, the reason, the remedy and a code."""
