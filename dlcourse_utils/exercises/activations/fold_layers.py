"""``fold_layers(W1, b1, W2, b2)`` returns W and b of the one layer that two linear ones are."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    def random_case(inputs, hidden, outputs):
        sizes = (inputs, hidden), (hidden,), (hidden, outputs), (outputs,)
        return tuple(rng.normal(size=size) for size in sizes)

    return [
        (np.array([[2.0]]), np.array([1.0]), np.array([[3.0]]), np.array([4.0])),
        (np.array([[2.0]]), np.array([-1.0]), np.array([[3.0]]), np.array([0.0])),
        (
            np.array([[1.0, 2.0]]),
            np.array([1.0, -1.0]),
            np.array([[1.0], [3.0]]),
            np.array([0.5]),
        ),
        (
            np.array([[1.0, 2.0], [0.0, 1.0]]),
            np.array([1.0, 2.0]),
            np.array([[0.0, 1.0], [1.0, 3.0]]),
            np.array([-1.0, 1.0]),
        ),
        random_case(3, 3, 3),
        random_case(4, 2, 3),
        random_case(2, 5, 1),
    ]


def edges(rng):
    return [
        (np.array([[2.0]]), np.array([0.5]), np.array([[1.0]]), np.array([0.25])),
        (np.array([[0.5]]), np.array([1.0]), np.array([[1.0]]), np.array([2.0])),
        (np.array([[1.0]]), np.array([1.0]), np.array([[0.5]]), np.array([2.0])),
    ]


EXERCISE = FunctionExercise(
    next_question="could you fold a hundred linear layers the same way, and what would be left?",
    parameters=("W1", "b1", "W2", "b2"),
    returns=Returns(parts=("W", "b")),
    expected=lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2 + b2),
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "missing-bias",
            lambda W1, b1, W2, b2: (W1 @ W2, b2),
            "W is right. The first bias is lost: it passes through the second layer too, so "
            "`b1 @ W2` belongs to b.",
        ),
        Misconception(
            "missing-bias",
            lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2),
            "W is right. The second layer's own bias is lost: add `b2`.",
        ),
        Misconception(
            "added-biases",
            lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2),
            "W is right. The biases are added as they are, but the first one passes through "
            "the second layer before it is added: `b1 @ W2`.",
        ),
        Misconception(
            "both-biases-multiplied",
            lambda W1, b1, W2, b2: (W1 @ W2, (b1 + b2) @ W2),
            "W is right. Only the first bias passes through the second layer; `b2` is added "
            "behind it.",
        ),
        Misconception(
            "swapped-factors",
            lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2),
            "The matrices stand in the wrong order. An example meets W1 first: "
            "(x W1) W2 = x (W1 W2).",
        ),
        Misconception(
            "swapped-factors",
            lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1 + b2),
            "The matrices stand in the wrong order. An example is a row, so W1 comes first: "
            "(x W1) W2 = x (W1 W2), and `b1 @ W2`.",
        ),
        Misconception(
            "bias-on-the-wrong-side",
            lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2),
            "W is right. The bias is a row like an example, so it stands on the left: `b1 @ W2`.",
        ),
        Misconception(
            "elementwise-product",
            lambda W1, b1, W2, b2: (W1 * W2, b1 * W2 + b2),
            "`*` multiplies number by number. A layer is a matrix product: `@`.",
        ),
        Misconception(
            "elementwise-product",
            lambda W1, b1, W2, b2: (W1 * W2, b1 @ W2 + b2),
            "`W1 * W2` multiplies number by number. A layer is a matrix product: `W1 @ W2`.",
        ),
        Misconception(
            "added-weights",
            lambda W1, b1, W2, b2: (W1 + W2, b1 + b2),
            "You add the layers. The second is applied to what the first returns, so the "
            "matrices are multiplied.",
        ),
        Misconception(
            "activation-applied",
            lambda W1, b1, W2, b2: (W1 @ W2, np.maximum(0, b1) @ W2 + b2),
            "You put a ReLU in between. These two layers have no activation, and only "
            "therefore can they be folded.",
        ),
        Misconception(
            "weights-through-bias",
            lambda W1, b1, W2, b2: (W1 @ W2 + b1, b2),
            "The first bias is in W now, where it would be multiplied by x. It belongs to b, "
            "as `b1 @ W2`.",
        ),
        Misconception(
            "swapped-result",
            lambda W1, b1, W2, b2: (b1 @ W2 + b2, W1 @ W2),
            "Weights and bias come back in the wrong order: `return W, b`.",
        ),
        Misconception(
            "elementwise-product",
            lambda W1, b1, W2, b2: (W1 * W2, b1 * W2[0] + b2),
            "`*` multiplies number by number. Two layers in a row are a matrix product, `W1 @ "
            "W2`, and so is the way of the first bias through the second layer, `b1 @ W2`.",
        ),
    ),
)
