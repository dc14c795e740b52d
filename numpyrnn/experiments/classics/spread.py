"""Doing the jobs of `numpyrnn classics` on several processes, or on a Dask cluster.

Each job that is done leaves one file, OUT/jobs/TASK_CELL_SEED.json, written whole; a job whose file
is there need not be done again.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from numpyrnn import __version__
from numpyrnn.experiments.classics.job import ClassicJob, run
from numpyrnn.experiments.files import write_json
from numpyrnn.machine import facts

CONNECTING = 10     # seconds to wait for the scheduler
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
INSTALL = 'install it with pip install "numpyrnn[distributed]"'

Record = dict[str, Any]


@contextmanager
def workers_of(
    jobs: Sequence[ClassicJob], count: int | None, scheduler: str | None
) -> Iterator[tuple[int, Iterator[Record]]]:
    """How many jobs go on at once, and their records as they become ready.

    `count` processes, by default one for each core, or the cluster of a scheduler; leaving the
    context ends what is still running.
    """
    if scheduler is not None:
        with Cluster(scheduler) as cluster:
            yield cluster.count, cluster.records(jobs)
        return
    count = count or facts().cores
    with closing(on_processes(jobs, count)) as ready:
        yield count, ready


# What is on the disk ----------------------------------------------------------------------------


def save(out: Path, record: Record) -> None:
    """Write the record of a job into its file."""
    directory = out / "jobs"
    directory.mkdir(parents=True, exist_ok=True)
    write_json(directory / f"{record['task']}_{record['cell']}_{record['seed']}.json", record)


def saved(out: Path, jobs: Sequence[ClassicJob]) -> dict[ClassicJob, Record]:
    """The records of those jobs that are done, with this recipe and this version of numpyrnn.

    What cannot be read, or belongs to another job, counts as not done.
    """
    records: dict[ClassicJob, Record] = {}
    for job in jobs:
        try:
            record = json.loads((out / "jobs" / f"{job.name}.json").read_text(encoding="utf-8"))
            if job.key().items() <= record.items() and "curve" in record:
                records[job] = record
        except (OSError, ValueError, AttributeError, TypeError):
            continue
    return records


# Processes of this machine ----------------------------------------------------------------------


def on_processes(jobs: Sequence[ClassicJob], count: int) -> Generator[Record, None, None]:
    """The records, in the order in which they are ready; `count` processes, one thread each.

    Fresh processes, also for one: NumPy's threads and kernels are chosen when it is loaded. Raises
    RuntimeError where a process dies; leaving early ends the processes.
    """
    before = set(multiprocessing.active_children())
    with _one_thread():
        pool = ProcessPoolExecutor(
            min(count, max(1, len(jobs))), multiprocessing.get_context("spawn"), _begin
        )
        try:
            for future in as_completed([pool.submit(run, job) for job in jobs]):
                yield future.result()
        except BrokenProcessPool as error:
            raise RuntimeError(
                "workers: expected processes that do their jobs, got one that ended before; in a "
                'script write the call below if __name__ == "__main__":, and where memory is short '
                "go on with resume= and fewer workers="
            ) from error
        finally:
            ours = set(multiprocessing.active_children()) - before
            pool.shutdown(wait=False, cancel_futures=True)
            for process in ours:
                process.terminate()     # nobody waits minutes for a record that is not read
                process.join()


def _begin() -> None:
    """In a process of its own, which leaves interruptions to its parent and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=[multiprocessing.parent_process()], daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """In this environment a process that is started has one thread for BLAS."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# A Dask cluster ---------------------------------------------------------------------------------


class Cluster:
    """The workers behind a scheduler's address; a context that leaves the cluster unchanged.

    Raises ImportError without `distributed`, ValueError where no scheduler answers, where it has no
    workers, and where these have no numpyrnn of this version.
    """

    def __init__(self, address: str):
        try:
            import distributed
        except ImportError:
            raise ImportError(
                f"scheduler: expected the package distributed, which is not there; {INSTALL}"
            ) from None
        self._as_completed = distributed.as_completed
        try:
            self.client = distributed.Client(address, timeout=CONNECTING, set_as_default=False)
        except (OSError, ValueError, TypeError, ImportError) as error:
            reason = " ".join(str(error).split())[:120] or type(error).__name__
            raise ValueError(
                f"scheduler: expected the address of a Dask scheduler, such as "
                f"tcp://127.0.0.1:8786, got {address!r} ({reason}); start one with dask scheduler"
            ) from None

    def __enter__(self) -> Cluster:
        try:
            self.count = self._check_workers()
        except BaseException:
            self.client.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def records(self, jobs: Sequence[ClassicJob]) -> Iterator[Record]:
        """The records, in the order in which they are ready; leaving early cancels the others."""
        futures = [self.client.submit(run, job, pure=False) for job in jobs]
        try:
            for future in self._as_completed(futures, loop=self.client.loop):
                yield future.result()
                future.release()
        finally:
            self.client.cancel(futures)

    def _check_workers(self) -> int:
        workers = self.client.scheduler_info(n_workers=-1)["workers"]
        threads = sum(worker["nthreads"] for worker in workers.values())
        if not threads:
            raise ValueError(
                "scheduler: expected at least one worker, got none; start some with "
                "dask worker ADDRESS --nthreads 1"
            )
        try:
            versions = set(self.client.run(_version).values())
        except Exception as error:      # whatever a worker says about a module that it lacks
            versions = {f"none ({' '.join(str(error).split())[:80]})"}
        if versions != {__version__}:
            raise ValueError(
                f"scheduler: expected numpyrnn {__version__} on every worker, got "
                f"{', '.join(sorted(versions))}; install it there"
            )
        return threads


def _version() -> str:
    return __version__
