"""Slots, spacing, quiet hours and time zones. Pure: the clock is passed in, UTC comes out."""
