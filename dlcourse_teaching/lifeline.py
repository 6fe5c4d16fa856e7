"""Processes that end with the one that started them, however that one ends."""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Have Linux kill this process as soon as the one that started it is gone.

    The parent's *thread* counts that started it: see PR_SET_PDEATHSIG in prctl(2). The setting
    survives ``exec``, but not ``fork``: each process of a chain asks for itself.

    Parameters
    ----------
    parent : int
        Id of the process that started this one. If it is gone by now, this one ends at once.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        os._exit(1)
