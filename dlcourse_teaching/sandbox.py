"""The sandbox in which student code runs: bubblewrap and limits around a kernel.

Inside there is no network, no course folder, no gradebook, no other submission: the system's and
the grading environment's files, read-only, a scratch folder in memory, and a socket folder through
which the grader talks to the kernel. When the kernel goes, everything started in there goes too.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import asdict, dataclass
from pathlib import Path

KERNEL = "dlcourse-sandbox"
UNGUARDED_KERNEL = "dlcourse-unguarded"
_NEEDED = (0, 8)  # --disable-userns came with it
_MIB = 1 << 20
# Parts of /usr that may hold work of others, such as nbgrader's exchange, and that no code needs.
_MASKED = ("/usr/local/share", "/usr/local/src", "/usr/src")
# Where the course's packages are found inside. A place of their own: wherever the clone lies, under
# /tmp or elsewhere, they are the grader's own, read-only, and nothing that can be written to is
# above them.
_COURSE = "/course"


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
        Printed and shown by a whole notebook.
    """

    cell_seconds: int = 60
    submission_seconds: int = 1800
    memory_mib: int = 6144
    processes: int = 256
    scratch_mib: int = 256
    output_bytes: int = 4_000_000


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
    tried = subprocess.run(
        command(["/usr/bin/true"], Limits(), None), capture_output=True, text=True, timeout=60
    )
    if tried.returncode != 0:
        raise NoSandbox(
            f"bubblewrap does not work here: {tried.stderr.strip()[:300]}\n"
            "Unprivileged user namespaces must be allowed. Ubuntu allows them to ordinary users "
            "with: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0\n"
            "In a container they are usually forbidden: grade on the host or in a virtual machine."
        )
    python = subprocess.run(
        command([sys.executable, "-c", "import ipykernel, dlcourse_utils"], Limits(), None),
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if python.returncode != 0:
        raise NoSandbox(
            "the grading environment cannot be used inside the sandbox; it must be readable by "
            f"the user who grades: {python.stderr.strip()[-300:]}"
        )


def command(
    inner: list[str], limits: Limits, sockets: Path | None, data: Path | None = None
) -> list[str]:
    """Return the command that runs another one in the sandbox.

    Parameters
    ----------
    inner : list of str
        The command inside.
    limits : Limits
    sockets : Path or None
        The one folder outside that can be written to.
    data : Path, optional
        The course's data folder (``DLCOURSE_DATA``), read-only.
    """
    arguments = [
        "bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent",
        "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox", "--clearenv",
    ]  # fmt: skip
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
    for folder in _environment_folders():
        arguments += ["--ro-bind", folder, folder]
    for name, folder in _course_folders().items():
        arguments += ["--ro-bind", folder, f"{_COURSE}/{name}"]
    for folder in _MASKED:
        if os.path.isdir(folder):
            arguments += ["--size", str(_MIB), "--tmpfs", folder]
    if sockets is not None:
        arguments += ["--bind", str(sockets), str(sockets)]
    environment = _environment(limits)
    if data is not None:
        arguments += ["--ro-bind", str(data), "/data"]
        environment["DLCOURSE_DATA"] = "/data"
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    # The root and /dev lie in memory too; without this they could be filled without limit.
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/scratch", "--"]
    # Inside, so that processes are counted in this sandbox alone. The grader's clock ends a
    # submission; a process' own time, of which threads use several seconds a second, comes after.
    inside = [
        "prlimit", f"--nproc={limits.processes}", f"--as={limits.memory_mib * _MIB}",
        f"--fsize={limits.scratch_mib * _MIB}", f"--cpu={2 * limits.submission_seconds}",
        "--core=0", "--nofile=1024", "--",
    ]  # fmt: skip
    return [*arguments, *inside, *inner]


def write_kernelspecs(folder: Path, limits: Limits, data: Path | None, *, guarded: bool) -> str:
    """Write the kernelspec that starts the sandbox, under a folder of JUPYTER_PATH.

    Returns
    -------
    str
        The kernel's name.
    """
    name = KERNEL if guarded else UNGUARDED_KERNEL
    argv = [sys.executable, "-m", "dlcourse_teaching.kernel", "{connection_file}"]
    if guarded:
        argv += [json.dumps(asdict(limits))]
        argv += [str(data)] if data else []
    else:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {
        "argv": argv,
        "display_name": name,
        "language": "python",
        # A signal would stop at the sandbox's wall; a message goes through.
        "interrupt_mode": "message" if guarded else "signal",
    }
    place = folder / "kernels" / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "kernel.json").write_text(json.dumps(spec))
    return name


def readable_folders() -> list[str]:
    """What submissions can read: the system, the grading environment, its Python, the packages.

    Raises
    ------
    NoSandbox
        If one of these folders holds more than that.
    """
    return [*_environment_folders(), *_course_folders().values()]


def _environment_folders() -> list[str]:
    wanted = ["/usr", sys.prefix, sys.base_prefix, sysconfig.get_paths()["purelib"]]
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


def _course_folders() -> dict[str, str]:
    """The course's packages, and the data that ships beside them, by the name they have inside."""
    import dlcourse_utils

    utils, teaching = Path(dlcourse_utils.__file__).parent, Path(__file__).parent
    found = {"dlcourse_utils": utils, "dlcourse_teaching": teaching, "data": utils.parent / "data"}
    return {name: os.path.abspath(path) for name, path in found.items() if path.is_dir()}


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


def _environment(limits: Limits) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": _COURSE,
        "HOME": "/scratch",
        "LANG": "C.UTF-8",
        "IPYTHONDIR": "/scratch/.ipython",
        "MPLCONFIGDIR": "/scratch/.matplotlib",
        "KERAS_HOME": "/scratch/.keras",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        # One submission takes one core; others run beside it.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    }


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
