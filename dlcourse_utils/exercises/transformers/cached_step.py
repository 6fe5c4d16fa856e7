"""``cached_step(query, key, value, keys, values)``: attend with one new place."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.transformers._attention import attention_weights, one_over_root


def _step(query, key, value, keys, values):
    keys, values = np.vstack([keys, key]), np.vstack([values, value])
    return attention_weights(query, keys, one_over_root(query)) @ values, keys, values


def before(q, k, v, K, V):
    _, keys, values = _step(q, k, v, K, V)
    return attention_weights(q, K, one_over_root(q)) @ V, keys, values


def in_front(q, k, v, K, V):
    output, *_ = _step(q, k, v, K, V)
    return output, np.vstack([k, K]), np.vstack([v, V])


def unscaled(q, k, v, K, V):
    _, keys, values = _step(q, k, v, K, V)
    return attention_weights(q, keys, 1.0) @ values, keys, values


def swapped_roles(q, k, v, K, V):
    return _step(q, v, k, K, V)


def by_count(q, k, v, K, V):
    _, keys, values = _step(q, k, v, K, V)
    return attention_weights(q, keys, 1 / np.sqrt(len(keys))) @ values, keys, values


def cases(rng):
    a = np.array

    def random_case(count, d):
        return (
            *rng.normal(size=(3, d)),
            *rng.normal(size=(2, count, d)),
        )

    return [
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
    ]


EXERCISE = FunctionExercise(
    next_question="why is there no cache of queries?",
    parameters=("query", "key", "value", "keys", "values"),
    returns=Returns(parts=("output", "keys", "values")),
    expected=_step,
    cases=cases,
    misconceptions=(
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
                np.vstack([K, k]) @ q * one_over_root(q) @ np.vstack([V, v]),
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
                attention_weights(q, np.vstack([K, q]), one_over_root(q)) @ np.vstack([V, v]),
                np.vstack([K, q]),
                np.vstack([V, v]),
            ),
            "The query is appended to the keys. The new row of the keys is `key`.",
        ),
    ),
)
