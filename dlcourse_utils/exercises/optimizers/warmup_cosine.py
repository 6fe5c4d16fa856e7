"""``warmup_cosine(step, steps, warmup, peak)``: a line up, half a cosine down to 0."""

from math import cos, pi

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _half_cosine(done):
    return (1 + cos(pi * done)) / 2


def _with(rise=None, fall=None):
    """The schedule with another rise or fall."""
    rise = rise or (lambda step, steps, warmup, peak: peak * step / warmup)
    fall = fall or (
        lambda step, steps, warmup, peak: peak * _half_cosine((step - warmup) / (steps - warmup))
    )
    return lambda step, steps, warmup, peak: (rise if step < warmup else fall)(
        step, steps, warmup, peak
    )


def cases(rng):
    steps = int(rng.integers(50, 500))
    warmup = int(rng.integers(5, steps // 2))
    return [
        (0, 100, 20, 1.0),
        (10, 100, 20, 1.0),
        (20, 100, 20, 1.0),
        (60, 100, 20, 1.0),
        (100, 100, 20, 1.0),
        (30, 100, 20, 2.0),
        (5, 100, 50, 0.1),
        (75, 100, 50, 0.1),
        (warmup // 2, steps, warmup, 0.5),
        ((warmup + steps) // 2, steps, warmup, 0.5),
        (warmup + (steps - warmup) // 4, steps, warmup, 0.5),
    ]


EXERCISE = FunctionExercise(
    next_question="which `warmup` makes this the one-cycle schedule of the chapter?",
    parameters=("step", "steps", "warmup", "peak"),
    returns=Returns("number"),
    expected=_with(),
    cases=cases,
    misconceptions=(
        Misconception(
            "clock-not-restarted",
            _with(fall=lambda step, steps, warmup, peak: peak * _half_cosine(step / steps)),
            "The cosine runs over the whole training, so the rate jumps where the warm-up "
            "ends. Its clock starts there: (step − warmup) / (steps − warmup).",
        ),
        Misconception(
            "remaining-steps",
            _with(
                fall=lambda step, steps, warmup, peak: peak * _half_cosine((step - warmup) / steps)
            ),
            "The cosine does not reach 0 at the end: only steps − warmup steps are left for it.",
        ),
        Misconception(
            "whole-cosine",
            _with(
                fall=lambda step, steps, warmup, peak: (
                    peak * cos(pi * (step - warmup) / (steps - warmup))
                )
            ),
            "The rate becomes negative: a cosine runs from 1 to −1. Lift and halve it: "
            "(1 + cos …) / 2.",
        ),
        Misconception(
            "not-halved",
            _with(
                fall=lambda step, steps, warmup, peak: (
                    2 * peak * _half_cosine((step - warmup) / (steps - warmup))
                )
            ),
            "After the warm-up the rate is twice too large: 1 + cos runs from 2 to 0, so halve it.",
        ),
        Misconception(
            "full-period",
            _with(
                fall=lambda step, steps, warmup, peak: (
                    peak * _half_cosine(2 * (step - warmup) / (steps - warmup))
                )
            ),
            "The rate falls and rises again: that is a whole period. Half of one, π, takes "
            "it from the peak to 0.",
        ),
        Misconception(
            "quarter-period",
            _with(
                fall=lambda step, steps, warmup, peak: (
                    peak * cos(pi / 2 * (step - warmup) / (steps - warmup))
                )
            ),
            "This is a quarter of a period. The schedule is (1 + cos(π · done)) / 2, which "
            "leaves the peak gently and arrives at 0 gently.",
        ),
        Misconception(
            "sign-in-cosine",
            _with(
                fall=lambda step, steps, warmup, peak: (
                    peak - peak * _half_cosine((step - warmup) / (steps - warmup))
                )
            ),
            "After the warm-up the rate drops to 0 and rises again: (1 − cos …) goes up. "
            "Use (1 + cos …) / 2.",
        ),
        Misconception(
            "linear-fall",
            _with(fall=lambda step, steps, warmup, peak: peak * (steps - step) / (steps - warmup)),
            "The rate falls along a line. It must follow half a cosine.",
        ),
        Misconception(
            "degrees",
            _with(
                fall=lambda step, steps, warmup, peak: (
                    peak * (1 + cos(180 * (step - warmup) / (steps - warmup))) / 2
                )
            ),
            "`np.cos` takes radians: half a turn is π, not 180.",
        ),
        Misconception(
            "missing-peak",
            lambda step, steps, warmup, peak: _with()(step, steps, warmup, 1.0),
            "The peak is not used: multiply by it, in both parts.",
        ),
        Misconception(
            "no-warm-up",
            lambda step, steps, warmup, peak: peak * _half_cosine(step / steps),
            "There is no warm-up: before step `warmup` the rate rises from 0.",
        ),
        Misconception(
            "constant-warm-up",
            _with(rise=lambda step, steps, warmup, peak: peak),
            "During the warm-up the rate must rise from 0 to the peak; yours is at the peak "
            "from the start.",
        ),
        Misconception(
            "first-step-not-zero",
            _with(rise=lambda step, steps, warmup, peak: peak * (step + 1) / warmup),
            "Your warm-up is one step ahead. Here it is peak · step / warmup, which is 0 at "
            "step 0.",
        ),
        Misconception(
            "whole-run-warm-up",
            _with(rise=lambda step, steps, warmup, peak: peak * step / steps),
            "You divide by all the steps, so the warm-up ends below the peak. Divide by `warmup`.",
        ),
        Misconception(
            "missing-peak",
            _with(
                fall=lambda step, steps, warmup, peak: _half_cosine(
                    (step - warmup) / (steps - warmup)
                )
            ),
            "After the warm-up `peak` is missing: the cosine falls from 1. Multiply it by the "
            "peak.",
        ),
        Misconception(
            "missing-peak",
            _with(rise=lambda step, steps, warmup, peak: step / warmup),
            "In the warm-up `peak` is missing: the line rises to 1. Multiply it by the peak.",
        ),
    ),
)
