"""``masked_softmax(scores, mask)``: rows over the places where mask is True."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import softmax


def _masked(scores, mask):
    return softmax(np.where(mask, scores, -np.inf))


def _quietly(formula, *case):
    with np.errstate(all="ignore"):
        return formula(*case)


def _whole_after(scores, mask):
    weights = softmax(scores) * mask
    return weights / weights.sum()


def zeroed_after(scores, mask):
    return softmax(scores) * mask


def zeroed_before(scores, mask):
    return softmax(scores * mask)


def by_columns(scores, mask):
    exponentials = np.exp(np.where(mask, scores, -np.inf))
    return exponentials / np.maximum(exponentials.sum(axis=0), 1e-300)


def whole(scores, mask):
    exponentials = np.exp(scores) * mask
    return exponentials / exponentials.sum()


def cases(rng):
    a = np.array

    def random_case(rows, columns):
        mask = rng.random((rows, columns)) < 0.5
        mask[:, 0] = True
        return rng.normal(size=(rows, columns)) * 3, mask

    return [
        (a([[0.0, 0.0, 1.0]]), a([[True, True, False]])),
        (a([[1.0, 2.0], [3.0, 1.0]]), a([[True, False], [True, True]])),
        (a([[-3.0, -4.0, 5.0]]), a([[True, True, False]])),
        random_case(4, 6),
        # The task asks for no safe softmax: no score is so large that the exponential overflows,
        # none so low that all of them become 0.
        (a([[20.0, 21.0, 0.0]]), a([[True, True, False]])),
        (a([[-300.0, -301.0, 0.0]]), a([[True, True, False]])),
        (a([[1.0, 0.0, 300.0]]), a([[True, True, False]])),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "what would your function return for a row in which nothing may be looked at, "
        "and what should it return?"
    ),
    parameters=("scores", "mask"),
    returns=Returns("array"),
    expected=_masked,
    cases=cases,
    misconceptions=(
        Misconception(
            "masked-after",
            zeroed_after,
            "You set weights to 0 after the softmax, so the rows no longer add up to 1. Take "
            "forbidden scores out before it.",
        ),
        Misconception(
            "scores-zeroed",
            zeroed_before,
            "You multiply the scores by the mask. A score of 0 is no forbidden one: e⁰ = 1. "
            "Put −∞ in its place.",
        ),
        Misconception(
            "inverted",
            lambda scores, mask: (
                _masked(scores, ~mask) if (~mask).any(axis=-1).all() else scores * np.nan
            ),
            "You keep the forbidden places. `mask` is True where looking is allowed.",
        ),
        Misconception(
            "inverted",
            lambda scores, mask: np.nan_to_num(_quietly(_masked, scores, ~mask)),
            "You keep the forbidden places. `mask` is True where looking is allowed.",
        ),
        Misconception(
            "inverted",
            lambda scores, mask: _quietly(_masked, scores, ~mask),
            "You keep the forbidden places. `mask` is True where looking is allowed.",
        ),
        Misconception(
            "inverted",
            lambda scores, mask: softmax(np.where(mask, -1e9, scores)),
            "You keep the forbidden places. `mask` is True where looking is allowed.",
        ),
        Misconception(
            "wrong-axis",
            lambda scores, mask: softmax(np.where(mask, scores, -1e9), axis=0),
            "Your columns add up to 1. The softmax runs along each row: `axis=-1`.",
        ),
        Misconception(
            "wrong-axis",
            by_columns,
            "Your columns add up to 1. The softmax runs along each row: `axis=-1`.",
        ),
        Misconception(
            "whole-matrix",
            whole,
            "All numbers together add up to 1. Each row must.",
        ),
        Misconception(
            "mask-ignored",
            lambda scores, mask: softmax(scores),
            "The mask has no effect.",
        ),
        Misconception(
            "tiny-negative",
            lambda scores, mask: softmax(np.where(mask, scores, -10.0)),
            "Forbidden scores become −10. Where the allowed ones are just as low, that is not "
            "low enough: use −∞, or −1e9.",
        ),
        Misconception(
            "tiny-negative",
            lambda scores, mask: softmax(np.where(mask, scores, -100.0)),
            "Forbidden scores become −100. Allowed ones can be lower still: use −∞, or −1e9.",
        ),
        Misconception(
            "mask-added",
            lambda scores, mask: softmax(scores + mask),
            "You add the mask, so allowed scores grow by 1 and forbidden ones stay. Put −∞ in "
            "the place of the forbidden ones.",
        ),
        Misconception(
            "whole-matrix",
            lambda scores, mask: _quietly(_whole_after, scores, mask),
            "After the mask you divide by the sum of the whole table. Each row must add up to 1.",
        ),
    ),
)
