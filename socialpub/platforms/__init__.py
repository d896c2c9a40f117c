"""One adapter per network. An adapter never sees the database, and is the only importer of its SDK."""
