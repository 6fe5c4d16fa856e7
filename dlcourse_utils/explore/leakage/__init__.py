"""What four steps, each done before or after the split, do to the score that one would report."""

from itertools import product
from typing import Any, NamedTuple

import numpy as np

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.seeded import normals, uniforms
from dlcourse_utils.explore.traits import Choice, Several, Whole
from dlcourse_utils.palette import GREY, ORANGE, RED

# The steps and their choices. A number of four bits names a setup: a step's bit (1, 2, 4, 8 in this
# order) is set where the step takes its second choice.
STEPS = {
    "duplicates": ("before", "after"),
    "split": ("patients", "rows"),
    "selection": ("after", "before"),
    "scaling": ("after", "before"),
}
MODELS = ("nearest row", "class means")
PATIENTS = (20, 40, 60, 120)
FEATURES = (10, 50, 200, 500, 1000)
SIGNALS = {"none": 0.0, "weak": 0.4, "strong": 0.8}
SEEDS = (0, 9999)

VISITS = 3  # rows of a patient
INFORMATIVE = 5  # features that know the class
KEPT = 10  # features that selection keeps
LIKENESS = 0.8  # share of a feature's variance that all visits of a patient have in common
COPIED = 0.3  # share of patients that are in the table twice
SPLITS = 24
NEW_PATIENTS = 300
# Where the seeds of columns, of columns of new patients and of splits begin: 4096 each of them.
_TABLE, _NEW, _SPLIT = 0, 2**30, 2**31


class Scores(NamedTuple):
    """Accuracies of the same 24 models, one of each split: float64 of shape (24,)."""

    reported: np.ndarray
    new: np.ndarray

    @property
    def fooled(self) -> float:
        """By how much the mean reported accuracy lies above the mean on new patients."""
        return float(self.reported.mean() - self.new.mean())


