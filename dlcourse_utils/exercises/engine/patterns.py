"""What wrong results have in common with right ones, whatever the exercise is about."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from dlcourse_utils.exercises.engine.results import close
from dlcourse_utils.exercises.engine.wording import show_number

Reason = tuple[str, str]


@dataclass(frozen=True)
class Results:
    """The wanted and the given results of all cases, for one of the returned values.

    Parameters
    ----------
    wanted, given : list of ndarray
        One each a case, as floats.
    name : str
        Name of the returned value where there are several, else empty.
    """

    wanted: list[np.ndarray]
    given: list[np.ndarray]
    name: str = ""

    @property
    def subject(self) -> str:
        """The result as the beginning of a sentence."""
        return f"`{self.name}`" if self.name else "Your result"

    @property
    def each(self) -> str:
        """Each number of the result as the beginning of a sentence."""
        single = all(wanted.ndim == 0 for wanted in self.wanted)
        if single:
            return self.subject
        return f"Every number of {self.subject[0].lower()}{self.subject[1:]}"

    def joined(self) -> tuple[np.ndarray, np.ndarray]:
        """What was wanted and what was given, the numbers of all cases in a row."""
        wanted, given = (
            np.concatenate([array.ravel() for array in part]) for part in (self.wanted, self.given)
        )
        return wanted, given

    def all_are(self, formula: Callable[[np.ndarray], np.ndarray]) -> bool:
        """Whether ``formula(wanted)`` is what was given in every case, and not what is wanted."""
        with np.errstate(all="ignore"):
            made = [np.asarray(formula(wanted), dtype=float) for wanted in self.wanted]
        return all(_same(one, other) for one, other in zip(made, self.given, strict=True))


def find_pattern(results: Results) -> Reason | None:
    """Return the id and the words of a pattern that all results follow, None if there is none."""
    if not results.wanted:
        return None
    shapes_agree = all(
        wanted.shape == given.shape
        for wanted, given in zip(results.wanted, results.given, strict=True)
    )
    ways = _OF_NUMBERS if shapes_agree else _OF_SHAPES
    for way in ways:
        found = way(results)
        if found is not None:
            return found
    return None


def _all_zeros(results: Results) -> Reason | None:
    if any(np.any(given) for given in results.given):
        return None
    each = results.each
    return "all-zeros", f"{each} is 0: is it ever filled in?"


def _opposite_sign(results: Results) -> Reason | None:
    if not results.all_are(np.negative):
        return None
    return "opposite-sign", (f"{results.each} has the opposite sign: look where you subtract.")


def _decimals_cut(results: Results) -> Reason | None:
    if not any(results.all_are(cut) for cut in (np.trunc, np.rint)) and not _is_floor(results):
        return None
    lost = f"The decimals of {_lower(results.subject)} are cut off"
    if all(wanted.ndim == 0 for wanted in results.wanted):
        return "decimals-cut", f"{lost}: `//`, `int` and `round` drop them. Divide with `/`."
    return "decimals-cut", (
        f"{lost}. An array of whole numbers keeps none (`zeros_like` and `copy` of such an array "
        "make another one), and `//`, `int` and `round` drop them."
    )


def _is_floor(results: Results) -> bool:
    """Whether all are rounded down; 93.6 // 1.3 is 71, although 93.6 / 1.3 is 72."""
    for wanted, given in zip(results.wanted, results.given, strict=True):
        nearest = np.rint(wanted)
        is_whole = np.isclose(wanted, nearest, rtol=1e-12)
        down = np.where(is_whole & (given == nearest - 1), given, np.floor(wanted))
        if not _same(np.where(is_whole & (given == nearest), given, down), given):
            return False
    return not results.all_are(lambda wanted: wanted)


def _sign_lost(results: Results) -> Reason | None:
    if results.all_are(np.abs):
        return "sign-lost", (
            f"The sizes are right, but {_lower(results.subject)} is never negative: the sign is "
            "lost."
        )
    if all(
        _same(np.abs(wanted), np.abs(given))
        for wanted, given in zip(results.wanted, results.given, strict=True)
    ):
        return "wrong-signs", "The sizes are right; the sign is not, in some of the numbers."
    return None


def _one_factor(results: Results) -> Reason | None:
    wanted, given = results.joined()
    used = np.abs(wanted) > 1e-9
    if np.count_nonzero(used) < 2 or np.ptp(np.abs(wanted[used])) < 1e-9:
        return None
    factor = float(np.median(given[used] / wanted[used]))
    if not np.isfinite(factor) or abs(factor) < 1e-6 or not results.all_are(lambda w: factor * w):
        return None
    if abs(factor) > 1:
        words = f"{show_number(factor, 3)} times as large as it should be"
    else:
        words = f"{show_number(factor, 3)} times what it should be, 1/{show_number(1 / factor, 3)}"
    return "constant-factor", f"{results.each} is {words}: a constant factor is wrong or missing."


def _one_offset(results: Results) -> Reason | None:
    wanted, given = results.joined()
    if len(wanted) < 2 or np.ptp(wanted) < 1e-9:
        return None
    offset = float(np.median(given - wanted))
    if abs(offset) < 1e-6 or not results.all_are(lambda w: w + offset):
        return None
    size = show_number(abs(offset), 3)
    large = "large" if offset > 0 else "small"
    return "constant-offset", f"{results.each} is too {large} by {size}, always the same."


def _other_power(results: Results) -> Reason | None:
    for reason, formula, words in (
        ("square", np.square, "the square of what it should be: a root is missing"),
        ("root", lambda w: np.sqrt(np.abs(w)), "the square root of what it should be"),
        ("reciprocal", lambda w: 1 / w, "1 divided by what it should be: turn it over"),
    ):
        if results.all_are(formula):
            return reason, f"{results.each} is {words}."
    return None


