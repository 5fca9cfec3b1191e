"""The same work on Dask's workers: each holds its submissions in a sandbox of its own machine, one writer is here.

    with open_cluster("tls://scheduler:8786") as cluster:   or "local": processes of this machine
        running = cluster.start(job)                        as `Job.start`: something to `step` through

A worker that is lost takes nothing with it but time: Dask gives what it had to another one.
Jobs and results are ours, and pickled; whoever reaches a scheduler can run anything on its workers,
so another machine's is spoken to by TLS only.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from kernel_seams.errors import GradingError
from kernel_seams.grading.jobs import Job, Result
from kernel_seams.grading.template import Template

__all__ = ["LOCAL", "Cluster", "open_cluster"]

LOCAL = "local"

_template: list[Template] = []
_starting = threading.Lock()


def grade_here(job: Job, *, allow_weak: bool) -> Result:
    """Run a job on this worker, in the sandbox. `GradingError` if this machine does not hold graded code."""
    with _starting:  # a worker may have several threads
        if not _template or not _template[0].is_alive:
            _template[:] = [Template(allow_weak=allow_weak)]
        running = job.start(_template[0])
    return running.wait()


class Remote:
    """A job on some worker; `step` takes its result."""

    def __init__(self, job: Job, future: Any) -> None:
        self.job = job
        self.result = Result()
        self.done = False
        self._future = future
        self._ready, told = os.pipe()
        future.add_done_callback(lambda _: os.close(told))

    def fileno(self) -> int:
        """Ready when there is something to `step` through."""
        return self._ready

    def step(self) -> None:
        """Take the result. `GradingError` if its machine does not hold graded code, or the scheduler is lost."""
        from distributed import KilledWorker

        self.done = True
        os.close(self._ready)
        try:
            self.result.__dict__.update(self._future.result().__dict__)
        except KilledWorker:
            self.result.faults = [{"cell": 0, "what": "crash", "detail": "every worker that had it ended"}]
        except GradingError:
            raise
        except Exception as error:  # of a library that speaks to other machines, anything may come
            raise GradingError(
                f"What became of a submission is lost with the scheduler ({type(error).__name__}: {error});"
                " what is graded is kept, so run the command again."
            ) from error
        self.result.whole = True

    def stop(self) -> None:
        """Let go of it."""
        self._future.cancel()


class Cluster:
    """Where jobs are sent to; `size` of them run at a time."""

    def __init__(self, client: Any, *, allow_weak: bool) -> None:
        self._client = client
        self._allow_weak = allow_weak

    @property
    def size(self) -> int:
        """How many threads the workers have together, at least 1."""
        threads: list[int] = list(self._client.nthreads().values())
        return max(1, sum(threads))

    def start(self, job: Job) -> Remote:
        """Send it to a worker."""
        return Remote(job, self._client.submit(grade_here, job, allow_weak=self._allow_weak, pure=False))


@contextmanager
def open_cluster(address: str, *, jobs: int = 0, allow_weak: bool = False) -> Iterator[Cluster]:
    """The workers of the scheduler at `address`, or `jobs` of this machine's own if that is LOCAL. `GradingError`."""
    if find_spec("distributed") is None:
        raise GradingError("--scheduler needs Dask, which is not in this environment: pip install 'kernel-seams[dask]'")
    if address != LOCAL and urlsplit(address).scheme != "tls":
        raise GradingError(
            f"--scheduler {address}: whoever reaches a scheduler can run anything on its workers, so it is"
            f" tls://HOST:PORT with the certificates of Dask's configuration, or {LOCAL!r} for workers of this machine."
        )
    with ExitStack() as opened:
        try:
            client = opened.enter_context(_client(address, jobs, opened))
        except (OSError, ValueError, TypeError) as error:  # no answer, or certificates that are not there
            raise GradingError(f"--scheduler {address}: {error}") from error
        yield Cluster(client, allow_weak=allow_weak)


def _client(address: str, jobs: int, opened: ExitStack) -> Any:
    from distributed import Client, LocalCluster, Security

    if address != LOCAL:
        return Client(address)
    workers = {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": None}
    # With certificates of its own: any user of this machine reaches a port of it.
    cluster = LocalCluster(**workers, host="127.0.0.1", protocol="tls://", security=Security.temporary())
    return Client(opened.enter_context(cluster))
