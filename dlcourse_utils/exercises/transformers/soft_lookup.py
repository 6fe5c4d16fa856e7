"""``soft_lookup(query, keys, values)``: the mean of the values, weighted by softmax."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.transformers._attention import attention_weights, one_over_root


def scaled(scale):
    return lambda q, K, V: attention_weights(q, K, scale(q)) @ V


def shares(q, K, V):
    scores = K @ q * one_over_root(q)
    return scores / scores.sum() @ V


def cases(rng):
    a = np.array

    def random_case(count, d, width):
        return rng.normal(size=d), rng.normal(size=(count, d)), rng.normal(size=(count, width))

    return [
        (a([2.0]), a([[0.0], [1.0]]), a([[0.0], [1.0]])),
        (
            a([1.0, 0.0, 2.0, 0.0]),
            a([[1.0, 5.0, 0.0, 0.0], [0.0, 0.0, 3.0, 1.0]]),
            a([[1.0, 0.0], [0.0, 10.0]]),
        ),
        random_case(3, 4, 2),
        random_case(5, 9, 3),
        (a([1000.0, 0.0]), a([[1.0, 0.0], [0.0, 1.0]]), a([[3.0], [4.0]])),
    ]


EXERCISE = FunctionExercise(
    next_question="the query is multiplied by 100. What does the look-up become?",
    parameters=("query", "keys", "values"),
    returns=Returns("array"),
    expected=scaled(one_over_root),
    cases=cases,
    misconceptions=(
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
            lambda q, K, V: attention_weights(q, K, 1 / np.sqrt(len(K))) @ V,
            "You divide by the root of the number of keys. It must be the root of the number "
            "of features, `len(query)`.",
        ),
        Misconception(
            "divided-by-value-width",
            lambda q, K, V: attention_weights(q, K, 1 / np.sqrt(V.shape[1])) @ V,
            "You divide by the root of the number of features of the values. It must be that "
            "of the query and the keys.",
        ),
        Misconception(
            "no-softmax",
            lambda q, K, V: K @ q * one_over_root(q) @ V,
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
            lambda q, K, V: np.exp(K @ q * one_over_root(q)) @ V,
            "The exponentials are not divided by their sum, so the weights do not add up to 1.",
        ),
        Misconception(
            "hard-lookup",
            lambda q, K, V: V[np.argmax(K @ q)],
            "You return the value of the best key alone. Here every value counts by its weight.",
        ),
        Misconception(
            "only-weights",
            lambda q, K, V: attention_weights(q, K, one_over_root(q)),
            "These are the weights. Return the mean of the values, weighted by them.",
        ),
        Misconception(
            "divided-twice",
            lambda q, K, V: attention_weights(q, K, one_over_root(q)) @ V / len(V),
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
            lambda q, K, V: attention_weights(q, K, one_over_root(q)) @ K,
            "You average the keys. The keys only decide on the weights; average the values.",
        ),
        Misconception(
            "divided-after-softmax",
            lambda q, K, V: attention_weights(q, K, 1.0) @ V * one_over_root(q),
            "You divide after the softmax. Divide the scores, before it.",
        ),
    ),
)
