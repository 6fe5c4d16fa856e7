"""Who grades submissions: processes of this machine, or the workers of a Dask cluster.

On one machine there is no server that another account could talk to: threads of this process start
the graders and wait for them. A cluster is reached only with TLS, because whoever may talk to a
Dask scheduler may run code on all of its machines.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlcourse_teaching import sandbox, worker

_RETRIES = 3  # of a submission whose worker was lost


@dataclass(frozen=True)
class Pool:
    """An executor, and how many tasks it does at a time."""

    executor: Executor
    workers: int


@dataclass(frozen=True)
class Keys:
    """Files of a cluster's TLS keys, as ``dask scheduler`` takes them too.

    Parameters
    ----------
    authority : Path
        The certificate by which all of the cluster's certificates are judged.
    certificate, key : Path
        This machine's own.
    """

    authority: Path
    certificate: Path
    key: Path


@contextmanager
def local(workers: int | None = None) -> Iterator[Pool]:
    """Graders on this machine; by default one for each core. They end with this block."""
    count = workers or os.cpu_count() or 1
    worker.allow_running()
    with ThreadPoolExecutor(count, thread_name_prefix="grader") as executor:
        try:
            yield Pool(executor, count)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
            worker.end_running()
    worker.remove_left_over()


@contextmanager
def cluster(scheduler: str, keys: Keys | None, *, guarded: bool) -> Iterator[Pool]:
    """The workers of a running Dask cluster.

    Parameters
    ----------
    scheduler : str
        Its address, ``tls://…``.
    keys : Keys or None
    guarded : bool
        Whether each of its machines must have the sandbox.

    Raises
    ------
    ValueError
        If the cluster would be open to others.
    NoSandbox
        If a machine has no sandbox.
    """
    if keys is None or not scheduler.startswith("tls://"):
        raise ValueError(
            "a Dask scheduler without TLS lets everyone who can reach it run code on its machines. "
            "Start it and its workers with --tls-ca-file, --tls-cert and --tls-key, and give the "
            "same options and its address, tls://…, here. instructors/grading.md says how to make "
            "the keys."
        )
    from dask.distributed import Client
    from distributed.security import Security

    security = Security(
        require_encryption=True,
        tls_ca_file=str(keys.authority),
        tls_client_cert=str(keys.certificate),
        tls_client_key=str(keys.key),
    )
    with Client(scheduler, security=security, timeout=30) as client:
        if guarded:
            client.run(sandbox.require_sandbox)
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        yield Pool(client.get_executor(pure=False, retries=0), max(1, workers))


def results(
    pool: Pool,
    kit: worker.Kit,
    submissions: dict[str, dict[str, bytes]],
    options: worker.Options,
    grade_one: Callable[..., worker.Result] = worker.grade_one,
) -> Iterator[tuple[str, worker.Result]]:
    """Yield each student's result as it comes; what a lost worker had is done by another.

    Parameters
    ----------
    pool : Pool
    kit : dict
    submissions : dict
        Notebooks by student.
    options : dict
        As `worker.grade_one` takes them.
    grade_one : callable
    """
    todo = iter(submissions.items())
    waiting: dict[Future, tuple[str, int]] = {}

    def submit(student: str, attempt: int) -> None:
        future = pool.executor.submit(grade_one, kit, submissions[student], options)
        waiting[future] = student, attempt

    while True:
        # A few more than are worked on, so that nobody waits, and not all: each is in memory.
        while len(waiting) < 3 * pool.workers and (following := next(todo, None)):
            submit(following[0], 0)
        if not waiting:
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            student, attempt = waiting.pop(future)
            problem = future.exception()
            if problem is None:
                yield student, future.result()
            elif attempt < _RETRIES:
                submit(student, attempt + 1)
            else:
                words = f"grading it broke its worker {_RETRIES + 1} times: {problem!r}"[:300]
                yield student, {"status": "attention", "kind": "worker", "reason": words}
