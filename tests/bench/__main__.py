"""`python -m tests.bench [MEASURE ...]`: JSON lines on stdout, notes on stderr. Without a name, all of them."""

import argparse
import logging
from collections.abc import Callable, Iterator

from tests.bench import burst, idle, lateness, media, recovery, wake
from tests.bench.line import Line, say


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("measure", nargs="*", help="media, burst, wake, lateness, idle, recovery; none: all")
    parser.add_argument("--deliveries", type=int, default=10_000, help="of the burst")
    parser.add_argument("--channels", type=int, default=1000, help="of the burst")
    parser.add_argument("--waiting", type=int, default=1_000_000, help="rows of the large wake-up")
    parser.add_argument("--lone", type=int, default=60, help="deliveries whose lateness is measured")
    parser.add_argument("--seconds", type=float, default=20, help="of doing nothing")
    parser.add_argument("--queued", type=int, default=100_000, help="rows when the daemon is killed")
    given = parser.parse_args()
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    measures: dict[str, Callable[[], Iterator[Line]]] = {
        "media": media.measure,
        "burst": lambda: burst.measure(given.deliveries, given.channels),
        "wake": lambda: wake.measure(given.waiting),
        "lateness": lambda: lateness.measure(given.lone),
        "idle": lambda: idle.measure(given.seconds),
        "recovery": lambda: recovery.measure(given.queued),
    }
    if unknown := set(given.measure) - set(measures):
        parser.error(f"there is no measure {', '.join(sorted(unknown))}; there are {', '.join(measures)}")
    for name in given.measure or measures:
        for line in measures[name]():
            say(line)


if __name__ == "__main__":
    main()
