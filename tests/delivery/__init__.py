"""The delivery room, proved adversarially: what the daemon does with every answer, at every step, on both engines."""
