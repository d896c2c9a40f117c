"""Bytes in, safe bytes out. What arrives is examined and kept; only pixels we encoded ourselves ever leave.

The only importer of Pillow and pillow-heif, and only on first use. Knows no story, no network, no database.
"""
