"""The same work on Dask's workers: each holds its submissions in a sandbox of its own machine, one writer is here.

    with open_cluster("tls://scheduler:8786") as cluster:   or "local": processes of this machine
        running = cluster.start(job)                        as `Job.start`: something to `step` through

A worker that is lost takes nothing with it but time: Dask gives what it had to another one.
Dask pickles what it sends. That is a `Job` or a `Result`, which the grader and the worker make; what a student
handed in or printed is text and bytes in them, and no code of a student's runs in either process.
Whoever reaches a scheduler can run anything on its workers, so another machine's is spoken to by TLS only.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import Any

from kernel_seams.errors import GradingError
from kernel_seams.grading.jobs import Job, Result
from kernel_seams.grading.template import Template

__all__ = ["LOCAL", "Cluster", "Remote", "open_cluster", "refuse"]

LOCAL = "local"
WORKER_SECONDS = 60  # for the first of them to be there
ADDRESS = re.compile(r"tls://([\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")

_templates: dict[bool, Template] = {}  # this worker's, by `allow_weak`: a batch that does not allow it gets its own
_starting = threading.Lock()


def grade_here(job: Job, *, allow_weak: bool) -> Result:
    """Run a job on this worker, in the sandbox. `GradingError` if this machine does not hold graded code."""
    with _starting:  # a worker may have several threads
        template = _templates.get(allow_weak)
        if template is None or not template.is_alive:
            template = _templates[allow_weak] = Template(allow_weak=allow_weak)
        running = job.start(template)
    return running.wait()


def dask_setup(worker: Any) -> None:  # noqa: ARG001
    """What Dask calls in a worker of `local` that starts: Ctrl-C is the grader's to deal with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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
        finally:
            self._future.release()  # left to Python, it is done where a Ctrl-C is lost
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

    def prepare(self, job: Job) -> None:
        """Nothing: which worker will have it is not known yet."""

    def forget(self) -> None:
        """Nothing: nothing was made ahead."""

    def start(self, job: Job) -> Remote:
        """Send it to a worker."""
        return Remote(job, self._client.submit(grade_here, job, allow_weak=self._allow_weak, pure=False))


def refuse(address: str) -> None:
    """`GradingError` if the scheduler at `address` is not to be spoken to, whether it is there or not."""
    if find_spec("distributed") is None:
        raise GradingError("--scheduler needs Dask, which is not in this environment: pip install 'kernel-seams[dask]'")
    if address != LOCAL and not ADDRESS.fullmatch(address):
        raise GradingError(
            f"--scheduler {address}: whoever reaches a scheduler can run anything on its workers, so it is"
            f" tls://HOST:PORT with the certificates of Dask's configuration, or {LOCAL!r} for workers of this machine."
        )


@contextmanager
def open_cluster(address: str, *, jobs: int = 0, allow_weak: bool = False) -> Iterator[Cluster]:
    """The workers of the scheduler at `address`, or `jobs` of this machine's own if that is LOCAL. `GradingError`."""
    refuse(address)
    with ExitStack() as opened:
        try:
            client = opened.enter_context(_client(address, jobs, opened))
            client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except (OSError, ValueError, TypeError) as error:  # no answer, no worker, or certificates that are not there
            raise GradingError(f"--scheduler {address}: {error}") from error
        yield Cluster(client, allow_weak=allow_weak)


def _client(address: str, jobs: int, opened: ExitStack) -> Any:
    import dask
    from distributed import Client, LocalCluster, Security

    if address != LOCAL:
        return Client(address)
    place = opened.enter_context(TemporaryDirectory(prefix="seams-workers-"))
    opened.enter_context(dask.config.set({"temporary-directory": place, "distributed.worker.preload": [__name__]}))
    cluster = LocalCluster(
        n_workers=jobs,
        threads_per_worker=1,
        dashboard_address=None,
        host="127.0.0.1",
        protocol="tls://",
        security=Security.temporary(),  # any user of this machine reaches a port of it
        silence_logs=logging.CRITICAL,  # how a worker was lost, or went, is for no one to read
    )
    return Client(opened.enter_context(cluster))
