"""Runs many seeds: `python -m tests.simulation --seeds 1000 [--first 0] [--seed N]`. A failing one is printed."""

import argparse
import logging
import multiprocessing
import sys
import traceback

from tests.simulation.running import live


def _trouble(seed: int) -> tuple[int, str]:
    logging.disable()
    try:
        live(seed)
    except Exception:  # noqa: BLE001  every seed is told of
        return seed, traceback.format_exc()
    return seed, ""


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.simulation")
    options.add_argument("--seeds", type=int, default=100, help="how many")
    options.add_argument("--first", type=int, default=0, help="the first one")
    options.add_argument("--seed", type=int, help="replay this one alone")
    options.add_argument("--jobs", type=int, default=2)
    given = options.parse_args()
    if given.seed is not None:
        live(given.seed)
        return 0
    failed = 0
    with multiprocessing.Pool(given.jobs) as pool:
        for seed, trouble in pool.imap_unordered(_trouble, range(given.first, given.first + given.seeds)):
            if trouble:
                failed += 1
                print(f"seed {seed} failed; replay it with: python -m tests.simulation --seed {seed}\n{trouble}")  # noqa: T201
    print(f"{given.seeds} weeks, {failed} failed")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
