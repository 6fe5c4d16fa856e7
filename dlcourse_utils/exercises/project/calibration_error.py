"""``calibration_error(p, y, bins)`` is the expected calibration error."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _bins(p, y, bins):
    """Of each bin that is not empty: answers in it, mean probability, share of positives."""
    number = np.floor(p * bins).astype(int)
    chosen = [number == k for k in range(bins) if (number == k).any()]
    return np.array([(c.sum(), p[c].mean(), y[c].mean()) for c in chosen]).T


def _calibration_error(p, y, bins=10):
    size, mean, share = _bins(p, y, bins)
    return (size * np.abs(mean - share)).sum() / size.sum()


def _with_centres(p, y, bins=10):
    number = np.floor(p * bins).astype(int)
    filled = [(number == k, (k + 0.5) / bins) for k in range(bins) if (number == k).any()]
    return sum(c.sum() * abs(middle - y[c].mean()) for c, middle in filled) / len(p)


def _with_accuracy(p, y, bins=10):
    return _calibration_error(p, ((p >= 0.5) == y).astype(float), bins)


def _with_equal_counts(p, y, bins=10):
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return sum(abs(p[part].sum() - y[part].sum()) for part in parts) / len(p)


def from_bins(formula):
    return lambda p, y, bins=10: formula(*_bins(p, y, bins), bins)


def cases(rng):
    def case(p, y, *bins):
        return (np.array(p), np.array(y), *bins)

    cases = [
        case([0.25], [1], 1),
        case([0.1, 0.3, 0.9], [0, 1, 1], 2),
        case([0.2, 0.4, 0.6], [1, 1, 0], 2),
        case([0.5, 0.75], [0, 1], 2),
        case([0.1, 0.2, 0.3, 0.4], [0, 0, 0, 1], 2),
        case([0.05, 0.15, 0.95, 0.92], [1, 0, 1, 0]),
    ]
    for count, bins in [(30, 5), (80, 10), (60, 4)]:
        p = rng.uniform(0, 0.999, size=count)
        cases.append((p, (rng.random(count) < p**2).astype(int), bins))
    return cases


EXERCISE = FunctionExercise(
    next_question=(
        "a model that answers 0.5 to everyone: which error has it on balanced data, and "
        "what is it good for?"
    ),
    parameters=("p", "y", "bins"),
    returns=Returns("number"),
    expected=_calibration_error,
    cases=cases,
    misconceptions=(
        Misconception(
            "not-weighted",
            from_bins(lambda size, mean, share, bins: np.abs(mean - share).mean()),
            "Every bin counts the same. Weight each distance by the number of answers in its bin.",
        ),
        Misconception(
            "empty-bins-counted",
            from_bins(lambda size, mean, share, bins: np.abs(mean - share).sum() / bins),
            "You divide by the number of bins. Weight each distance by the number of answers "
            "in its bin instead.",
        ),
        Misconception(
            "signs-cancel",
            from_bins(lambda size, mean, share, bins: (size * (mean - share)).sum() / size.sum()),
            "Bins that are too high and bins that are too low cancel. Take the absolute value "
            "in each bin.",
        ),
        Misconception(
            "signs-cancel",
            from_bins(
                lambda size, mean, share, bins: abs((size * (mean - share)).sum() / size.sum())
            ),
            "Bins that are too high and bins that are too low cancel. Take the absolute value "
            "in each bin, before they are added.",
        ),
        Misconception(
            "answer-by-answer",
            lambda p, y, bins=10: np.abs(p - y).mean(),
            "You compare each probability with its own label, so even a true 0.5 looks wrong. "
            "Average within a bin first.",
        ),
        Misconception(
            "squared",
            from_bins(
                lambda size, mean, share, bins: (size * (mean - share) ** 2).sum() / size.sum()
            ),
            "The distances are squared. Take their absolute values.",
        ),
        Misconception(
            "largest-bin",
            from_bins(lambda size, mean, share, bins: np.abs(mean - share).max()),
            "This is the largest distance, the maximum calibration error. Asked for is the "
            "weighted mean.",
        ),
        Misconception(
            "not-divided",
            from_bins(lambda size, mean, share, bins: (size * np.abs(mean - share)).sum()),
            "The sum is right; divide it by the number of answers.",
        ),
        Misconception(
            "bin-centres",
            _with_centres,
            "You compare with the middle of the bin. Use the mean of the probabilities in it.",
        ),
        Misconception(
            "accuracy",
            _with_accuracy,
            "You compare with the share of right answers. Here p is the probability of label "
            "1: compare with the share of positives.",
        ),
        Misconception(
            "bins-ignored",
            lambda p, y, bins=10: _calibration_error(p, y, 10),
            "Your function always uses ten bins: the argument `bins` plays no part.",
        ),
        Misconception(
            "equal-counts",
            _with_equal_counts,
            "Your bins hold equally many answers. They must be equally wide: bin k goes from k / "
            "bins to (k + 1) / bins, however many answers lie in it.",
        ),
    ),
)
