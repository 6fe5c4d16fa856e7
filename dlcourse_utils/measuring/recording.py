"""Record what a machine can do, for chapters to draw beside the reader's own machine."""

import datetime
import importlib
import json
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from .memory import training_memory
from .timing import time_calls
from .training import time_training
from .work import Work, addition, convolution, correct_digits, matrix_product

# Kind, layers, width, size: as in `dl.explore.Budget`.
NETWORKS = {
    "MLP": ("MLP", 1, 128, 784),
    "CNN": ("CNN", 4, 32, 32),
    "wide CNN": ("CNN", 8, 256, 32),
}
SIZES = tuple(2**k for k in range(5, 14))
BATCHES = tuple(4**k for k in range(7))
PATIENCE = 0.5  # seconds: nothing larger is tried once a call takes longer


def measure_device(path: Path, say: Callable[[str], None] = print) -> dict[str, Any]:
    """Measure the device that Keras uses, and add the recording to a file.

    Takes one to three minutes.

    Parameters
    ----------
    path : pathlib.Path
        A JSON file: a list of recordings, one for each device and backend. Another recording of
        the same device and backend is replaced.
    say : callable
        Gets a line of progress.

    Returns
    -------
    dict
        The recording.

    Raises
    ------
    ValueError
        Where the file holds something else.

    Examples
    --------
    >>> measure_device(Path("recordings.json"))["device"]  # doctest: +SKIP
    memory of training steps
    ...
    'CPU with 2 cores'
    """
    recordings = _read(path)
    recording = {**_machine(), **dict(measurements(say))}
    same = [(old["device"], old["backend"]) for old in recordings]
    key = (recording["device"], recording["backend"])
    recordings = [old for old, name in zip(recordings, same, strict=True) if name != key]
    recordings.append(recording)
    path.write_text(json.dumps(recordings, indent=1) + "\n", encoding="utf-8")
    return recording


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    try:
        recordings = json.loads(path.read_text(encoding="utf-8"))
        [(recording["device"], recording["backend"]) for recording in recordings]
    except (ValueError, TypeError, KeyError):
        raise ValueError(
            f"{path} holds no recordings of `dlcourse measure-device`: name another file"
        ) from None
    return recordings


def _machine() -> dict[str, Any]:
    import keras

    from dlcourse_utils.device import detect_device

    device = detect_device()
    framework = importlib.import_module(device.backend)
    return {
        "device": str(device).partition("\n")[0],
        "kind": device.kind,
        "backend": device.backend,
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            device.backend: framework.__version__,
        },
        "date": datetime.date.today().isoformat(),
    }


def measurements(say: Callable[[str], None]) -> Iterator[tuple[str, Any]]:
    """What is recorded of a device, measured part by part.

    Parameters
    ----------
    say : callable
        Gets a line before each part.

    Yields
    ------
    name : str
        Of the part, such as "matrix_products".
    value : object
        Of JSON types; times in seconds, sizes in bytes, computing in operations.
    """
    from dlcourse_utils.device import detect_device

    device = detect_device()
    on_cpu, backend = device.kind == "cpu", device.backend
    precisions = ("float32", "bfloat16") if on_cpu else ("float32", "TF32", "bfloat16", "float16")
    policies = (
        ("float32", "mixed bfloat16")
        if on_cpu
        else ("float32", "TF32", "mixed bfloat16", "mixed float16")
    )
    yield "networks", NETWORKS
    say("memory of training steps")
    watched = "CNN" if on_cpu else "wide CNN"
    peaks = training_memory(*NETWORKS[watched], (64, 256, 1024))
    yield "memory", {watched: [asdict(peak) for peak in peaks]}
    say("bandwidth")
    yield "additions", _growing(addition, (10**4, 10**5, 10**6, 10**7, 10**8))
    yield "copy_to_device", _copy()
    say("matrix products")
    yield (
        "matrix_products",
        {name: _growing(partial(matrix_product, precision=name), SIZES) for name in precisions},
    )
    say("batches through one dense layer")
    yield "dense_layer", _growing(lambda n: matrix_product(4096, rows=n), BATCHES)
    say("convolutions")
    yield (
        "convolutions",
        {
            name: _growing(partial(convolution, 64, 32, precision=name), (16, 64, 256))
            for name in precisions
        },
    )
    yield "digits", {name: round(correct_digits(name), 2) for name in precisions}
    say("training steps by batch size")
    yield (
        "training",
        {name: _steps(network, BATCHES) for name, network in NETWORKS.items()},
    )
    if backend != "torch":  # PyTorch needs a C compiler for it
        say("training steps with and without compilation")
        yield (
            "training_by_compilation",
            {
                name: {
                    str(compiled): _steps(NETWORKS[name], (64,), jit_compile=compiled)
                    for compiled in (False, True)
                }
                for name in ("MLP", "CNN")
            },
        )
    say("training steps by precision")
    yield (
        "training_by_precision",
        {
            name: _steps(NETWORKS["wide CNN"], (4 if on_cpu else 256,), precision=name)
            for name in policies
        },
    )


def _growing(make: Callable[[int], Work], sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    found = []
    for size in sizes:
        work = make(size)
        timing = time_calls(work.run)
        found.append(
            {
                "size": size,
                "flops": work.flops,
                "bytes": work.bytes,
                "seconds": timing.median,
                "fastest": min(timing.seconds),
                "slowest": max(timing.seconds),
            }
        )
        if timing.median > PATIENCE:
            break
    return found


def _copy() -> dict[str, Any]:
    import keras
    import numpy as np

    numbers = np.ones(2**26, "float32")
    timing = time_calls(lambda: keras.ops.convert_to_tensor(numbers))
    return {"bytes": numbers.nbytes, "seconds": timing.median}


def _steps(
    network: tuple[str, int, int, int], batches: tuple[int, ...], **settings: Any
) -> list[dict[str, Any]]:
    found = time_training(*network, batches, patience=PATIENCE, **settings)
    return [
        {
            "batch": one.batch,
            "seconds": one.timing.median,
            "fastest": min(one.timing.seconds),
            "slowest": max(one.timing.seconds),
        }
        for one in found
    ]
