"""A notebook's interpreter in its sandbox, as the grader sees it: asked, timed, watched, ended."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcourse_teaching import sandbox, wire
from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.sandbox import Limits

_GRACE = 5.0  # seconds that code has to obey an interrupt
_LOOK_EVERY = 0.25  # seconds between two looks at the memory
_START_SECONDS = 120  # for the warm interpreter, on a busy machine


_ENDING: list[subprocess.Popen] = []  # sandboxes that were told to end


@dataclass(frozen=True)
class Account:
    """Another user, under whom student code runs where there is no sandbox and the judge is root.

    Parameters
    ----------
    name : str
    package : str
        A folder that this user can read, with the packages, and without what a right answer is.
    """

    name: str
    package: str

    @property
    def uid(self) -> int:
        return pwd.getpwnam(self.name).pw_uid


class NoInterpreter(Exception):
    """The warm interpreter or the sandbox did not start: the machine's fault."""


class Warm:
    """The warm interpreter's process. It ends with the process that started it.

    Parameters
    ----------
    limits : Limits
    data : Path or None
        The course's data folder.
    guarded : bool
        Whether its copies join a sandbox.
    modules : list of str
        What to load besides NumPy and Matplotlib.
    account : Account, optional
        Under whom it runs, and so all that it starts.
    """

    def __init__(
        self,
        limits: Limits,
        data: Path | None,
        *,
        guarded: bool,
        modules: list[str],
        account: Account | None = None,
    ) -> None:
        self.limits, self.data, self.guarded = limits, data, guarded
        self.account, user = account, {}
        self._connection, theirs = socket.socketpair()
        outside = sandbox.environment(limits, data, guarded=False)
        if account is not None:
            group = pwd.getpwnam(account.name).pw_gid
            user = {"user": account.name, "group": group, "extra_groups": [], "cwd": "/"}
            outside |= {"PYTHONPATH": account.package, "HOME": "/nonexistent"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dlcourse_teaching.warm", str(theirs.fileno())]
            + [str(os.getpid()), "numpy", "matplotlib.pyplot", *modules],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()], start_new_session=True, env=outside, **user,
        )  # fmt: skip
        theirs.close()

    def fork(self, connection: socket.socket, box: "Box | None", folder: str) -> int:
        """Start an interpreter on a socket; returns its process id.

        Raises
        ------
        NoInterpreter
        """
        environment = sandbox.environment(self.limits, self.data, guarded=self.guarded)
        if self.account is not None:
            shutil.chown(folder, self.account.name)
            environment |= {"PYTHONPATH": self.account.package, "HOME": folder}
        is_limited = self.guarded or self.account is not None
        request = {
            "folder": folder,
            "environment": environment,
            "limits": sandbox.resource_limits(self.limits) if is_limited else {},
            "guarded": is_limited,
            "most_output": self.limits.output_bytes,
        }
        descriptors = [connection.fileno()] + ([box.descriptor] if box is not None else [])
        try:
            socket.send_fds(self._connection, [json.dumps(request).encode()], descriptors)
            self._connection.settimeout(_START_SECONDS)
            pid = int(self._connection.recv(20) or 0)
        except (OSError, ValueError) as problem:
            raise NoInterpreter(str(problem)) from None
        if pid == 0:
            raise NoInterpreter("the warm interpreter could not join the sandbox")
        if self.account is not None:
            # It runs as the student does: what it says is no reason to send others a signal.
            with suppress(OSError):
                if os.stat(f"/proc/{pid}").st_uid == self.account.uid:
                    return pid
            raise NoInterpreter("the warm interpreter named a process that is not its own")
        return pid

    @property
    def resident_bytes(self) -> int:
        """Of it and all that it has started; what left its parent behind came back to it."""
        return sandbox.resident_bytes(self._process.pid)

    def end_children(self) -> None:
        """End all that it has started, where no sandbox does it."""
        sandbox.end_children(self._process.pid)

    def close(self) -> None:
        """End it, and wait for it and for the sandboxes that were told to end."""
        self._process.kill()
        for process in (self._process, *_ENDING):
            process.wait()
        _ENDING.clear()
        self._connection.close()


class Box:
    """A sandbox with nothing in it but a process that waits. It ends with the grader."""

    def __init__(self, limits: Limits, data: Path | None) -> None:
        read, write = os.pipe()
        inner = ["/bin/sh", "-c", "echo ready; exec sleep infinity"]
        self._process = subprocess.Popen(
            sandbox.command(inner, limits, data, info=write), pass_fds=[write], env=sandbox.OUTSIDE,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as pipe, self._process.stdout as said:
            text = pipe.read()
            is_ready = said.readline() == b"ready\n"  # only now all is mounted
        if not is_ready:
            self._process.kill()
            self._process.wait()
            raise NoInterpreter("bubblewrap did not start")
        self.descriptor = os.pidfd_open(json.loads(text)["child-pid"])

    @property
    def resident_bytes(self) -> int:
        """Of what its first process has inherited: what left its parent behind."""
        return sandbox.resident_bytes(self._process.pid)

    def kill(self) -> None:
        """End everything in it: all of its processes end with its first."""
        with suppress(OSError):
            signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)

    def close(self) -> None:
        """End it. Linux takes a moment to clear it away, for which nobody waits here."""
        self.kill()
        self._process.kill()
        os.close(self.descriptor)
        _ENDING.append(self._process)
        _ENDING[:] = [process for process in _ENDING if process.poll() is None]


