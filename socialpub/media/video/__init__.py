"""Videos in, safe videos out: MP4 of H.264 and AAC with the index first, and nothing beside picture and sound.

The only importer of PyAV, and only in a process of its own. `apart` starts that process and proves what it made.
"""
