"""``area_under_roc(normal, anomalous)`` is the share of pairs in the right order."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def area_under_roc(normal: np.ndarray, anomalous: np.ndarray) -> float:
    """Return the share of pairs in which the anomaly scores higher; a tie counts as half."""
    higher = anomalous[:, np.newaxis] > normal
    ties = anomalous[:, np.newaxis] == normal
    return float(np.mean(higher + 0.5 * ties))


def counting(win: float, tie: float):
    def area(n, a):
        more = a[:, np.newaxis] > n
        return np.mean(win * more + tie * (a[:, np.newaxis] == n))

    return area


def _without_start(n, a):
    thresholds = np.sort(np.concatenate([n, a]))[::-1, np.newaxis]
    false, true = (n >= thresholds).mean(axis=1), (a >= thresholds).mean(axis=1)
    return np.sum(np.diff(false) * (true[1:] + true[:-1]) / 2)


def cases(rng):
    return [
        (np.array([1.0]), np.array([2.0])),
        (np.array([2.0]), np.array([1.0])),
        (np.array([1.0]), np.array([1.0])),
        (np.array([1.0, 3.0]), np.array([2.0, 3.0, 4.0])),
        (np.array([0.5, 0.1, 0.4]), np.array([0.3, 0.6])),
        (rng.normal(size=9), 1 + rng.normal(size=5)),
        (rng.integers(0, 6, size=30) / 2, 1 + rng.integers(0, 6, size=20) / 2),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "what area does a score get that always says the same? And is a score whose "
        "area is 0.1 useless?"
    ),
    parameters=("normal", "anomalous"),
    returns=Returns("number"),
    expected=area_under_roc,
    cases=cases,
    library_calls=("roc_auc_score", "roc_curve", "mannwhitneyu", "ranksums", "AUC"),
    misconceptions=(
        Misconception(
            "swapped",
            lambda n, a: area_under_roc(a, n),
            "You count the pairs in which the *normal* example scores higher. The anomaly should.",
        ),
        Misconception(
            "ties-lost",
            counting(1.0, 0.0),
            "Pairs with equal scores count nothing in your result. Give each of them one half.",
        ),
        Misconception(
            "ties-won",
            counting(1.0, 1.0),
            "Pairs with equal scores count as a whole success in your result. Give each of "
            "them one half.",
        ),
        Misconception(
            "not-averaged",
            lambda n, a: area_under_roc(n, a) * len(n) * len(a),
            "You count the pairs. Divide by the number of all pairs.",
        ),
        Misconception(
            "in-given-order",
            lambda n, a: np.mean(
                [float(y > x) + 0.5 * float(y == x) for x, y in zip(n, a, strict=False)]
            ),
            "You compare the first with the first, the second with the second. Compare every "
            "anomalous score with every normal one.",
        ),
        Misconception(
            "compared-with-the-mean",
            lambda n, a: np.mean(a > n.mean()),
            "You compare with the mean of the normal scores. Compare each pair.",
        ),
        Misconception(
            "difference-of-means",
            lambda n, a: a.mean() - n.mean(),
            "The difference of the two means is no share of pairs. Count the pairs in which "
            "the anomaly scores higher.",
        ),
        Misconception(
            "start-missing",
            _without_start,
            "Your curve begins at the first threshold, and the area up to there is missing. It "
            "must begin at (0, 0): above all scores nothing is found yet.",
        ),
    ),
)
