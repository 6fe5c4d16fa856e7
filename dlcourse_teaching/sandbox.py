"""The sandbox in which student code runs: bubblewrap, and limits.

Inside there is no network, no course folder, no gradebook, no other submission and nothing of what
a right answer is: the system's and the grading environment's files, read-only, and a scratch folder
in memory. When its first process goes, everything in there goes too.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

_NEEDED = (0, 8)  # --disable-userns came with it
_MIB = 1 << 20
# What bubblewrap itself is given. Inside, its environment can be read as that of the first process.
OUTSIDE: dict[str, str] = {}
# Parts of /usr that may hold work of others, such as nbgrader's exchange, and that no code needs.
_MASKED = ("/usr/local/share", "/usr/local/src", "/usr/src")
# What of the course's checks is there inside: how an answer is called, not what a right one is.
CALLING = {"__init__.py", "engine"}


class NoSandbox(ValueError):
    """The sandbox cannot be used here; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Parameters
    ----------
    cell_seconds : int
        For one cell; then it is interrupted.
    submission_seconds : int
        For all its notebooks together, besides the start of their kernels.
    memory_mib : int
        Address space of a process, and resident memory of all of a submission's together.
    processes : int
        Processes and threads together.
    scratch_mib : int
        Of each of the folders that can be written to; they lie in memory.
    output_bytes : int
        Characters of what a cell prints and shows that are kept.
    """

    cell_seconds: int = 60
    submission_seconds: int = 1800
    memory_mib: int = 6144
    processes: int = 256
    scratch_mib: int = 256
    output_bytes: int = 200_000


def require_sandbox() -> None:
    """Try the sandbox out.

    Raises
    ------
    NoSandbox
        If it is not there or does not work; the message says what to do.
    """
    if not sys.platform.startswith("linux"):
        raise NoSandbox("the sandbox needs Linux. Grade on a Linux machine.")
    if os.geteuid() == 0:
        raise NoSandbox(
            "run this as an ordinary user, not as root: root escapes the limit on processes. "
            "For example: runuser -u USER -- dlcourse grade …"
        )
    for program, package in (("bwrap", "bubblewrap"), ("prlimit", "util-linux")):
        if shutil.which(program) is None:
            raise NoSandbox(
                f"{program} is not installed: student code would run without a sandbox. On Debian "
                f"and Ubuntu: sudo apt-get install {package}"
            )
    version = subprocess.run(["bwrap", "--version"], capture_output=True, text=True).stdout.split()
    if version and tuple(int(part) for part in version[-1].split(".")[:2]) < _NEEDED:
        raise NoSandbox(f"bubblewrap {version[-1]} is too old: 0.8 or newer is needed.")
    tried = _run(["/usr/bin/true"])
    if tried.returncode != 0:
        raise NoSandbox(
            f"bubblewrap does not work here: {tried.stderr.strip()[:300]}\n"
            "Unprivileged user namespaces must be allowed. Ubuntu allows them to ordinary users "
            "with: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0\n"
            "In a container they are usually forbidden: grade on the host or in a virtual machine."
        )
    python = _run([sys.executable, "-c", "import IPython, dlcourse_utils.exercises"])
    if python.returncode != 0:
        raise NoSandbox(
            "the grading environment cannot be used inside the sandbox; it must be readable by "
            f"the user who grades: {python.stderr.strip()[-300:]}"
        )


def _run(inner: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(inner, Limits(), None), capture_output=True, text=True, timeout=120, env=OUTSIDE
    )


def command(
    inner: list[str], limits: Limits, data: Path | None, *, info: int | None = None
) -> list[str]:
    """Return the command that runs another one in the sandbox.

    Parameters
    ----------
    inner : list of str
        The command inside.
    limits : Limits
    data : Path or None
        The course's data folder (``DLCOURSE_DATA``), read-only.
    info : int, optional
        A file descriptor on which bubblewrap is to say the id of the first process inside.
    """
    arguments = [
        shutil.which("bwrap") or "bwrap", "--unshare-all", "--unshare-user", "--disable-userns",
        "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox",
        "--clearenv",
    ]  # fmt: skip
    if info is not None:
        arguments += ["--info-fd", str(info)]
    for link in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/", link)
        if path.is_symlink():
            arguments += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            arguments += ["--ro-bind", str(path), str(path)]
    for file in ("/etc/ld.so.cache", "/etc/localtime", "/etc/ssl", "/etc/fonts"):
        arguments += ["--ro-bind-try", file, file]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for scratch in ("/dev/shm", "/tmp", "/scratch"):
        arguments += ["--size", str(limits.scratch_mib * _MIB), "--tmpfs", scratch]
    for folder in readable_folders():
        arguments += ["--ro-bind", folder, folder]
    for path in _hidden_paths():
        hide = ["--size", str(_MIB), "--tmpfs"] if path.is_dir() else ["--ro-bind", "/dev/null"]
        arguments += [*hide, str(path)]
    if data is not None:
        arguments += ["--ro-bind", str(data), "/data"]
    for name, value in environment(limits, data, guarded=True).items():
        arguments += ["--setenv", name, value]
    # The root and /dev lie in memory too; without this they could be filled without limit.
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/scratch", "--"]
    return [*arguments, *inner]


def resource_limits(limits: Limits) -> dict[str, int]:
    """What each process of a submission may use, by name in Python's `resource`.

    Processes are counted in the sandbox alone. The grader's clock ends a submission; a process' own
    time, of which threads use several seconds a second, comes after.
    """
    return {
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_AS": limits.memory_mib * _MIB,
        "RLIMIT_FSIZE": limits.scratch_mib * _MIB,
        "RLIMIT_CPU": 2 * limits.submission_seconds,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 1024,
    }


def readable_folders() -> list[str]:
    """What submissions can read: the system, the grading environment, its Python, the package.

    Raises
    ------
    NoSandbox
        If one of these folders holds more than that.
    """
    package = _package()
    wanted = ["/usr", sys.prefix, sys.base_prefix, sysconfig.get_paths()["purelib"], package]
    if (package.parent / "data").is_dir():  # an editable install: what ships lies beside it
        wanted.append(package.parent / "data")
    # A virtual environment's Python may be a link to one elsewhere.
    wanted.append(Path(os.path.realpath(sys.executable)).parent.parent)
    paths = sorted({os.path.abspath(path) for path in wanted})
    outer: list[str] = []
    for path in paths:
        if not any(path == o or path.startswith(o + os.sep) for o in outer):
            outer.append(path)
    home = str(Path.home())
    for path in outer:
        if path == "/" or f"{home}/".startswith(f"{path}/"):
            raise NoSandbox(
                f"submissions could read all of {path}, because the grading environment's Python "
                "lies there. Make the environment with another Python (TEACHING_PYTHON=…)."
            )
    return outer


def _package() -> Path:
    import dlcourse_utils

    return Path(dlcourse_utils.__file__).absolute().parent


def _hidden_paths() -> list[Path]:
    """What lies in readable folders and no submission may see."""
    hidden = [Path(path) for path in _MASKED if os.path.isdir(path)]
    hidden += [p for p in (_package() / "exercises").iterdir() if p.name not in CALLING]
    return hidden


def require_out_of_sight(folder: Path) -> None:
    """Refuse a folder that lies where submissions can read.

    Raises
    ------
    NoSandbox
        The message says to move it.
    """
    for readable in readable_folders():
        if folder.is_relative_to(readable) or folder.is_relative_to(os.path.realpath(readable)):
            raise NoSandbox(
                f"submissions can read {readable}, and {folder} lies in it. Move it elsewhere."
            )


def environment(limits: Limits, data: Path | None, *, guarded: bool) -> dict[str, str]:
    """The environment variables of a submission's processes, in the sandbox or without."""
    one_core = {  # others run beside it
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    }
    always = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": str(_package().parent),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        **one_core,
    }
    home = "/scratch" if guarded else os.environ.get("HOME", "/")
    always["HOME"] = home
    if guarded:
        always |= {
            "IPYTHONDIR": "/scratch/.ipython",
            "MPLCONFIGDIR": "/scratch/.matplotlib",
            "KERAS_HOME": "/scratch/.keras",
        }
    if data is not None:
        always["DLCOURSE_DATA"] = "/data" if guarded else str(data)
    return always


def end_children(root: int) -> None:
    """End all descendants of a process, also those that start while others are ended."""
    import psutil

    for _ in range(20):
        with contextlib.suppress(psutil.Error):
            children = psutil.Process(root).children(recursive=True)
            alive = [one for one in children if one.status() != psutil.STATUS_ZOMBIE]
            if not alive:
                return
            for one in alive:
                with contextlib.suppress(psutil.Error):
                    one.kill()
            psutil.wait_procs(alive, timeout=0.2)


def resident_bytes(root: int) -> int:
    """Resident memory of a process and all its descendants."""
    import psutil

    total = 0
    with contextlib.suppress(psutil.Error):
        top = psutil.Process(root)
        for process in [top, *top.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
    return total
