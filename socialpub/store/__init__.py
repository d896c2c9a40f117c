"""The database: the rows are the queue. Only this room knows SQL; only `moves` writes a state."""
