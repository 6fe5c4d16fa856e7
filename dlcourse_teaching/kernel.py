"""Starts a Python kernel in the sandbox and watches over its memory. A kernelspec's ``argv``.

``python -m dlcourse_teaching.kernel CONNECTION_FILE LIMITS [DATA]``

It ends with the process that started it, and the sandbox ends with it (``--die-with-parent``).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from dlcourse_teaching.lifeline import die_with_parent
from dlcourse_teaching.sandbox import Limits, command, resident_bytes

OVER_MEMORY = "over-memory"  # the file that tells the grader why the kernel is gone
_LOOK_EVERY = 0.5  # seconds
_MOST_SOCKET_BYTES = 1 << 20


def main(arguments: list[str]) -> int:
    """Run the kernel until it ends; returns its exit status."""
    die_with_parent(int(os.environ["JPY_PARENT_PID"]))  # jupyter_client sets it
    connection = Path(arguments[0]).resolve()
    limits = Limits(**json.loads(arguments[1]))
    data = Path(arguments[2]) if len(arguments) > 2 else None
    # If memory runs out all the same, this is what the system should end first.
    Path("/proc/self/oom_score_adj").write_text("1000")
    sockets = connection.parent
    if sockets.stat().st_mode & 0o077:  # it will be writable from inside
        raise SystemExit(f"{sockets} is not private to this kernel: it will not be shared with it.")
    inner = [sys.executable, "-m", "ipykernel_launcher", "-f", str(connection)]
    inner += ["--HistoryManager.hist_file=:memory:"]
    kernel = subprocess.Popen(
        command(inner, limits, sockets, data),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while True:
        try:
            return kernel.wait(_LOOK_EVERY)
        except subprocess.TimeoutExpired:
            pass
        except KeyboardInterrupt:  # meant for the code inside, which gets it as a message
            continue
        # Each process has its own limit on memory; this one is on all of them together. The
        # socket folder lies on the grader's disk, so it must not be filled either.
        too_large = resident_bytes(kernel.pid) > limits.memory_mib << 20
        if too_large or _size(sockets) > _MOST_SOCKET_BYTES:
            reason = "memory" if too_large else "disk"
            (sockets.parent / OVER_MEMORY).write_text(reason)
            kernel.kill()
            return kernel.wait()


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += 4096 + path.lstat().st_size
        except OSError:
            continue
    return total


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
