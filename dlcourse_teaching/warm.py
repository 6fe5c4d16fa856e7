"""A warm interpreter: everything that answers need is loaded once, and forked for each notebook.

``python -m dlcourse_teaching.warm FD PARENT [MODULE …]``

It runs no student code and knows nothing of an assignment. For each notebook its copy joins the
namespaces of a sandbox that bubblewrap has set up, gives up what rights it got there, and becomes
the notebook's interpreter.
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import socket
import sys
from typing import Any

from dlcourse_teaching import interpreter
from dlcourse_teaching.lifeline import die_with_parent

_NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000
_NAMESPACES |= 0x02000000  # user, mount, process, network, IPC, host name, cgroup: see clone(2)
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_CHILD_SUBREAPER = 36
_PR_CAPBSET_DROP = 24
_CAPABILITY_VERSION = 0x20080522
_MOST_REQUEST = 100_000
_LIBC = ctypes.CDLL(None, use_errno=True)


def main(connection: socket.socket) -> None:
    """Fork an interpreter for each request, until the grader hangs up.

    A request is a JSON text with file descriptors beside it: the interpreter's own socket and, for
    one in a sandbox, the process whose namespaces it is to join. The reply is its process id.
    """
    # The process that joins a sandbox leaves its child behind, which comes to this one.
    _check(_LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
    gc.collect()
    gc.freeze()  # so that a copy's garbage collector does not touch, and so copy, all pages
    while True:
        text, descriptors, _, _ = socket.recv_fds(connection, _MOST_REQUEST, 2)
        if not text:
            return
        while True:  # those that have ended
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break
        pid = _fork(json.loads(text), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        connection.sendall(b"%d\n" % pid)


def _fork(request: dict[str, Any], descriptors: list[int]) -> int:
    """Start the interpreter; returns its process id as seen from outside, 0 if it failed."""
    own, sandbox = descriptors[0], descriptors[1] if len(descriptors) > 1 else None
    warm = os.getpid()
    read, write = os.pipe()
    between = os.fork()
    if between == 0:
        pid = 0
        try:
            if sandbox is None:
                die_with_parent(warm)
                os.write(write, b"%d" % os.getpid())
                _serve(request, own)
            _check(_LIBC.setns(sandbox, _NAMESPACES))
            pid = os.fork()  # the first process that is itself inside
            if pid == 0:
                _serve(request, own)
            os.write(write, b"%d" % pid)
        finally:
            os._exit(0 if pid else 1)
    os.close(write)
    with os.fdopen(read) as pipe:
        pid = int(pipe.read() or 0) if sandbox is not None else int(os.read(read, 20) or 0)
    if sandbox is not None:
        os.waitpid(between, 0)
    return pid


def _serve(request: dict[str, Any], connection: int) -> None:
    """Give up all rights, then be an interpreter. Never returns."""
    try:
        os.setsid()
        os.chdir(request["folder"])
        null = os.open("/dev/null", os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        highest = os.sysconf("SC_OPEN_MAX")
        os.closerange(3, connection)
        os.closerange(connection + 1, highest)
        os.environ.clear()
        os.environ.update(request["environment"])
        for name, most in request["limits"].items():
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
        if request["guarded"]:
            _drop_capabilities()
        sys.argv, sys.path[:0] = [""], [""]
        gc.unfreeze()
        interpreter.main(socket.socket(fileno=connection), request["most_output"])
    finally:
        os._exit(1)


def _drop_capabilities() -> None:
    """Who joins a user namespace has all rights in it: none of them is for a student's code."""
    capability = 0
    while _LIBC.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_LIBC.capset(header, nothing))
    _check(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    die_with_parent(int(sys.argv[2]))
    for module in sys.argv[3:]:
        importlib.import_module(module)
    main(socket.socket(fileno=int(sys.argv[1])))
