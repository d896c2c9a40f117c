"""Videos: looked at, made, proved."""
