"""Runs many seeds, and prints those that fail: `python -m tests.simulation --seeds 1000`, or `--seed N` for one."""

import argparse
import logging
import multiprocessing
import sys
import traceback
from functools import partial

from tests.simulation.running import live
from tests.simulation.week import ROUNDS


def _trouble(seed: int, rounds: int, *, wild: bool) -> tuple[int, str]:
    logging.disable()
    try:
        live(seed, rounds, wild=wild)
    except Exception:  # noqa: BLE001  every seed is told of
        return seed, traceback.format_exc()
    return seed, ""


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.simulation")
    options.add_argument("--seeds", type=int, default=100, help="how many")
    options.add_argument("--first", type=int, default=0, help="the first one")
    options.add_argument("--seed", type=int, help="replay this one alone")
    options.add_argument("--rounds", type=int, default=ROUNDS, help="how long a week is; a replay needs the same")
    options.add_argument("--wild", action="store_true", help="full of interference; a replay needs the same")
    options.add_argument("--jobs", type=int, default=2, help="processes")
    given = options.parse_args()
    if given.seed is not None:
        live(given.seed, given.rounds, wild=given.wild)
        return 0
    failed = 0
    with multiprocessing.Pool(given.jobs) as pool:
        one = partial(_trouble, rounds=given.rounds, wild=given.wild)
        for seed, trouble in pool.imap_unordered(one, range(given.first, given.first + given.seeds)):
            if trouble:
                failed += 1
                print(f"seed {seed} failed (--seed {seed} --rounds {given.rounds}):\n{trouble}", flush=True)  # noqa: T201
    print(f"{given.seeds} weeks, {failed} failed")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
