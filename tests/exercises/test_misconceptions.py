"""Every declared misconception is reachable, and every argument and kind of number matters."""

import numpy as np
import pytest

from dlcourse_utils.exercises import exercise_ids, verify
from dlcourse_utils.exercises.engine import (
    ChoiceExercise,
    FunctionExercise,
    NumberExercise,
    table,
)

EXERCISES = {id: table.load(id) for id in exercise_ids()}
ON_FUNCTIONS = [id for id, kind in EXERCISES.items() if isinstance(kind, FunctionExercise)]
ON_VALUES = [
    id for id, kind in EXERCISES.items() if isinstance(kind, (NumberExercise, ChoiceExercise))
]
DECLARED = [
    pytest.param(id, known.formula, known, id=f"{id}-{known.id}")
    for id in ON_FUNCTIONS
    for known in EXERCISES[id].misconceptions
] + [
    pytest.param(id, known.value, known, id=f"{id}-{known.id}")
    for id in ON_VALUES
    for known in EXERCISES[id].misconceptions
]


@pytest.mark.parametrize(("id", "answer", "known"), DECLARED)
def test_a_declared_misconception_gets_its_own_sentence(id, answer, known):
    feedback = verify(id, answer)
    assert (feedback.misconception, feedback.message) == (known.id, known.words), (
        f'{table.module_names()[id].replace(".", "/")}.py: "{known.id}" cannot be reached. Fed to '
        f"its own check, its formula is told:\n{feedback}\nAdd a case that tells the two apart, "
        "put the more specific one first, or, if they give the same on every input, make one of "
        "the two whose sentence names both."
    )


def test_many_misconceptions_are_declared():
    assert len(DECLARED) > 800 and len(ON_FUNCTIONS) >= 69


@pytest.mark.parametrize("id", ON_FUNCTIONS)
def test_the_right_function_passes_its_own_check(id):
    for seed in range(3):
        feedback = verify(id, EXERCISES[id].expected, seed=seed)
        assert feedback.passed, feedback


def cases_of(exercise):
    rng = np.random.default_rng(0)
    both = (exercise.cases, exercise.edges)
    return [case for cases in both for case in (cases(rng) if callable(cases) else cases)]


@pytest.mark.parametrize("id", ON_FUNCTIONS)
def test_no_argument_may_be_ignored(id):
    """Whoever puts a number of one case in the place of an argument is found out."""
    exercise = EXERCISES[id]
    cases = cases_of(exercise)
    count = max(map(len, cases))
    assert count == len(exercise.parameters), (
        f"no case gives {', '.join(exercise.parameters[count:])}"
    )
    for place in range(count):
        given = [case[place] for case in cases if len(case) > place]
        for value in {value for value in given if isinstance(value, (bool, int, float, str))}:

            def fixed(*arguments, place=place, value=value):
                if len(arguments) > place:
                    arguments = (*arguments[:place], value, *arguments[place + 1 :])
                return exercise.expected(*arguments)

            if len(given) == len(cases) and len(set(map(repr, given))) == 1:
                pytest.fail(f"`{exercise.parameters[place]}` is {value!r} in every case")
            if value != default_of(exercise.expected, place):
                assert not verify(id, fixed).passed or len(given) == 1, (
                    f"`{exercise.parameters[place]}` may be fixed at {value!r}"
                )


def default_of(function, place):
    import inspect

    try:
        parameters = list(inspect.signature(function).parameters.values())
        return parameters[place].default
    except (ValueError, IndexError):
        return None


def cutting(exercise, place):
    """The right function, its results in the type of one of the arrays that come in."""

    def cut(*arguments):
        result = exercise.expected(*arguments)
        parts = result if isinstance(result, tuple) else (result,)
        like = arguments[place]
        parts = tuple(
            np.asarray(part).astype(like.dtype) if np.shape(part) == like.shape else part
            for part in parts
        )
        return parts if isinstance(result, tuple) else parts[0]

    return cut


# A result of the shape of this argument is whole wherever the argument is, or the task asks for
# floats.
NEVER_CUT = {
    ("convolve", "image"), ("convolve", "kernel"), ("dense-backward", "dZ"), ("dropout", "random"),
    ("numerical-gradient", "x"), ("one-unit", "values"), ("patches", "images"),
    ("shift-image", "image"),
}  # fmt: skip


def arrays_that_shape_a_result():
    for id in ON_FUNCTIONS:
        exercise = EXERCISES[id]
        if exercise.returns.kind in ("whole number", "booleans"):
            continue
        cases = cases_of(exercise)
        for place, name in enumerate(exercise.parameters):
            arrays = [
                case
                for case in cases
                if len(case) > place
                and isinstance(case[place], np.ndarray)
                and case[place].dtype.kind == "f"
            ]
            if len(arrays) < len(cases) or (id, name) in NEVER_CUT:
                continue
            results = [exercise.expected(*case) for case in arrays]
            shapes = [
                {np.shape(part) for part in (r if isinstance(r, tuple) else (r,))} for r in results
            ]
            if all(case[place].shape in some for case, some in zip(arrays, shapes, strict=True)):
                yield id, place, name


@pytest.mark.parametrize(("id", "place", "name"), list(arrays_that_shape_a_result()))
def test_decimals_that_an_array_of_whole_numbers_cuts_are_missed(id, place, name):
    feedback = verify(id, cutting(EXERCISES[id], place))
    assert feedback.misconception == "decimals-cut", (
        f"`zeros_like({name})` passes {id}: add a case whose `{name}` is whole and whose result "
        f"is not\n{feedback}"
    )
