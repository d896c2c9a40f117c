"""Bytes in, safe bytes out. The only importer of PIL. Nothing of an original's metadata leaves this room."""
