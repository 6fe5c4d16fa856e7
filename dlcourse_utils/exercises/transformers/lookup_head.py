"""The open exercise of chapter 9: an attention head made by hand that looks things up."""

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    Clock,
    CounterExample,
    OpenExercise,
    Passed,
    Unusable,
    Wrong,
    get_result,
    to_array,
)

_VOCABULARIES = (5, 12)
_LENGTHS = (6, 20, 50)
_ENOUGH = 0.9
_OFF = 1 - _ENOUGH + 1e-6  # how far an output may be from the one-hot vector's 0 or 1
_NAMES = ("W_q", "W_k", "W_v")


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``lookup_head(vocabulary)``: any W_q, W_k, W_v that find what followed last time."""
    lowest = 1.0
    clock = Clock()
    for vocabulary in _VOCABULARIES:
        weights = _matrices(answer, vocabulary, clock)
        for length in _LENGTHS:
            for _ in range(5):
                tokens, wanted = _sequence(vocabulary, length, rng)
                outputs = _head(tokens, vocabulary, weights)
                share = float(outputs[wanted])
                if not (_is_one(share) and _largest_other(outputs, wanted) <= _OFF):
                    raise _wrong(tokens, wanted, outputs, vocabulary, weights)
                lowest = min(lowest, share)
    return Passed(
        f"right: in sequences of up to {max(_LENGTHS)} tokens the output at the token that "
        f"followed is never below {lowest:.2f}."
    )


def _matrices(answer: Answer, vocabulary: int, clock: Clock) -> list[np.ndarray]:
    result = get_result(answer, ("vocabulary",), (vocabulary,), (str(vocabulary),), clock=clock)
    if not isinstance(result, (tuple, list)) or len(result) != 3:
        raise Wrong("return three matrices: `return W_q, W_k, W_v`.", misconception="wrong-count")
    matrices = []
    for name, value in zip(_NAMES, result, strict=True):
        try:
            matrix = to_array(value).astype(float)
        except Unusable as problem:
            raise Wrong(
                f"`{name}` must be a matrix of numbers, not {problem}.", misconception="wrong-type"
            ) from None
        if matrix.ndim != 2 or len(matrix) != 2 * vocabulary:
            raise Wrong(
                f"`{name}` must have {2 * vocabulary} rows for a vocabulary of {vocabulary}, one "
                f"for each input; yours has the shape {matrix.shape}.",
                misconception="wrong-shape",
            )
        if not np.all(np.isfinite(matrix)):
            raise Wrong(f"`{name}` holds numbers that are not finite.", misconception="not-finite")
        matrices.append(matrix)
    W_q, W_k, W_v = matrices
    if W_q.shape != W_k.shape:
        raise Wrong(
            "`W_q` and `W_k` must have the same number of columns: queries are compared with keys.",
            misconception="wrong-shape",
        )
    if W_v.shape[1] != vocabulary:
        raise Wrong(
            f"`W_v` must have {vocabulary} columns, one output for each token; yours has "
            f"{W_v.shape[1]}.",
            misconception="wrong-shape",
        )
    return matrices


def _sequence(vocabulary: int, length: int, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Tokens of which the last occurs once before; and the token that followed there."""
    last = int(rng.integers(vocabulary))
    others = [token for token in range(vocabulary) if token != last]
    tokens = rng.choice(others, size=length)
    # Not at the start, and not just before the end: its successor is another token.
    place = int(rng.integers(1, length - 2))
    tokens[place], tokens[-1] = last, last
    return tokens, int(tokens[place + 1])


def _inputs(tokens: np.ndarray, vocabulary: int) -> np.ndarray:
    one_hot = np.eye(vocabulary)
    previous = np.vstack([np.zeros(vocabulary), one_hot[tokens[:-1]]])
    return np.hstack([one_hot[tokens], previous])


