"""The same burst with APScheduler's own SQLite job store, as a project without a ledger would do it."""

import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import sleep, time
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import insert

_LEAD = 2.0
_called: list[float] = []


def call(_number: int) -> None:
    """What each job does; pickled by its name."""
    _called.append(time())


def per_second(folder: Path, jobs: int) -> float:
    """Jobs a second from the due time to the last call; ten threads, as it comes."""
    _called.clear()
    store = SQLAlchemyJobStore(f"sqlite:///{folder / 'rival.db'}")
    scheduler = BackgroundScheduler(timezone=UTC, jobstores={"default": store})
    scheduler.start(paused=True)
    due = time() + _LEAD + jobs / 5000
    _fill(scheduler, store, jobs, datetime.fromtimestamp(due, UTC))
    scheduler.resume()
    _wait(jobs)
    scheduler.shutdown()
    return jobs / (_called[-1] - due)


def _fill(scheduler: BackgroundScheduler, store: SQLAlchemyJobStore, jobs: int, due: datetime) -> None:
    """Straight into its table: `add_job` would commit one by one, which is not what is measured."""
    model = scheduler.add_job(call, DateTrigger(due), [0], id="model", misfire_grace_time=None)
    state = model.__getstate__()
    store.remove_job("model")
    with store.engine.begin() as connection:
        connection.execute(insert(store.jobs_t), list(_rows(state, jobs, due)))


def _rows(state: dict[str, Any], jobs: int, due: datetime) -> Iterator[dict[str, Any]]:
    for number in range(jobs):
        state.update(id=str(number), args=(number,), next_run_time=due)
        yield {
            "id": str(number),
            "next_run_time": due.timestamp(),
            "job_state": pickle.dumps(state, pickle.HIGHEST_PROTOCOL),
        }


def _wait(jobs: int) -> None:
    until = time() + 600
    while len(_called) < jobs:
        if time() > until:
            raise RuntimeError(f"APScheduler called {len(_called)} of {jobs} jobs in ten minutes")
        sleep(0.05)
