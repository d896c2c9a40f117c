"""A story and a network's limits in, a post out. Pure: no clock, no file, no database."""