def _weights_of_last(X: np.ndarray, W_q: np.ndarray, W_k: np.ndarray) -> np.ndarray:
    scores = (X[-1] @ W_q) @ (X @ W_k).T / np.sqrt(W_q.shape[1])
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum()


def _head(tokens: np.ndarray, vocabulary: int, weights: list[np.ndarray]) -> np.ndarray:
    """The head's output at the last place."""
    W_q, W_k, W_v = weights
    X = _inputs(tokens, vocabulary)
    return _weights_of_last(X, W_q, W_k) @ X @ W_v


def _is_one(share: float) -> bool:
    return abs(share - 1) <= _OFF


def _largest_other(outputs: np.ndarray, wanted: int) -> float:
    """The output furthest from 0 among those that must be 0, as a size."""
    return float(np.abs(np.delete(outputs, wanted)).max())


def _wrong(
    tokens: np.ndarray, wanted: int, outputs: np.ndarray, vocabulary: int, weights: list
) -> Wrong:
    W_q, W_k, W_v = weights
    X = _inputs(tokens, vocabulary)
    looks = _weights_of_last(X, W_q, W_k)
    place = int(np.flatnonzero(tokens[:-1] == tokens[-1])[0])
    strongest = int(np.argmax(looks))
    best = int(np.argmax(outputs))
    reason, words = None, "The head does not find the token that followed."
    if np.ptp(looks) < 1e-9:
        reason = "looks-everywhere"
        words = "All weights are equal: the query matches no key better than another."
    elif looks[place + 1] >= _ENOUGH:
        reason = "wrong-value"
        words = "The head looks at the right place, but takes the wrong thing from it: see `W_v`."
        if _is_one(outputs[wanted]):
            words = (
                "The head looks at the right place, but returns other tokens besides: `W_v` must "
                "take the place's own token and nothing else."
            )
        elif best == tokens[-1] and best != wanted:
            words = (
                "The head looks at the right place and returns that place's previous token, "
                "which is the current token again. The value must be the place's own token."
            )
        elif best == wanted:
            words = (
                "The head looks at the right place, but its output there is not about 1: the "
                "value must be the token's one-hot vector."
            )
    elif strongest == place + 1:
        reason = "too-soft"
        words = (
            f"The head looks at the right place most, but only with {looks[place + 1]:.0%} of its "
            "weight: the scores lie too close together. Make them larger."
        )
    elif np.isclose(looks[place + 1], looks.min()) and np.isclose(looks[0], looks.max()):
        reason = "wrong-sign"
        words = (
            "The head looks everywhere but at the right place: its score is the lowest there. Turn "
            "a sign round."
        )
    elif np.isclose(looks[place], looks.max()):
        reason = "looks-at-same-token"
        words = (
            "The head looks at the same token, not at the place behind it. Compare the current "
            "token with each place's *previous* token."
        )
    elif strongest == len(tokens) - 1:
        reason = "looks-at-itself"
        words = (
            "The last place looks at itself most: query and key hold the same thing there. The "
            "query must be the current token, the key the previous one."
        )
    elif tokens[strongest] == tokens[-2]:
        reason = "query-and-key-swapped"
        words = (
            "The query holds the previous token and the key the current one. It must be the "
            "other way round: which place had my token before it?"
        )
    shown = ", ".join(map(str, tokens[-12:]))
    return Wrong(
        words,
        counter_example=CounterExample(
            inputs=(
                ("vocabulary", str(vocabulary)),
                ("tokens", ("…, " if len(tokens) > 12 else "") + shown),
            ),
            expected=f"about 1 at token {wanted}, which followed {tokens[-1]}; 0 elsewhere",
            got=f"{outputs[wanted]:.2f} at token {wanted}; elsewhere up to "
            f"{_largest_other(outputs, wanted):.2f}",
        ),
        misconception=reason,
    )


EXERCISE = OpenExercise(
    check=check,
    next_question=(
        "the input holds the previous token. Which weights of a head in the layer below "
        "would put it there?"
    ),
)
