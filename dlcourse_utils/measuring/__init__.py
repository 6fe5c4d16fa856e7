"""How fast this machine computes and how much memory training takes.

Measured the same way on every device and every backend of Keras.

`timing` times one call honestly, `work` says what is timed and how many operations and bytes it
is, `training` times training steps, `memory` finds how much they need, and `recording` puts it all
into a file (``dlcourse measure-device``).
"""

from .memory import Peak, training_memory
from .recording import measure_device
from .timing import Timing, synchronise, time_calls
from .training import Throughput, build_network, build_step, time_training
from .work import Work, addition, convolution, correct_digits, matrix_product

__all__ = [
    "Peak",
    "Throughput",
    "Timing",
    "Work",
    "addition",
    "build_network",
    "build_step",
    "convolution",
    "correct_digits",
    "matrix_product",
    "measure_device",
    "synchronise",
    "time_calls",
    "time_training",
    "training_memory",
]
