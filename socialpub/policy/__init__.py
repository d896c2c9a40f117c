"""Packs in, findings out. Pure: text and facts come in as values; only `packs` reads files, once, at load."""
