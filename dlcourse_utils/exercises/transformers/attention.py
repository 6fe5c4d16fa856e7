"""Exercises on attention: one soft look-up, masks, one step with a cache."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _softmax(scores, axis=-1):
    shifted = np.exp(scores - np.max(scores, axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


def _weights(query, keys, scale):
    return _softmax(keys @ query * scale)


def _root(query):
    return 1 / np.sqrt(len(query))


@exercise(
    "soft-lookup",
    next_question="the query is multiplied by 100. What does the look-up become?",
)
def check_soft_lookup(answer: Any, rng: np.random.Generator) -> Passed:
    """``soft_lookup(query, keys, values)``: the mean of the values, weighted by softmax."""
    a = np.array

    def random_case(count, d, width):
        return rng.normal(size=d), rng.normal(size=(count, d)), rng.normal(size=(count, width))

    def scaled(scale):
        return lambda q, K, V: _weights(q, K, scale(q)) @ V

    def shares(q, K, V):
        scores = K @ q * _root(q)
        return scores / scores.sum() @ V

    return check_function(
        answer,
        parameters=("query", "keys", "values"),
        returns=Returns("array"),
        expected=scaled(_root),
        cases=[
            (a([2.0]), a([[0.0], [1.0]]), a([[0.0], [1.0]])),
            (
                a([1.0, 0.0, 2.0, 0.0]),
                a([[1.0, 5.0, 0.0, 0.0], [0.0, 0.0, 3.0, 1.0]]),
                a([[1.0, 0.0], [0.0, 10.0]]),
            ),
            random_case(3, 4, 2),
            random_case(5, 9, 3),
            (a([1000.0, 0.0]), a([[1.0, 0.0], [0.0, 1.0]]), a([[3.0], [4.0]])),
        ],
        misconceptions=[
            Misconception(
                "not-scaled",
                scaled(lambda q: 1.0),
                "The scores are not divided by √d, with d the number of features of the query.",
            ),
            Misconception(
                "divided-by-width",
                scaled(lambda q: 1 / len(q)),
                "You divide by d. It must be the square root of d.",
            ),
            Misconception(
                "multiplied-by-root",
                scaled(lambda q: np.sqrt(len(q))),
                "You multiply the scores by √d. Divide by it.",
            ),
            Misconception(
                "divided-by-count",
                lambda q, K, V: _weights(q, K, 1 / np.sqrt(len(K))) @ V,
                "You divide by the root of the number of keys. It must be the root of the number "
                "of features, `len(query)`.",
            ),
            Misconception(
                "divided-by-value-width",
                lambda q, K, V: _weights(q, K, 1 / np.sqrt(V.shape[1])) @ V,
                "You divide by the root of the number of features of the values. It must be that "
                "of the query and the keys.",
            ),
            Misconception(
                "no-softmax",
                lambda q, K, V: K @ q * _root(q) @ V,
                "You weight the values by the scores themselves. Put the scores through softmax.",
            ),
            Misconception(
                "no-softmax",
                shares,
                "You divide the scores by their sum. Scores can be negative: take their "
                "exponentials first, which is softmax.",
            ),
            Misconception(
                "not-normalised",
                lambda q, K, V: np.exp(K @ q * _root(q)) @ V,
                "The exponentials are not divided by their sum, so the weights do not add up to 1.",
            ),
            Misconception(
                "hard-lookup",
                lambda q, K, V: V[np.argmax(K @ q)],
                "You return the value of the best key alone. Here every value counts by its "
                "weight.",
            ),
            Misconception(
                "only-weights",
                lambda q, K, V: _weights(q, K, _root(q)),
                "These are the weights. Return the mean of the values, weighted by them.",
            ),
            Misconception(
                "divided-twice",
                lambda q, K, V: _weights(q, K, _root(q)) @ V / len(V),
                "You average the weighted values. The weights add up to 1 already: add the "
                "weighted values up.",
            ),
            Misconception(
                "plain-mean",
                lambda q, K, V: V.mean(axis=0),
                "This is the plain mean of the values: the keys and the query have no effect.",
            ),
            Misconception(
                "keys-averaged",
                lambda q, K, V: _weights(q, K, _root(q)) @ K,
                "You average the keys. The keys only decide on the weights; average the values.",
            ),
            Misconception(
                "divided-after-softmax",
                lambda q, K, V: _weights(q, K, 1.0) @ V * _root(q),
                "You divide after the softmax. Divide the scores, before it.",
            ),
        ],
    )


@exercise(
    "causal-mask",
    next_question="how many of the n² entries are True, as n grows?",
)
def check_causal_mask(answer: Any, rng: np.random.Generator) -> Passed:
    """``causal_mask(length)``: entry (i, j) is True where place i may look at place j."""

    def lower(n):
        return np.tril(np.ones((n, n), dtype=bool))

    return check_function(
        answer,
        parameters=("length",),
        returns=Returns("array"),
        expected=lower,
        cases=[(2,), (1,), (3,), (5,), (int(rng.integers(6, 20)),)],
        misconceptions=[
            Misconception(
                "transposed",
                lambda n: lower(n).T,
                "Rows and columns are swapped: your places look at themselves and at what comes "
                "later. Row i belongs to the place that looks.",
            ),
            Misconception(
                "inverted",
                lambda n: ~lower(n),
                "Your mask is True where looking is forbidden. True must mean: may look.",
            ),
            Misconception(
                "not-at-itself",
                lambda n: np.tril(np.ones((n, n), dtype=bool), -1),
                "A place may look at itself: the diagonal is True. Without it the first place "
                "could look at nothing.",
            ),
            Misconception(
                "one-ahead",
                lambda n: np.tril(np.ones((n, n), dtype=bool), 1),
                "Each place sees one place too many: the next character, which is the answer.",
            ),
            Misconception(
                "strictly-later",
                lambda n: np.triu(np.ones((n, n), dtype=bool), 1),
                "Your mask is True where looking is forbidden. True must mean: may look.",
            ),
            Misconception(
                "only-itself",
                lambda n: np.eye(n, dtype=bool),
                "Your places see only themselves. They may look at all earlier ones too.",
            ),
            Misconception(
                "only-neighbour",
                lambda n: lower(n) & ~np.tril(np.ones((n, n), dtype=bool), -2),
                "Each place sees itself and one before it. It may look at all earlier ones.",
            ),
            Misconception(
                "everything",
                lambda n: np.ones((n, n), dtype=bool),
                "Your mask forbids nothing.",
            ),
            Misconception(
                "additive",
                lambda n: np.where(lower(n), 0.0, -np.inf),
                "This is a mask to be added to the scores. Return True and False.",
            ),
            Misconception(
                "additive",
                lambda n: np.where(lower(n), 0.0, -1e9),
                "This is a mask to be added to the scores. Return True and False.",
            ),
        ],
    )


def _masked(scores, mask):
    return _softmax(np.where(mask, scores, -np.inf))


@exercise(
    "masked-softmax",
    next_question="what would your function return for a row in which nothing may be looked at, "
    "and what should it return?",
)
def check_masked_softmax(answer: Any, rng: np.random.Generator) -> Passed:
    """``masked_softmax(scores, mask)``: rows over the places where mask is True."""
    a = np.array

    def random_case(rows, columns):
        mask = rng.random((rows, columns)) < 0.5
        mask[:, 0] = True
        return rng.normal(size=(rows, columns)) * 3, mask

    def zeroed_after(scores, mask):
        return _softmax(scores) * mask

    def zeroed_before(scores, mask):
        return _softmax(scores * mask)

    def by_columns(scores, mask):
        exponentials = np.exp(np.where(mask, scores, -np.inf))
        return exponentials / np.maximum(exponentials.sum(axis=0), 1e-300)

    def whole(scores, mask):
        exponentials = np.exp(scores) * mask
        return exponentials / exponentials.sum()

    def overflowing(scores, mask):
        with np.errstate(all="ignore"):
            exponentials = np.exp(scores) * mask
            return exponentials / exponentials.sum(axis=-1, keepdims=True)

    return check_function(
        answer,
        parameters=("scores", "mask"),
        returns=Returns("array"),
        expected=_masked,
        cases=[
            (a([[0.0, 0.0, 1.0]]), a([[True, True, False]])),
            (a([[1.0, 2.0], [3.0, 1.0]]), a([[True, False], [True, True]])),
            (a([[-3.0, -4.0, 5.0]]), a([[True, True, False]])),
            random_case(4, 6),
            (a([[800.0, 801.0, 0.0]]), a([[True, True, False]])),
            (a([[-5000.0, -5001.0, 0.0]]), a([[True, True, False]])),
            # The largest score is forbidden, and the allowed ones are far below it.
            (a([[1.0, 0.0, 2000.0]]), a([[True, True, False]])),
        ],
        misconceptions=[
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
                lambda scores, mask: _softmax(np.where(mask, -1e9, scores)),
                "You keep the forbidden places. `mask` is True where looking is allowed.",
            ),
            Misconception(
                "wrong-axis",
                lambda scores, mask: _softmax(np.where(mask, scores, -1e9), axis=0),
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
                lambda scores, mask: _softmax(scores),
                "The mask has no effect.",
            ),
            Misconception(
                "tiny-negative",
                lambda scores, mask: _softmax(np.where(mask, scores, -10.0)),
                "Forbidden scores become −10. Where the allowed ones are just as low, that is not "
                "low enough: use −∞, or −1e9.",
            ),
            Misconception(
                "tiny-negative",
                lambda scores, mask: _softmax(np.where(mask, scores, -100.0)),
                "Forbidden scores become −100. Allowed ones can be lower still: use −∞, or −1e9.",
            ),
            Misconception(
                "tiny-negative",
                lambda scores, mask: _softmax(np.where(mask, scores, -1000.0)),
                "Forbidden scores become −1000. Allowed ones can be lower still: use −∞, or −1e9.",
            ),
            Misconception(
                "mask-added",
                lambda scores, mask: _softmax(scores + mask),
                "You add the mask, so allowed scores grow by 1 and forbidden ones stay. Put −∞ in "
                "the place of the forbidden ones.",
            ),
            Misconception(
                "whole-matrix",
                lambda scores, mask: _quietly(_whole_after, scores, mask),
                "After the mask you divide by the sum of the whole table. Each row must add up "
                "to 1.",
            ),
            Misconception(
                "overflow",
                overflowing,
                "Right for small scores, but e⁸⁰⁰ is too large a number. Subtract the largest "
                "allowed score of each row first.",
            ),
            Misconception(
                "overflow",
                lambda scores, mask: _quietly(_shifted_by_forbidden, scores, mask),
                "You subtract the largest score of the row. Where that one is forbidden, the "
                "allowed ones can all become e^−2000 = 0. Put −∞ in first.",
            ),
        ],
    )


def _quietly(formula, *case):
    with np.errstate(all="ignore"):
        return formula(*case)


def _whole_after(scores, mask):
    weights = _softmax(scores) * mask
    return weights / weights.sum()


def _shifted_by_forbidden(scores, mask):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True)) * mask
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _step(query, key, value, keys, values):
    keys, values = np.vstack([keys, key]), np.vstack([values, value])
    return _weights(query, keys, _root(query)) @ values, keys, values


@exercise(
    "cached-step",
    next_question="why is there no cache of queries?",
)
def check_cached_step(answer: Any, rng: np.random.Generator) -> Passed:
    """``cached_step(query, key, value, keys, values)``: attend with one new place."""
    a = np.array

    def random_case(count, d):
        return (
            *rng.normal(size=(3, d)),
            *rng.normal(size=(2, count, d)),
        )

    def before(q, k, v, K, V):
        _, keys, values = _step(q, k, v, K, V)
        return _weights(q, K, _root(q)) @ V, keys, values

    def in_front(q, k, v, K, V):
        output, *_ = _step(q, k, v, K, V)
        return output, np.vstack([k, K]), np.vstack([v, V])

    def unscaled(q, k, v, K, V):
        _, keys, values = _step(q, k, v, K, V)
        return _weights(q, keys, 1.0) @ values, keys, values

    def swapped_roles(q, k, v, K, V):
        return _step(q, v, k, K, V)

    def by_count(q, k, v, K, V):
        _, keys, values = _step(q, k, v, K, V)
        return _weights(q, keys, 1 / np.sqrt(len(keys))) @ values, keys, values

    return check_function(
        answer,
        parameters=("query", "key", "value", "keys", "values"),
        returns=Returns(parts=("output", "keys", "values")),
        expected=_step,
        cases=[
            (a([0.0]), a([1.0]), a([4.0]), a([[1.0]]), a([[2.0]])),
            (
                a([1.0, 0.0, 0.0, 0.0]),
                a([2.0, 0.0, 0.0, 1.0]),
                a([1.0, 2.0, 3.0, 4.0]),
                a([[0.0, 1.0, 0.0, 0.0]]),
                a([[4.0, 3.0, 2.0, 1.0]]),
            ),
            random_case(2, 3),
            random_case(5, 4),
        ],
        misconceptions=[
            Misconception(
                "attended-first",
                before,
                "You attend before the new key and value are in the cache. A place looks at "
                "itself too: append first.",
            ),
            Misconception(
                "cache-not-returned",
                lambda q, k, v, K, V: (_step(q, k, v, K, V)[0], K, V),
                "The output is right, but the caches come back without the new row. The next "
                "step needs it.",
            ),
            Misconception(
                "appended-in-front",
                in_front,
                "The new row belongs at the end of the caches, behind the older ones.",
            ),
            Misconception(
                "not-scaled",
                unscaled,
                "The scores are not divided by √d.",
            ),
            Misconception(
                "divided-by-count",
                by_count,
                "You divide by the root of the number of keys. It must be the root of the number "
                "of features.",
            ),
            Misconception(
                "no-softmax",
                lambda q, k, v, K, V: (
                    np.vstack([K, k]) @ q * _root(q) @ np.vstack([V, v]),
                    *_step(q, k, v, K, V)[1:],
                ),
                "You weight the values by the scores themselves. Put the scores through softmax.",
            ),
            Misconception(
                "swapped-result",
                lambda *case: tuple(_step(*case)[i] for i in (0, 2, 1)),
                "The results come back in the wrong order: `return output, keys, values`.",
            ),
            Misconception(
                "key-and-value-swapped",
                swapped_roles,
                "Key and value are swapped: the key goes to the keys, the value to the values.",
            ),
            Misconception(
                "only-itself",
                lambda q, k, v, K, V: (v, *_step(q, k, v, K, V)[1:]),
                "The output is the new value alone: the older places have no effect.",
            ),
            Misconception(
                "query-cached",
                lambda q, k, v, K, V: (
                    _weights(q, np.vstack([K, q]), _root(q)) @ np.vstack([V, v]),
                    np.vstack([K, q]),
                    np.vstack([V, v]),
                ),
                "The query is appended to the keys. The new row of the keys is `key`.",
            ),
        ],
    )