def _other_order(results: Results) -> Reason | None:
    if max(wanted.size for wanted in results.wanted) < 3:
        return None
    if results.all_are(lambda w: w.T if w.ndim == 2 else w):
        return "transposed-result", (f"Rows and columns of {_lower(results.subject)} are swapped.")
    if results.all_are(lambda w: w[::-1] if w.ndim else w):
        return "reversed", f"{results.subject} comes in the opposite order: the last one first."
    for step, words in ((1, "too late"), (-1, "too early")):
        for axis in (0, -1):
            if _is_shifted(results, step, axis):
                return "off-by-one", f"{results.subject} is right, but one place {words}."
    if _is_shuffled(results):
        return "other-order", (
            f"The numbers of {_lower(results.subject)} are right, but they stand in another order: "
            "which of them belongs in which place?"
        )
    return None


def _is_shuffled(results: Results) -> bool:
    """Whether all hold the wanted numbers in some order; among two numbers that may be chance."""
    pairs = list(zip(results.wanted, results.given, strict=True))
    if not all(close(np.sort(one, axis=None), np.sort(other, axis=None)) for one, other in pairs):
        return False
    return any(len(np.unique(one)) > 2 and not _same(one, other) for one, other in pairs)


def _is_shifted(results: Results, step: int, axis: int) -> bool:
    """Whether all are moved by one place; what stands at the end that is left does not matter."""
    compared = 0
    for wanted, given in zip(results.wanted, results.given, strict=True):
        if wanted.ndim <= (0 if axis == -1 else axis) or wanted.shape[axis] < 2:
            if not _same(wanted, given) and wanted.size < 2:
                continue
            return False
        moved, at = np.moveaxis(wanted, axis, 0), np.moveaxis(given, axis, 0)
        if not (_same(moved[:-1], at[1:]) if step == 1 else _same(moved[1:], at[:-1])):
            return False
        compared += moved.shape[0] > 2 and np.ptp(moved) > 0
    return compared > 0


def _ends_unfilled(results: Results) -> Reason | None:
    """Recognise loops that leave the first or the last places at 0."""
    for end, filled, words in (
        ("last", slice(-1), "a loop ends one turn too early"),
        ("first", slice(1, None), "indices count from 0"),
    ):
        for place, dimensions, axes in (
            ("place", 1, (0,)),
            (f"row and the {end} column", 2, (0, 1)),
            ("row", 2, (0,)),
            ("column", 2, (1,)),
        ):
            if any(wanted.ndim != dimensions for wanted in results.wanted):
                continue
            if results.all_are(partial(_filled_in, axes=axes, filled=filled)):
                return f"{end}-unfilled", (
                    f"In the {end} {place} of {_lower(results.subject)} there is nothing but 0, "
                    f"and the rest is right: {words}."
                )
    return None


def _filled_in(wanted: np.ndarray, axes: tuple[int, ...], filled: slice) -> np.ndarray:
    """Return the wanted numbers with 0 in all places that are not filled along these axes."""
    made = np.zeros_like(wanted)
    places = tuple(filled if axis in axes else slice(None) for axis in range(wanted.ndim))
    made[places] = wanted[places]
    return made


def _transposed_shape(results: Results) -> Reason | None:
    if not results.all_are(lambda w: w.T if w.ndim == 2 else w):
        return None
    return "transposed-result", (
        f"The numbers are right, but rows and columns of {_lower(results.subject)} are swapped."
    )


def _one_too_many(results: Results) -> Reason | None:
    for reason, long, short, words in (
        ("one-too-many", results.given, results.wanted, "one more number than it should"),
        ("one-too-few", results.wanted, results.given, "one number too few"),
    ):
        pairs = list(zip(long, short, strict=True))
        if any(a.ndim != 1 or b.ndim != 1 or len(a) != len(b) + 1 for a, b in pairs):
            continue
        if all(_same(a[1:], b) for a, b in pairs):
            return reason, f"{results.subject} has {words}, at its beginning. The rest is right."
        if all(_same(a[:-1], b) for a, b in pairs):
            return reason, f"{results.subject} has {words}, at its end. The rest is right."
    return None


def _folded(results: Results) -> Reason | None:
    """One number where several are wanted, or the other way round."""
    several = max(wanted.size for wanted in results.wanted) > 1
    for reason, formula, done, undone in (
        ("summed", np.sum, "the sum", "add them up"),
        ("averaged", np.mean, "the mean", "take their mean"),
        ("maximum", np.max, "the largest", "take the largest"),
    ):
        if several and results.all_are(formula):
            return reason, (
                f"You return {done} of the numbers that are wanted: return them one by one."
            )
        if _undone(results, formula):
            return f"not-{reason}", f"The numbers are right one by one; {undone}."
    return None


def _undone(results: Results, formula: Callable) -> bool:
    pairs = list(zip(results.wanted, results.given, strict=True))
    return any(given.size > 1 for _, given in pairs) and all(
        wanted.ndim == 0 and given.size and _same(wanted, np.asarray(formula(given)))
        for wanted, given in pairs
    )


def _lower(subject: str) -> str:
    return subject[0].lower() + subject[1:]


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and close(one, other)


_OF_NUMBERS = (
    _all_zeros,
    _ends_unfilled,
    _opposite_sign,
    _decimals_cut,
    _sign_lost,
    _one_factor,
    _one_offset,
    _other_power,
    _other_order,
)
_OF_SHAPES = (_transposed_shape, _one_too_many, _folded)
