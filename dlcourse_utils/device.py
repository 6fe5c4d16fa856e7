"""What this machine computes on and through which framework, in words a student understands."""

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

_GIB = 2**30
TITLES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
_INSTALL_FOR_GPU = {
    "tensorflow": 'pip install "tensorflow[and-cuda]"',
    "jax": 'pip install "jax[cuda12]"',
    "torch": "install PyTorch's CUDA build as pytorch.org/get-started says",
}


@dataclass(frozen=True)
class Device:
    """What training runs on.

    Attributes
    ----------
    kind : str
        "cpu", "gpu" or "tpu": what the framework really uses, not what is plugged in.
    name : str
        The accelerator's name, "" for a CPU.
    count : int
        How many accelerators the framework sees; 0 for a CPU.
    memory_gb : float or None
        Memory of one accelerator in GiB; None where it is not known.
    cores : int
        CPU cores that this process may use.
    backend : str
        Keras' backend: "tensorflow", "jax" or "torch".
    note : str
        What is in the way of something faster, and what to do about it; usually "".

    Examples
    --------
    >>> print(Device(kind="cpu", cores=2, backend="jax"))
    CPU with 2 cores
    >>> print(Device(kind="gpu", name="Tesla T4", count=1, memory_gb=15, cores=2, backend="torch"))
    GPU Tesla T4 (15 GB)
    """

    kind: str
    cores: int
    backend: str
    name: str = ""
    count: int = 0
    memory_gb: float | None = None
    note: str = ""

    def __str__(self) -> str:
        if self.kind == "cpu":
            text = f"CPU with {self.cores} core{'s' if self.cores != 1 else ''}"
        else:
            times = f"{self.count} × " if self.count > 1 else ""
            memory = f" ({self.memory_gb:.0f} GB)" if self.memory_gb else ""
            # TPUs carry their kind in their name, GPUs seldom do.
            name = self.name.removeprefix(self.kind.upper()).strip()
            text = f"{times}{self.kind.upper()} {name}".strip() + memory
        return f"{text}\n{self.note}" if self.note else text


@dataclass(frozen=True)
class Accelerator:
    """One GPU or TPU, as a framework or the system reports it.

    Attributes
    ----------
    kind : {"gpu", "tpu"}
    name : str
        Its maker's name; "" where it is not told.
    memory_gb : float or None
        Its memory in GiB; None where it is not told.
    """

    kind: str
    name: str
    memory_gb: float | None = None


def detect_device() -> Device:
    """Find out what Keras' backend computes on.

    Only the backend in use is asked, and only it is imported.

    Returns
    -------
    Device
        With a `note` where a GPU or TPU is present but the framework does not see it.

    Raises
    ------
    ImportError
        Where Keras or its backend is not installed.

    Examples
    --------
    >>> detect_device().cores >= 1
    True
    """
    backend = keras_backend()
    seen = ACCELERATORS_OF[backend]()
    cores = cpu_cores()
    if not seen:
        note = _why_no_accelerator(backend)
        return Device(kind="cpu", cores=cores, backend=backend, note=note)
    first = seen[0]
    memory = first.memory_gb
    if memory is None and first.kind == "gpu":
        # TensorFlow does not tell a GPU's memory; the driver does.
        memory = next((g.memory_gb for g in system_gpus() if g.name in ("", first.name)), None)
    return Device(
        kind=first.kind,
        name=first.name,
        count=len(seen),
        memory_gb=memory,
        cores=cores,
        backend=backend,
    )


def _why_no_accelerator(backend: str) -> str:
    title = TITLES[backend]
    if system_has_tpu():
        return (
            f"This machine has a TPU that {title} does not see: set KERAS_BACKEND=jax, "
            "install jax[tpu], and restart Python."
        )
    gpus = system_gpus()
    if not gpus:
        return ""
    named = f" ({gpus[0].name})" if gpus[0].name else ""
    problem = f"This machine has an NVIDIA GPU{named} that {title} does not see"
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
        return f"{problem}: CUDA_VISIBLE_DEVICES hides it. Unset it and restart Python."
    if backend == "tensorflow" and platform.system() == "Windows":
        return f"{problem}: on Windows it needs WSL 2. Run the course in there."
    return f"{problem}: {_INSTALL_FOR_GPU[backend]}, then restart Python."


