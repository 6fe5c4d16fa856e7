"""``head_step(H, y, W, b, learning_rate)`` is one step of softmax regression on features."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _probabilities(Z: np.ndarray) -> np.ndarray:
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _step(H, y, W, b, rate, *, error=None, scale=None, W_sum=None, b_scale=1.0):
    """One step of the head, with what learners get wrong as options."""
    H, W, b = (np.asarray(part, dtype=float) for part in (H, W, b))
    targets = np.eye(W.shape[1])[np.asarray(y)]
    dZ = (error or (lambda Z: _probabilities(Z) - targets))(H @ W + b)
    dZ = dZ / (len(H) if scale is None else scale(H, W))
    dW = H.T @ dZ if W_sum is None else W_sum(H, dZ)
    return W - rate * dW, b - rate * b_scale * dZ.sum(axis=0)


def wrong_sign(H, y, W, b, rate):
    return _step(H, y, W, b, -rate)


def without_softmax(H, y, W, b, rate):
    targets = np.eye(np.shape(W)[1])[y]
    return _step(H, y, W, b, rate, error=lambda Z: Z - targets)


def all_at_once(H, y, W, b, rate):
    targets = np.eye(np.shape(W)[1])[y]

    def error(Z):
        powers = np.exp(Z - Z.max())
        return powers / powers.sum() - targets

    return _step(H, y, W, b, rate, error=error)


def over_examples(H, y, W, b, rate):
    targets = np.eye(np.shape(W)[1])[y]
    return _step(H, y, W, b, rate, error=lambda Z: _probabilities(Z.T).T - targets)


def with_sigmoid(H, y, W, b, rate):
    targets = np.eye(np.shape(W)[1])[y]
    return _step(H, y, W, b, rate, error=lambda Z: 1 / (1 + np.exp(-Z)) - targets)


def true_class_alone(H, y, W, b, rate):
    targets = np.eye(np.shape(W)[1])[y]
    return _step(H, y, W, b, rate, error=lambda Z: (_probabilities(Z) - 1) * targets)


def one_by_one(H, y, W, b, rate):
    for row in range(len(H)):
        W, b = _step(H[row : row + 1], y[row : row + 1], W, b, rate / len(H))
    return W, b


def cases(rng):
    def case(examples, features, classes, rate):
        return (
            rng.normal(size=(examples, features)),
            rng.integers(0, classes, size=examples),
            rng.normal(size=(features, classes)),
            rng.normal(size=classes),
            rate,
        )

    return [
        (np.array([[1.0]]), np.array([0]), np.array([[0.0, 0.0]]), np.array([0.0, 0.0]), 1.0),
        (
            np.array([[1.0, 2.0], [0.0, 1.0]]),
            np.array([1, 0]),
            np.array([[0.0, 1.0], [1.0, 0.0]]),
            np.array([0.5, 0.0]),
            0.5,
        ),
        case(3, 2, 3, 0.1),
        case(5, 4, 3, 1.0),
        case(8, 6, 10, 0.05),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "how many numbers of the base does this step need, and how often must the base "
        "be computed for many such steps?"
    ),
    parameters=("H", "y", "W", "b", "learning_rate"),
    returns=Returns(parts=("W", "b")),
    expected=_step,
    cases=cases,
    misconceptions=(
        Misconception(
            "wrong-direction",
            wrong_sign,
            "You go up the gradient. The step subtracts it, and the gradient is made of "
            "P − Y, prediction minus truth.",
        ),
        Misconception(
            "summed",
            lambda *given: _step(*given, scale=lambda H, W: 1),
            "You add up the examples. The loss is their mean: divide by their number.",
        ),
        Misconception(
            "mean-over-classes",
            lambda *given: _step(*given, scale=lambda H, W: W.shape[1]),
            "You divide by the number of classes. The mean runs over the examples.",
        ),
        Misconception(
            "mean-over-classes",
            lambda *given: _step(*given, scale=lambda H, W: len(H) * W.shape[1]),
            "You average over the classes too. The loss is a mean over the examples alone.",
        ),
        Misconception(
            "missing-softmax",
            without_softmax,
            "You take the logits for predictions. Softmax makes probabilities of them first.",
        ),
        Misconception(
            "sigmoid",
            with_sigmoid,
            "You take the sigmoid of each logit. Exactly one class is right, so the "
            "probabilities must add up to 1: softmax.",
        ),
        Misconception(
            "true-class-alone",
            true_class_alone,
            "You move the true class alone. The others have a probability too, and its "
            "gradient, P − 0, pushes their logits down.",
        ),
        Misconception(
            "one-by-one",
            one_by_one,
            "You make a step after each example. In one step, the logits of all examples come "
            "from the old W and b.",
        ),
        Misconception(
            "softmax-over-examples",
            over_examples,
            "Your softmax adds up to 1 over the examples. It is over the classes of each "
            "example: axis=1, with keepdims=True.",
        ),
        Misconception(
            "softmax-over-all",
            all_at_once,
            "Your softmax adds up to 1 over the whole batch. Each example has its own: sum "
            "with axis=1, keepdims=True.",
        ),
        Misconception(
            "missing-bias-step",
            lambda H, y, W, b, rate: (_step(H, y, W, b, rate)[0], np.asarray(b)),
            "The bias stays as it was. It learns as well, as the weight of a feature that is "
            "always 1.",
        ),
        Misconception(
            "missing-bias",
            lambda H, y, W, b, rate: (
                _step(H, y, W, 0 * b, rate)[0],
                b + _step(H, y, W, 0 * b, rate)[1],
            ),
            "The logits lack the bias: Z = H W + b.",
        ),
        Misconception(
            "bias-averaged-twice",
            lambda H, y, W, b, rate: _step(H, y, W, b, rate, b_scale=1 / len(H)),
            "The bias' gradient is divided by the number of examples twice.",
        ),
        Misconception(
            "bias-summed",
            lambda H, y, W, b, rate: _step(H, y, W, b, rate, b_scale=len(H)),
            "The bias' gradient is the sum over the examples. Take their mean, as for W.",
        ),
        Misconception(
            "gradient-returned",
            lambda H, y, W, b, rate: (
                np.asarray(W) - _step(H, y, W, b, 1)[0],
                np.asarray(b) - _step(H, y, W, b, 1)[1],
            ),
            "You return the gradient. Asked for are the new W and b: old minus rate times "
            "gradient.",
        ),
        Misconception(
            "ignored-rate",
            lambda H, y, W, b, rate: _step(H, y, W, b, 1),
            "The learning rate is not used: multiply the gradient by it.",
        ),
    ),
)