class Session:
    """An interpreter that executes a notebook's cells and answers for its functions.

    Parameters
    ----------
    warm : Warm
    seconds : float
        For all that is asked of it.
    folder : str
        Where it works without a sandbox.

    Raises
    ------
    NoInterpreter
    """

    def __init__(self, warm: Warm, seconds: float, folder: str) -> None:
        self._limits = warm.limits
        self._end = time.monotonic() + seconds
        self._number = 0
        self._over_memory = False
        self._warm = warm
        self._connection, theirs = socket.socketpair()
        self._box = Box(warm.limits, warm.data) if warm.guarded else None
        try:
            with theirs:
                pid = warm.fork(theirs, self._box, "/scratch" if warm.guarded else folder)
            self._pid = pid
            self._descriptor = os.pidfd_open(pid)
        except (NoInterpreter, OSError) as problem:
            if self._box is not None:
                self._box.close()
            raise NoInterpreter(str(problem)) from None
        self._closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: Any) -> None:
        self._closed.set()
        self._kill()
        if self._warm.account is not None:
            self._warm.end_children()
        self._watcher.join()
        self._connection.close()
        os.close(self._descriptor)
        if self._box is not None:
            self._box.close()

    def ask(self, do: str, seconds: float, **arguments: Any) -> tuple[Any, bool]:
        """Ask the interpreter for something.

        Parameters
        ----------
        do : str
            An operation of `interpreter.Interpreter`.
        seconds : float
            Then it is interrupted.
        **arguments
            Plain data, and functions of the grader's: these run out here, on plain data, when the
            student's code calls them.

        Returns
        -------
        reply : object
        interrupted : bool

        Raises
        ------
        SubmissionProblem
            If no reply comes: in words.
        """
        self._number += 1
        lent: list[Callable] = []

        def lend(function: Callable) -> int:
            lent.append(function)
            return len(lent) - 1

        interrupted = False
        end = min(time.monotonic() + seconds, self._end)
        try:
            message = {"number": self._number, "do": do, "with": arguments}
            wire.send(self._connection, message, lend=lend)
            while True:
                try:
                    reply = wire.receive(self._connection, max(end - time.monotonic(), 0.01))
                except TimeoutError:
                    if interrupted:
                        raise
                    interrupted, end = True, time.monotonic() + _GRACE
                    signal.pidfd_send_signal(self._descriptor, signal.SIGINT)
                    continue
                if "call" in reply:
                    wire.send(self._connection, self._called(lent, reply))
                elif reply["number"] == self._number:
                    return reply["reply"], interrupted
                else:
                    raise wire.BrokenFrame("a reply to another question")
        except TimeoutError:
            if time.monotonic() >= self._end:
                words = "it took longer than a submission may"
            else:
                words = "a cell ran for too long and ignored the interrupt that followed"
            raise SubmissionProblem("hangs", words) from None
        except (EOFError, OSError):
            raise self._gone() from None
        except (wire.BrokenFrame, TypeError, KeyError) as problem:
            raise SubmissionProblem(
                "tampered",
                "something in it wrote into the channel by which the grader asks for results "
                f"({problem})",
            ) from None

    def _called(self, functions: list[Callable], reply: dict[str, Any]) -> dict[str, Any]:
        """Call a function of the grader's on what the student's code passed to it."""
        try:
            return {"value": functions[reply["call"]](*reply["arguments"], **reply["keywords"])}
        except Exception as problem:
            return {"error": f"{type(problem).__name__}: {problem}"[:300]}

    def _gone(self) -> SubmissionProblem:
        if self._over_memory:
            return SubmissionProblem("memory", "it used more memory than a submission may")
        return SubmissionProblem("died", "a cell ended its own process (or used too much memory)")

    def _watch(self) -> None:
        """Each process has its own limit on memory; this one is on all of them together."""
        while not self._closed.wait(_LOOK_EVERY):
            if self._box is not None or self._warm.account is not None:
                if self._box is not None:
                    used = self._box.resident_bytes + sandbox.resident_bytes(self._pid)
                else:
                    used = self._warm.resident_bytes
                if used > self._limits.memory_mib << 20:
                    self._over_memory = True
                    self._kill()
                    return

    def _kill(self) -> None:
        with suppress(OSError):
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)
        if self._box is not None:
            self._box.kill()
