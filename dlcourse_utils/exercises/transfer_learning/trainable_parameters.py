"""``trainable_parameters(parts, frozen)`` counts what learns behind the frozen parts."""

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    def random_case():
        parts = [tuple(map(int, rng.integers(10, 500, size=2))) for _ in range(5)]
        return (parts, int(rng.integers(1, 5)))

    return [
        ([(3, 0)], 0),
        ([(3, 2)], 0),
        ([(3, 2), (5, 0)], 1),
        ([(3, 2), (5, 4)], 2),
        ([(3, 2), (5, 4), (7, 0)], 1),
        ([(432, 32), (4672, 64), (18560, 128), (5770, 0)], 2),
        random_case(),
        random_case(),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "which part holds most of this network's parameters, and is it the part that "
        "knows most about strokes?"
    ),
    parameters=("parts", "frozen"),
    returns=Returns("whole number"),
    expected=lambda parts, frozen: sum(learned for learned, _ in parts[frozen:]),
    cases=cases,
    misconceptions=(
        Misconception(
            "statistics-counted",
            lambda parts, frozen: sum(sum(part) for part in parts[frozen:]),
            "You count the moving statistics too. Batch normalisation measures them; no "
            "gradient changes them, frozen or not.",
        ),
        Misconception(
            "frozen-counted",
            lambda parts, frozen: sum(learned for learned, _ in parts[:frozen]),
            "You count the frozen parts. Those that come after them are the ones that learn.",
        ),
        Misconception(
            "nothing-frozen",
            lambda parts, frozen: sum(learned for learned, _ in parts),
            "You count all parts. The first `frozen` ones do not learn.",
        ),
        Misconception(
            "frozen-from-the-end",
            lambda parts, frozen: sum(learned for learned, _ in parts[: len(parts) - frozen]),
            "You freeze the last parts. What a network has in common with other tasks lies in "
            "its first ones: those are frozen.",
        ),
        Misconception(
            "off-by-one",
            lambda parts, frozen: sum(learned for learned, _ in parts[frozen + 1 :]),
            "One part too few. Python counts from 0, so the first part behind `frozen` frozen "
            "ones is `parts[frozen]`.",
        ),
        Misconception(
            "off-by-one",
            lambda parts, frozen: sum(learned for learned, _ in parts[max(frozen - 1, 0) :]),
            "One part too many: the last of the frozen parts is `parts[frozen - 1]`.",
        ),
        Misconception(
            "head-alone",
            lambda parts, frozen: parts[-1][0],
            "You count the head alone. Parts between it and the frozen ones learn as well.",
        ),
        Misconception(
            "statistics-subtracted",
            lambda parts, frozen: sum(learned - moving for learned, moving in parts[frozen:]),
            "You subtract the moving statistics. The first number of a part does not contain them.",
        ),
        Misconception(
            "last-frozen",
            lambda parts, frozen: sum(learned for learned, _ in parts[-frozen:]),
            "You count the last `frozen` parts. Count all that come after the first `frozen`: "
            "`parts[frozen:]`.",
        ),
        Misconception(
            "last-frozen",
            lambda parts, frozen: sum(learned for learned, _ in parts[len(parts) - frozen :]),
            "You count the last `frozen` parts, none where it is 0. Count all that come after the "
            "first `frozen`: `parts[frozen:]`.",
        ),
        Misconception(
            "statistics-subtracted",
            lambda parts, frozen: (
                sum(learned for learned, _ in parts) - sum(sum(part) for part in parts[:frozen])
            ),
            "You subtract the moving statistics of the frozen parts as well. Your total never "
            "contained them: subtract the first number of each frozen part alone.",
        ),
    ),
)