class Leakage(Explorable):
    """A table of patients, four steps to do before or after its split, and two scores.

    Every patient has a class, 0 or 1, and three rows (visits) that resemble each other. The first 5
    features know something of the class, all others are noise. Three patients in ten were entered a
    second time, under another number. Of the table 24 random splits are made, each with about
    a third of the rows, of both classes, for testing. The 10 features that correlate most with the
    class are kept and scaled to mean 0 and standard deviation 1; then a model is fitted.

    Parameters
    ----------
    duplicates : {"before", "after"}
        Rows that equal another row are removed before the split, or after it in each part.
    split : {"patients", "rows"}
        All rows of a patient number go to the same part, or each row goes where chance puts it.
    selection : {"after", "before"}
        The features are chosen after the split on the training rows, or before it on all rows.
    scaling : {"after", "before"}
        Mean and standard deviation come from the training rows, or from all rows.
    model : {"nearest row", "class means"}
        Answer with the class of the nearest training row, or of the nearest of two class means.
    patients : {20, 40, 60, 120}
    features : {10, 50, 200, 500, 1000}
    signal : {"none", "weak", "strong"}
        How far the classes lie apart in the first 5 features.
    seed : int
        Decides the table and its splits, 0 to 9999.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If a parameter is none of what is listed above.

    Examples
    --------
    >>> scores = Leakage(features=10, patients=20).scores()
    >>> scores.reported.shape, scores.new.shape
    ((24,), (24,))
    """

    preview_size = (7.0, 3.6)

    duplicates = Choice(STEPS["duplicates"], help="When they are removed.").tag(sync=True)
    split = Choice(STEPS["split"], help="What is kept together.").tag(sync=True)
    selection = Choice(STEPS["selection"], help="When the features are chosen.").tag(sync=True)
    scaling = Choice(STEPS["scaling"], help="When mean and spread are taken.").tag(sync=True)
    model = Choice(MODELS, help="What is fitted.").tag(sync=True)
    patients = Choice(PATIENTS, help="Patients in the table, without copies.").tag(sync=True)
    features = Choice(FEATURES, help="Candidate features.").tag(sync=True)
    signal = Choice(tuple(SIGNALS), help="Of the first 5 features.").tag(sync=True)
    seed = Whole(low=SEEDS[0], high=SEEDS[1], help="Decides table and splits.").tag(sync=True)
    tried = Several(
        Whole(low=0, high=15), least=0, most=16, help="Setups that the reader tried."
    ).tag(sync=True)

    def __init__(
        self,
        *,
        duplicates: str = "after",
        split: str = "rows",
        selection: str = "before",
        scaling: str = "before",
        model: str = "nearest row",
        patients: int = 60,
        features: int = 500,
        signal: str = "weak",
        seed: int = 3,
        caption: str | None = None,
    ) -> None:
        chosen = {
            "duplicates": duplicates,
            "split": split,
            "selection": selection,
            "scaling": scaling,
        }
        super().__init__(
            **chosen,
            model=model,
            patients=patients,
            features=features,
            signal=signal,
            seed=seed,
            tried=[],
            caption=caption
            or "Which of these four steps fools you much, which hardly? Change one at a time, from "
            "this setup and from the one that fools you least: why does the same step matter less "
            "here? New tables tell fooling from luck. Then take the class means, a model that "
            "knows no single row by heart: what still fools it with 500 features, what with 10?",
        )

        self.tried = [_number(chosen)]

    def scores(self) -> Scores:
        """Reported accuracies and those on new patients, for what is set now."""
        return self._scores_of({name: getattr(self, name) for name in STEPS}, self.table())

    def compare(self) -> dict[tuple[str, ...], Scores]:
        """The scores of all 16 setups on this table.

        Returns
        -------
        dict
            Choices in the order of `STEPS`, for example ``("before", "patients", "after",
            "after")`` -> `Scores`.
        """
        table = self.table()
        return {
            choices: self._scores_of(dict(zip(STEPS, choices, strict=True)), table)
            for choices in product(*STEPS.values())
        }

    def table(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The table with its duplicates.

        Returns
        -------
        tuple of numpy.ndarray
            Values, float64 of shape (rows, features), with the copies below; classes, int64 of
            shape (rows,); patient numbers, int64 of shape (rows,).
        """
        X, y = _patients(self.seed, self.patients, self.features, SIGNALS[self.signal])
        own = np.repeat(np.arange(self.patients), VISITS)
        copies = round(COPIED * self.patients)
        rows = np.r_[: len(X), : copies * VISITS]
        return X[rows], y[rows], np.r_[own, own[: copies * VISITS] + self.patients]

    def new_patients(self, columns: Any) -> tuple[np.ndarray, np.ndarray]:
        """One row each of 300 patients that are not in the table.

        Parameters
        ----------
        columns : sequence of int
            The features that are wanted.

        Returns
        -------
        tuple of numpy.ndarray
            Values, float64 of shape (300, len(columns)), and classes of shape (300,).
        """
        y = np.arange(NEW_PATIENTS) % 2
        X = np.empty((NEW_PATIENTS, len(columns)))
        for place, column in enumerate(columns):
            X[:, place] = normals(_NEW + 4096 * self.seed + int(column), NEW_PATIENTS)
            if column < INFORMATIVE:
                X[:, place] += SIGNALS[self.signal] * (2 * y - 1)
        return X, y

    def _scores_of(self, setup: dict[str, str], table: tuple[np.ndarray, ...]) -> Scores:
        X, y, patient = table
        distinct = self.patients * VISITS  # the copies lie below
        original = np.r_[:distinct, : len(X) - distinct]
        if setup["duplicates"] == "before":
            X, y, patient, original = (part[:distinct] for part in (X, y, patient, original))
        unit = patient if setup["split"] == "patients" else np.arange(len(X))
        of_all = select(X, y)
        pairs = []
        for number in range(SPLITS):
            in_test = drawn(unit, y, _SPLIT + 4096 * self.seed + number)
            test, train = (
                _distinct(np.flatnonzero(part), original) for part in (in_test, ~in_test)
            )
            columns = of_all if setup["selection"] == "before" else select(X[train], y[train])
            part = X[:, columns] if setup["scaling"] == "before" else X[np.ix_(train, columns)]
            mean, spread = part.mean(axis=0), part.std(axis=0)
            X_new, y_new = self.new_patients(columns)
            rows = (X[np.ix_(train, columns)] - mean) / spread
            pairs.append(
                [
                    np.mean(_answers(self.model, rows, y[train], (asked - mean) / spread) == right)
                    for asked, right in ((X[np.ix_(test, columns)], y[test]), (X_new, y_new))
                ]
            )
        return Scores(*np.array(pairs).T)

    def draw_preview(self, figure: Any) -> None:
        scores = self.scores()
        axes = figure.add_subplot()
        rows = (
            ("what you would report", scores.reported, 1.15, ORANGE, "^"),
            ("on new patients", scores.new, 0, GREY, "x"),
        )
        for _, values, base, colour, mark in rows:
            bins = np.floor(values / 0.02 + 0.5).astype(int)
            height = [base + 0.07 * np.sum(bins[:i] == b) for i, b in enumerate(bins)]
            axes.plot(bins * 0.02, height, mark, color=colour, markersize=7, clip_on=False)
            axes.plot([values.mean()] * 2, [base - 0.08, base + 0.68], color=colour, linewidth=2)
            axes.text(values.mean(), base + 0.71, f"{values.mean():.2f}", ha="center", color=colour)
        ends = [(values.mean(), 0.98) for _, values, *_ in rows]
        arrow = {"arrowstyle": "<->", "color": RED, "linewidth": 2}
        axes.annotate("", ends[0], ends[1], arrowprops=arrow)
        axes.axvline(0.5, color=GREY, linestyle=":", linewidth=1)
        axes.set_yticks([1.5, 0.35], [name for name, *_ in rows])
        axes.tick_params(left=False)
        axes.spines.left.set_visible(False)
        axes.set(xlim=(0.3, 1.02), ylim=(-0.12, 2.0), xlabel=f"accuracy of {SPLITS} splits")
        axes.set_title("One table, the same models: two answers")


def select(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The columns that correlate most with the class, the best first.

    Parameters
    ----------
    X : array of shape (n, features)
    y : array of shape (n,)
        Classes, 0 or 1.

    Returns
    -------
    numpy.ndarray
        int64 of shape (10,).

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(50, 12))
    >>> int(select(X, X[:, 7] > 0)[0])
    7
    """
    apart = X - X.mean(axis=0)
    shared = np.abs((y - y.mean()) @ apart) / np.sqrt((apart**2).sum(axis=0))
    return np.argsort(-shared, kind="stable")[:KEPT]


def _number(setup: dict[str, str]) -> int:
    """The number of a setup: a bit for each step that takes its second choice."""
    return sum(STEPS[name].index(setup[name]) << place for place, name in enumerate(STEPS))


def _patients(seed: int, count: int, features: int, shift: float) -> tuple[np.ndarray, np.ndarray]:
    X = np.empty((count, VISITS, features))
    y = np.arange(count) % 2
    for column in range(features):
        drawn = normals(_TABLE + 4096 * seed + column, count * (VISITS + 1))
        own, visits = np.split(drawn.reshape(count, VISITS + 1), [1], axis=1)
        X[:, :, column] = np.sqrt(LIKENESS) * own + np.sqrt(1 - LIKENESS) * visits
    X[:, :, :INFORMATIVE] += shift * (2 * y - 1)[:, None, None]
    return X.reshape(-1, features), np.repeat(y, VISITS)


def drawn(unit: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Which rows are for testing: of each class the third of the units with the lowest numbers."""
    first = np.unique(unit, return_index=True)[1]
    numbers = uniforms(seed, len(first))
    test = np.zeros(len(first), dtype=bool)
    for label in (0, 1):
        units = np.flatnonzero(y[first] == label)
        test[units[np.argsort(numbers[units])][: int(len(units) / 3 + 0.5)]] = True
    return test[unit]


def _distinct(rows: np.ndarray, original: np.ndarray) -> np.ndarray:
    return rows[np.sort(np.unique(original[rows], return_index=True)[1])]


def _answers(model: str, rows: np.ndarray, y: np.ndarray, asked: np.ndarray) -> np.ndarray:
    if model == "class means":
        rows, y = np.stack([rows[y == label].mean(axis=0) for label in (0, 1)]), np.arange(2)
    return y[((asked[:, None] - rows) ** 2).sum(axis=2).argmin(axis=1)]
