"""How much memory training steps take at most, by batch size."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from .training import build_network, build_step


@dataclass(frozen=True)
class Peak:
    """The most memory in use at one moment of training steps.

    Attributes
    ----------
    batch : int
        Examples in a batch.
    bytes : float
    source : str
        Who counted it, in words.

    Examples
    --------
    >>> Peak(batch=64, bytes=2e9, source="PyTorch's count").bytes / 1e9
    2.0
    """

    batch: int
    bytes: float
    source: str


def training_memory(
    kind: str, layers: int, width: int, size: int, batches: Iterable[int]
) -> list[Peak]:
    """Measure the memory of training steps, from the smallest batch on.

    A GPU or TPU is asked for its own count. On a CPU a fresh process makes the steps and is
    watched: this one keeps memory that it has used before, and would not grow.

    Parameters
    ----------
    kind : {"MLP", "CNN"}
    layers, width, size : int
        The network, see `build_network`.
    batches : iterable of int
        Batch sizes.

    Returns
    -------
    list of Peak

    Raises
    ------
    OSError
        Where the fresh process failed; the message is the last line that it wrote.

    Examples
    --------
    >>> training_memory("MLP", 1, 8, 4, [64])  # doctest: +SKIP
    [Peak(batch=64, bytes=22372352.0, source='the growth of a fresh process')]
    """
    import keras

    from dlcourse_utils.device import detect_device

    network, batches = (kind, layers, width, size), sorted(batches)
    if detect_device().kind != "cpu":
        return [_measure(network, batch) for batch in batches]
    finished = subprocess.run(
        [sys.executable, "-m", __name__, json.dumps([network, batches])],
        env=os.environ | {"KERAS_BACKEND": keras.config.backend()},
        capture_output=True,
        text=True,
    )
    if finished.returncode:
        last = (finished.stderr.strip() or "it said nothing").splitlines()[-1]
        raise OSError(f"the process that measures memory failed: {last}")
    return [Peak(**peak) for peak in json.loads(finished.stdout.splitlines()[-1])]


def _measure(network: tuple[str, int, int, int], batch: int) -> Peak:
    """On a GPU or TPU."""
    import keras

    backend = keras.config.backend()
    step = build_step(build_network(*network), batch)
    if backend == "torch":
        import torch

        if not torch.cuda.is_available():  # Apple's GPU counts nothing
            with _watched() as growth:
                step(), step()
            return Peak(batch, growth(), "the growth of this process")
        torch.cuda.reset_peak_memory_stats()
        step(), step()
        return Peak(batch, float(torch.cuda.max_memory_allocated()), "PyTorch's count")
    if backend == "jax":
        import jax

        step(), step()
        peak = jax.local_devices()[0].memory_stats()["peak_bytes_in_use"]
        return Peak(batch, float(peak), "JAX' count since it started")
    import tensorflow as tf

    tf.config.experimental.reset_memory_stats("GPU:0")
    step(), step()
    peak = tf.config.experimental.get_memory_info("GPU:0")["peak"]
    return Peak(batch, float(peak), "TensorFlow's count")


def _in_a_fresh_process(network: tuple[str, int, int, int], batches: list[int]) -> list[Peak]:
    build_step(build_network(*network), 1)()  # what the framework itself needs
    peaks = []
    with _watched() as growth:
        for batch in batches:
            step = build_step(build_network(*network), batch)
            step(), step()
            peaks.append(Peak(batch, growth(), "the growth of a fresh process"))
    return peaks


@contextlib.contextmanager
def _watched() -> Iterator[Callable[[], float]]:
    """Look at this process' memory every millisecond; gives by how much it grew at most."""
    import psutil

    process = psutil.Process()
    before = most = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, process.memory_info().rss)
            time.sleep(0.001)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: float(most - before)
    finally:
        done.set()
        watcher.join()


def _main(arguments: str) -> None:
    found: Any = _in_a_fresh_process(*json.loads(arguments))
    print(json.dumps([asdict(peak) for peak in found]))


if __name__ == "__main__":
    _main(sys.argv[1])