# --- what the frameworks say -----------------------------------------------------------------


def keras_backend() -> str:
    """The name of the backend that Keras runs on; imports Keras.

    Returns
    -------
    {"tensorflow", "jax", "torch"}
    """
    import keras

    return keras.config.backend()


def tensorflow_accelerators() -> list[Accelerator]:
    """What TensorFlow sees; it does not tell how much memory there is.

    Returns
    -------
    list of Accelerator

    References
    ----------
    https://www.tensorflow.org/api_docs/python/tf/config/list_physical_devices
    """
    import tensorflow as tf

    found = [Accelerator("tpu", "TPU") for _ in tf.config.list_physical_devices("TPU")]
    for gpu in tf.config.list_physical_devices("GPU"):
        details = tf.config.experimental.get_device_details(gpu)
        found.append(Accelerator("gpu", details.get("device_name", "")))
    return found


def jax_accelerators() -> list[Accelerator]:
    """What JAX sees on this machine, with the memory of TPUs.

    Returns
    -------
    list of Accelerator

    References
    ----------
    https://docs.jax.dev/en/latest/_autosummary/jax.local_devices.html
    """
    import jax

    found = []
    for device in jax.local_devices():
        if device.platform == "cpu":
            continue
        kind = "tpu" if device.platform == "tpu" else "gpu"
        # Not every platform keeps these statistics.
        limit = (device.memory_stats() or {}).get("bytes_limit")
        # JAX may claim only a share of a GPU's memory, so for GPUs the driver is asked instead.
        memory = limit / _GIB if limit and kind == "tpu" else None
        found.append(Accelerator(kind, device.device_kind, memory))
    return found


def torch_accelerators() -> list[Accelerator]:
    """What PyTorch sees: GPUs of NVIDIA and AMD with their memory, or Apple's without.

    Returns
    -------
    list of Accelerator

    References
    ----------
    https://docs.pytorch.org/docs/stable/cuda.html, https://docs.pytorch.org/docs/stable/mps.html
    """
    import torch

    if torch.cuda.is_available():
        properties = map(torch.cuda.get_device_properties, range(torch.cuda.device_count()))
        return [Accelerator("gpu", p.name, p.total_memory / _GIB) for p in properties]
    if torch.backends.mps.is_available():
        return [Accelerator("gpu", "Apple GPU (MPS)")]
    return []


ACCELERATORS_OF = {
    "tensorflow": tensorflow_accelerators,
    "jax": jax_accelerators,
    "torch": torch_accelerators,
}


# --- what the system says --------------------------------------------------------------------


def cpu_cores() -> int:
    """The number of CPU cores that this process may use (not those of the whole machine).

    Returns
    -------
    int
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def system_gpus() -> list[Accelerator]:
    """NVIDIA GPUs as the driver reports them, whether or not a framework can use them.

    Returns
    -------
    list of Accelerator
        Empty where there is no driver.

    References
    ----------
    https://docs.nvidia.com/deploy/nvidia-smi/index.html
    """
    query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        # Containers often lack nvidia-smi although the driver is there.
        folder = Path("/proc/driver/nvidia/gpus")
        return [Accelerator("gpu", "") for _ in folder.glob("*")]
    return list(map(_parse_gpu, answer.stdout.strip().splitlines()))


def _parse_gpu(line: str) -> Accelerator:
    name, _, mebibytes = line.rpartition(",")
    # A GPU that shares the computer's memory answers "[N/A]".
    memory = float(mebibytes) / 1024 if mebibytes.strip().isdigit() else None
    return Accelerator("gpu", name.strip(), memory)


def system_has_tpu() -> bool:
    """Whether the system has a TPU: its device files, or the variables that Colab sets.

    Returns
    -------
    bool
    """
    has_device_file = any(Path("/dev").glob("accel[0-9]*"))
    return has_device_file or not {"COLAB_TPU_ADDR", "TPU_ACCELERATOR_TYPE"}.isdisjoint(os.environ)
