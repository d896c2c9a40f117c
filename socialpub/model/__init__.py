"""Nouns and both state tables. No input or output happens here, and no clock is read."""
