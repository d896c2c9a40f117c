"""A deterministic simulation: one seed is one random week of a department, its people, its daemons and its networks.

`python -m tests.simulation --seeds 1000` runs more of them than the suite does; `--seed 17` replays one.
"""
