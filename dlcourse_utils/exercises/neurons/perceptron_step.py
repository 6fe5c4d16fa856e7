"""``perceptron_step(w, b, x, y, learning_rate)`` is one update of Rosenblatt's rule."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def predict(w, b, x):
    return 1.0 if w @ x + b > 0 else 0.0


def update(error, w, b, x, rate):
    return w + rate * error * x, b + rate * error


def right(w, b, x, y, rate):
    return update(y - predict(w, b, x), w, b, x, rate)


def recomputed(w, b, x, y, rate):
    new_w, _ = right(w, b, x, y, rate)
    return new_w, b + rate * (y - predict(new_w, b, x))


def cases(rng):
    def random_case(size, y):
        return (rng.normal(size=size), rng.normal(), rng.normal(size=size), y, 0.3)

    return [
        # predicted 0, was 1; predicted 1, was 0; both right; z exactly 0
        (np.array([1.0]), -3.0, np.array([2.0]), 1, 0.5),
        (np.array([1.0]), 1.0, np.array([2.0]), 0, 0.5),
        (np.array([1.0]), 1.0, np.array([2.0]), 1, 0.5),
        (np.array([1.0]), -3.0, np.array([2.0]), 0, 0.5),
        (np.array([1.0]), -2.0, np.array([2.0]), 1, 0.5),
        (np.array([1.0]), -2.0, np.array([2.0]), 0, 0.5),
        (np.array([1.0, -2.0]), -0.5, np.array([1.0, 3.0]), 1, 0.1),
        (np.array([1.0, -2.0]), 8.0, np.array([-1.0, 3.0]), 0, 0.1),
        (np.array([1.0, 1.0]), -0.2, np.array([0.2, 0.2]), 0, 1.0),
        *(random_case(4, y) for y in (0, 1, 0, 1, 0, 1)),
    ]


EXERCISE = FunctionExercise(
    next_question="what does the step do when the prediction is right, and why is that wise?",
    parameters=("w", "b", "x", "y", "learning_rate"),
    returns=Returns(parts=("w", "b")),
    expected=right,
    cases=cases,
    misconceptions=(
        Misconception(
            "wrong-direction",
            lambda w, b, x, y, rate: update(predict(w, b, x) - y, w, b, x, rate),
            "The step goes the wrong way: the prediction gets worse. The error is "
            "y − ŷ, not ŷ − y.",
        ),
        Misconception(
            "recomputed-prediction",
            recomputed,
            "The error for the bias is computed after w has changed. Compute it once, before "
            "you change anything.",
        ),
        Misconception(
            "updates-at-zero",
            lambda w, b, x, y, rate: update(y - float(w @ x + b >= 0), w, b, x, rate),
            "At w·x + b = 0 exactly you predict 1. The perceptron predicts 1 only when the "
            "sum is greater than 0.",
        ),
        Misconception(
            "updates-at-zero",
            lambda w, b, x, y, rate: update(
                (2 * y - 1) * float((2 * y - 1) * (w @ x + b) <= 0), w, b, x, rate
            ),
            "At w·x + b = 0 exactly you always step. There the prediction is 0, and for a "
            "truth of 0 that is right: nothing changes.",
        ),
        Misconception(
            "always-updates",
            lambda w, b, x, y, rate: update(y, w, b, x, rate),
            "You add η·y·x whatever the prediction is. The step uses the error y − ŷ, "
            "which is 0 when the prediction is right.",
        ),
        Misconception(
            "always-updates",
            lambda w, b, x, y, rate: update(2 * y - 1, w, b, x, rate),
            "You step even when the prediction is right. Predict first; the error y − ŷ is "
            "0 then, and so is the step.",
        ),
        Misconception(
            "missing-sign",
            lambda w, b, x, y, rate: update(float(y != predict(w, b, x)), w, b, x, rate),
            "Whenever the prediction is wrong you add the step, also where you predict 1 for "
            "a 0. There the error y − ŷ is −1: subtract.",
        ),
        Misconception(
            "predicts-minus-one",
            lambda w, b, x, y, rate: update(y - np.sign(w @ x + b), w, b, x, rate),
            "Your prediction is −1 where it should be 0: `np.sign` knows three values. Use "
            "1 if w·x + b > 0, else 0.",
        ),
        Misconception(
            "missing-learning-rate",
            lambda w, b, x, y, rate: update(y - predict(w, b, x), w, b, x, 1.0),
            "The learning rate is not used: multiply the step by it.",
        ),
        Misconception(
            "bias-without-learning-rate",
            lambda w, b, x, y, rate: (
                right(w, b, x, y, rate)[0],
                b + y - predict(w, b, x),
            ),
            "The weights are right. The bias needs the learning rate too.",
        ),
        Misconception(
            "bias-not-updated",
            lambda w, b, x, y, rate: (right(w, b, x, y, rate)[0], b),
            "The weights are right, but the bias stays as it was. It learns too: its input "
            "is always 1.",
        ),
        Misconception(
            "only-bias-updated",
            lambda w, b, x, y, rate: (w, right(w, b, x, y, rate)[1]),
            "The bias is right, but the weights stay as they were.",
        ),
        Misconception(
            "nothing-updated",
            lambda w, b, x, y, rate: (w, b),
            "You return w and b as they came in. Add the step to each of them.",
        ),
        Misconception(
            "missing-input",
            lambda w, b, x, y, rate: (
                w + rate * (y - predict(w, b, x)),
                right(w, b, x, y, rate)[1],
            ),
            "Every weight gets the same step. A weight's step is multiplied by its own input x.",
        ),
        Misconception(
            "bias-times-input",
            lambda w, b, x, y, rate: (
                right(w, b, x, y, rate)[0],
                b + rate * (y - predict(w, b, x)) * x,
            ),
            "The bias is multiplied by x and becomes an array. Its input is always 1: add "
            "only η·(y − ŷ).",
        ),
        Misconception(
            "prediction-without-bias",
            lambda w, b, x, y, rate: update(y - predict(w, 0.0, x), w, b, x, rate),
            "The prediction leaves out the bias: it is 1 when w·x + b > 0.",
        ),
        Misconception(
            "sum-for-prediction",
            lambda w, b, x, y, rate: update(y - (w @ x + b), w, b, x, rate),
            "The error is y minus the sum w·x + b. Turn the sum into a prediction first: 1 "
            "if it is greater than 0, else 0.",
        ),
        Misconception(
            "labels-plus-minus-one",
            lambda w, b, x, y, rate: update(
                (2 * y - 1) - (2 * predict(w, b, x) - 1), w, b, x, rate
            ),
            "Your step is twice as long, as with labels −1 and 1. Here they are 0 and 1.",
        ),
        Misconception(
            "swapped-result",
            lambda w, b, x, y, rate: right(w, b, x, y, rate)[::-1],
            "Weights and bias come back in the wrong order: `return w, b`.",
        ),
        Misconception(
            "update-without-old-values",
            lambda w, b, x, y, rate: (
                right(w, b, x, y, rate)[0] - w,
                right(w, b, x, y, rate)[1] - b,
            ),
            "You return the steps alone. Add them to the old w and b.",
        ),
    ),
)
