"""`dl.start`: the first line of every chapter."""

import contextlib
import importlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from types import ModuleType

from . import keras_settings
from .device import TITLES, detect_device


def start(seed: int = 42) -> None:
    """Begin a chapter: fix the randomness, set the book's figure style, say what this runs on.

    Prints one line with Keras and its backend, the device, where data comes from, and the seed;
    a second line only where something is in the way, with what to do about it.

    Parameters
    ----------
    seed : int
        For Python's, NumPy's and the backend's random numbers, from 0 to 4,294,967,295.

    Raises
    ------
    ValueError
        Where `seed` is not such a number.
    ImportError
        Where Keras or its backend is not installed, or cannot be used; the message says what to do.

    Examples
    --------
    >>> start(seed=42)
    Keras 3... · ... · data: ... · seed 42
    """
    is_whole = isinstance(seed, int) and not isinstance(seed, bool)
    if not is_whole or not 0 <= seed < 2**32:
        raise ValueError(f"seed: wanted a whole number from 0 to {2**32 - 1}, got {seed!r}")

    # TensorFlow reads it when it is imported.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # The frameworks read these when they first use a GPU: they then take its memory as needed, so
    # that two notebooks can share one. PyTorch does so anyway.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    with quiet_stderr():
        keras, framework = import_frameworks()
        remarks = keras_settings.restore(keras)
        keras.utils.set_random_seed(seed)

        _keep_float32_exact(framework)
        if framework.__name__ == "tensorflow":
            logging.getLogger("tensorflow").addFilter(_is_not_about_retracing)
        device = detect_device()

    from .data import where
    from .plotting.style import use_book_style

    use_book_style()
    backend = name_frameworks(keras, framework)
    what, _, note = str(device).partition("\n")
    print(f"{backend} · {what} · data: {where()} · seed {seed}")
    if note:
        print(note)
    for found, cure in remarks:
        print(f"{found}: {cure}.")


def import_frameworks() -> tuple[ModuleType, ModuleType]:
    """Import Keras and its backend.

    Returns
    -------
    keras, framework : module
        Keras, and TensorFlow, JAX or PyTorch.

    Raises
    ------
    ImportError
        Where one is not installed, the backend is none that the course runs on, or Keras cannot use
        its settings file. The message says what to do.
    """
    try:
        _require_known(os.environ.get("KERAS_BACKEND") or "tensorflow")
        import keras

        backend = keras.config.backend()
        _require_known(backend)  # Keras' own settings file may choose it too
        return keras, importlib.import_module(backend)
    except ModuleNotFoundError as missing:
        raise _not_installed((missing.name or "keras").partition(".")[0]) from None
    except Exception as problem:
        raise keras_settings.unusable(problem) or problem from None


def name_frameworks(keras: ModuleType, framework: ModuleType) -> str:
    """Keras and its backend in words.

    Parameters
    ----------
    keras, framework : module
        As `import_frameworks` gives them.

    Returns
    -------
    str
        With their versions.

    Examples
    --------
    >>> print(name_frameworks(*import_frameworks()))
    Keras 3... on ...
    """
    return f"Keras {keras.__version__} on {TITLES[framework.__name__]} {framework.__version__}"


def _require_known(backend: str) -> None:
    if backend not in TITLES:
        raise ImportError(
            f"the course does not run on Keras' backend {backend!r}: set the environment "
            f"variable KERAS_BACKEND to one of {', '.join(TITLES)} before Python starts."
        )


def _not_installed(module: str) -> ImportError:
    backend = module if module in TITLES else os.environ.get("KERAS_BACKEND", "tensorflow")
    return ImportError(
        f"{module} is not installed (Keras' backend here is {backend!r}): run "
        f"`pip install keras {backend}` and restart Python, or choose another backend in the "
        "environment variable KERAS_BACKEND."
    )


def _keep_float32_exact(framework: ModuleType) -> None:
    """Turn off TF32, in which recent GPUs multiply float32 with a tenth of the digits.

    Chapters assert that two ways to compute the same agree to 1e-5, on every device.
    """
    if framework.__name__ == "tensorflow":
        framework.config.experimental.enable_tensor_float_32_execution(False)
    elif framework.__name__ == "jax":
        framework.config.update("jax_default_matmul_precision", "highest")
    elif framework.__name__ == "torch":
        framework.backends.cudnn.allow_tf32 = False
        framework.backends.cuda.matmul.allow_tf32 = False


def _is_not_about_retracing(record: logging.LogRecord) -> bool:
    """Keep from learners that a function was compiled again: cells run twice do that, rightly.

    https://www.tensorflow.org/guide/function#controlling_retracing
    """
    return "triggered tf.function retracing" not in record.getMessage()


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back what native code writes to stderr; show it after all where the block fails.

    TensorFlow logs about drivers and instruction sets before any setting of ours reaches it.

    Yields
    ------
    None
    """
    try:
        stderr = os.dup(2)
    except OSError:  # there is none, as under pythonw: nothing to hold back
        yield
        return
    if sys.stderr is not None:
        sys.stderr.flush()
    with tempfile.TemporaryFile() as held_back:
        os.dup2(held_back.fileno(), 2)
        try:
            yield
        except BaseException:
            held_back.seek(0)
            os.write(stderr, held_back.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
