"""``roofline_time(flops, bytes_moved, peak, bandwidth)`` is the slower of two times."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    drawn = [
        tuple(float(number) for number in np.round(rng.uniform(1, 100, size=4), 1))
        for _ in range(4)
    ]
    return [
        (100, 20, 10, 4),
        (10, 20, 10, 4),
        (6, 6, 2, 2),
        (2e9, 1e9, 1e12, 1e10),
        (2e12, 1e9, 1e12, 1e10),
        (3, 60, 2, 30),
        *drawn,
    ]


EXERCISE = FunctionExercise(
    next_question="what becomes of the time if you double the peak, left of the ridge?",
    parameters=("flops", "bytes_moved", "peak", "bandwidth"),
    returns=Returns("number"),
    expected=lambda flops, moved, peak, bandwidth: max(flops / peak, moved / bandwidth),
    cases=cases,
    misconceptions=(
        Misconception(
            "added",
            lambda flops, moved, peak, bandwidth: flops / peak + moved / bandwidth,
            "You add the two times. Arithmetic and memory work at the same time, so at least "
            "the longer of the two passes.",
        ),
        Misconception(
            "shorter",
            lambda flops, moved, peak, bandwidth: min(flops / peak, moved / bandwidth),
            "This is the shorter of the two times. The work is done when the *slower* part is.",
        ),
        Misconception(
            "arithmetic-only",
            lambda flops, moved, peak, bandwidth: flops / peak,
            "Memory is left out: bytes / bandwidth may take longer than the arithmetic.",
        ),
        Misconception(
            "memory-only",
            lambda flops, moved, peak, bandwidth: moved / bandwidth,
            "Arithmetic is left out: FLOPs / peak may take longer than the memory.",
        ),
        Misconception(
            "rate-not-time",
            lambda flops, moved, peak, bandwidth: min(peak, flops / moved * bandwidth),
            "This is the rate in FLOP/s. The time is the FLOPs divided by it.",
        ),
        Misconception(
            "upside-down",
            lambda flops, moved, peak, bandwidth: max(peak / flops, bandwidth / moved),
            "The fractions are upside down: seconds are an amount divided by a rate.",
        ),
        Misconception(
            "ridge-upside-down",
            lambda flops, moved, peak, bandwidth: (
                flops / peak if flops / moved > bandwidth / peak else moved / bandwidth
            ),
            "Your ridge is upside down. Arithmetic is the limit where the intensity, FLOPs / "
            "bytes, is above peak / bandwidth. Simpler: return the larger of the two times.",
        ),
    ),
)
