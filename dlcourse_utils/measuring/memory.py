"""How much memory something takes at most while it runs."""

import contextlib
import os
import threading
import time
from collections.abc import Callable
from typing import Any


def peak_memory(function: Callable[[], Any]) -> tuple[float, str]:
    """Call a function and watch the memory of the device.

    Parameters
    ----------
    function : callable
        Takes nothing.

    Returns
    -------
    bytes : float
        On a GPU or TPU the most that was in use at one moment, with what was there before; on a
        CPU the most that this process grew by.
    source : str
        Who says so, in words.
    """
    import keras

    from dlcourse_utils.device import detect_device

    backend = keras.config.backend()
    on_cpu = detect_device().kind == "cpu"
    if not on_cpu and backend == "torch":
        import torch

        if torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()
            function()
            return float(torch.cuda.max_memory_allocated()), "PyTorch's count of the GPU's memory"
    if not on_cpu and backend == "tensorflow":
        import tensorflow as tf

        if tf.config.list_logical_devices("GPU"):
            tf.config.experimental.reset_memory_stats("GPU:0")
            function()
            peak = tf.config.experimental.get_memory_info("GPU:0")["peak"]
            return float(peak), "TensorFlow's count of the GPU's memory"
    if not on_cpu and backend == "jax":
        import jax

        function()
        # Since the process started: JAX has no way to set it back.
        peak = (jax.local_devices()[0].memory_stats() or {}).get("peak_bytes_in_use")
        if peak is not None:
            return float(peak), "JAX' count of the device's memory since the process started"
    return _peak_of_the_process(function), "the growth of this process"


def _peak_of_the_process(function: Callable[[], Any]) -> float:
    """Memory of the process, looked at every millisecond while the function runs."""
    import psutil

    process = psutil.Process(os.getpid())
    before = most = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, process.memory_info().rss)
            time.sleep(0.001)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    with contextlib.ExitStack() as stack:
        stack.callback(watcher.join)
        stack.callback(done.set)
        function()
    return float(max(most, process.memory_info().rss) - before)
