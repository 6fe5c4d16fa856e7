"""The open exercise of chapter 13: plan a run that fits a device and a time."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    OpenExercise,
    Passed,
    Wrong,
    get_result,
    kind_of,
    shorten,
)

SETTINGS = ("layers", "width", "batch", "precision", "optimizer")
DEVICE, EXAMPLES = "T4", 100_000
HOURS = 2.0
PARAMETERS = 200_000_000


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``training_plan()`` gives settings of a transformer that fits a T4 and two hours."""
    from dlcourse_utils.explore import Budget

    plan = get_result(answer, (), ())
    if not isinstance(plan, dict):
        raise Wrong(
            f"the plan is a dictionary of settings, and you return {kind_of(plan)}: "
            '`return {"layers": 12, …}`.',
            misconception="not-a-dictionary",
        )
    odd = sorted(set(map(str, plan)) - set(SETTINGS))
    if odd:
        raise Wrong(
            f"`{odd[0]}` is not yours to choose. The settings are {', '.join(SETTINGS)}.",
            misconception="other-settings",
        )
    try:
        estimate = Budget("transformer", device=DEVICE, examples=EXAMPLES, **plan).estimate()
    except (ValueError, TypeError) as problem:
        raise Wrong(f"the figure refuses this: {problem}.", misconception="refused") from None
    hours = estimate.run_seconds / 3600
    got = (
        f"{estimate.parameters / 1e6:.0f} million parameters, {estimate.memory / 1e9:.1f} GB, "
        f"{hours:.1f} hours"
    )
    reason, words = _diagnose(estimate, hours, plan)
    missing = [f"`{name}`" for name in SETTINGS if name not in plan]
    silent = f"Your plan says nothing of {', '.join(missing)}: what the figure has was taken."
    notes = (silent,) if missing else ()
    if reason is None:
        return Passed(f"right: {got}.", notes)
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("plan", _written(plan)),),
            expected=f"{PARAMETERS // 10**6} million parameters or more, 16 GB or less, "
            f"{HOURS:g} hours or less",
            got=got,
        ),
        misconception=reason,
        notes=notes,
    )


def _written(plan: dict[str, Any]) -> str:
    return ", ".join(f"{name} {shorten(str(value), 20)}" for name, value in plan.items())


def _diagnose(estimate: Any, hours: float, plan: dict[str, Any]) -> tuple[str | None, str]:
    if estimate.parameters < PARAMETERS:
        return "too-small", (
            "The network is too small. Parameters grow with the layers, and with the square of "
            "the width."
        )
    if not estimate.fits:
        if estimate.activations > estimate.memory / 2:
            return "activations-do-not-fit", (
                "It does not fit, and most of it are activations. They grow with the batch."
            )
        return "parameters-do-not-fit", (
            "It does not fit, and most of it are weights, gradients and the optimiser's state. A "
            "smaller batch does not help against those."
        )
    if hours > HOURS:
        if plan.get("precision", "float32") != "mixed 16-bit":
            return "slow-precision", (
                "It fits and takes too long. A step is bound by arithmetic, and this device "
                "multiplies in 16 bits many times as fast."
            )
        if estimate.bound == "memory bandwidth":
            return "bound-by-memory", (
                "It fits and takes too long, because every step moves all weights and the "
                "optimiser's state for few examples. A larger batch shares that."
            )
        return "too-large", (
            "It fits and takes too long. A step is bound by arithmetic, so that only a smaller "
            "network is faster."
        )
    return None, ""


EXERCISE = OpenExercise(
    check=check,
    next_question=(
        "the figure counts the least memory. How much would you leave free, and how "
        "would you find out before renting?"
    ),
)
