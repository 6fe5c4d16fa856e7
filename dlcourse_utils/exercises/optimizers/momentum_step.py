"""``momentum_step(theta, velocity, gradient, learning_rate, momentum)``, as Keras does it."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _momentum(theta, velocity, gradient, rate, momentum=0.9):
    velocity = momentum * velocity - rate * gradient
    return theta + velocity, velocity


def averaged(theta, v, g, rate, momentum=0.9):
    v = momentum * v - (1 - momentum) * rate * g
    return theta + v, v


def average_without_rate(theta, v, g, rate, momentum=0.9):
    v = momentum * v + (1 - momentum) * g
    return theta - rate * v, v


def outside(theta, v, g, rate, momentum=0.9):
    v = momentum * v + g
    return theta - rate * v, v


def uphill(theta, v, g, rate, momentum=0.9):
    v = momentum * v + rate * g
    return theta + v, v


def positive(theta, v, g, rate, momentum=0.9):
    v = momentum * v + rate * g
    return theta - v, v


def nesterov(theta, v, g, rate, momentum=0.9):
    v = momentum * v - rate * g
    return theta + momentum * v - rate * g, v


def cases(rng):
    one = np.array

    def random_case(size):
        return (*rng.normal(size=(3, size)), 0.3, 0.5)

    return [
        (one([1.0]), one([0.0]), one([2.0]), 0.1),
        (one([1.0]), one([-0.5]), one([0.0]), 0.1),
        (one([1.0]), one([-0.5]), one([2.0]), 0.1),
        (one([1.0, -2.0]), one([0.5, 1.0]), one([-1.0, 3.0]), 0.2, 0.5),
        random_case(3),
        random_case(5),
    ]


def edges(rng):
    one = np.array
    return [
        (one([2.0]), one([1.0]), one([3.0]), 0.5, 0.75),
    ]


EXERCISE = FunctionExercise(
    next_question="the gradient stays the same for many steps. How long does a step become?",
    parameters=("theta", "velocity", "gradient", "learning_rate", "momentum"),
    returns=Returns(parts=("theta", "velocity")),
    expected=_momentum,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "no-momentum",
            lambda theta, v, g, rate, momentum=0.9: (theta - rate * g, -rate * g),
            "The old velocity is lost: this is plain gradient descent. Keep `momentum` times "
            "the velocity that came in.",
        ),
        Misconception(
            "velocity-not-updated",
            lambda theta, v, g, rate, momentum=0.9: (
                _momentum(theta, v, g, rate, momentum)[0],
                v,
            ),
            "theta is right, but the velocity comes back as it came in. The next step needs "
            "the new one.",
        ),
        Misconception(
            "old-velocity-used",
            lambda theta, v, g, rate, momentum=0.9: (
                theta + v,
                _momentum(theta, v, g, rate, momentum)[1],
            ),
            "You step by the old velocity. Update the velocity first, then add the new one.",
        ),
        Misconception(
            "uphill",
            uphill,
            "The gradient is added to the velocity, so the steps go uphill. Subtract "
            "learning_rate · gradient.",
        ),
        Misconception(
            "velocity-sign",
            positive,
            "Your velocity points uphill and is subtracted from theta. Here it is defined with "
            "the other sign: v ← β·v − η·g, then θ ← θ + v.",
        ),
        Misconception(
            "velocity-sign",
            lambda theta, v, g, rate, momentum=0.9: (
                theta - _momentum(theta, v, g, rate, momentum)[1],
                _momentum(theta, v, g, rate, momentum)[1],
            ),
            "The velocity is right, but you subtract it. It already points downhill: add it.",
        ),
        Misconception(
            "learning-rate-outside",
            outside,
            "You multiply by the learning rate when you step, as PyTorch does. Here the "
            "velocity contains it: v ← β·v − η·g.",
        ),
        Misconception(
            "averaged",
            averaged,
            "You weight the gradient by 1 − momentum, as in Adam's average. Momentum adds all "
            "of η·g.",
        ),
        Misconception(
            "averaged",
            average_without_rate,
            "You average the gradients, as Adam does, and step by the average. Momentum is "
            "v ← β·v − η·g.",
        ),
        Misconception(
            "nesterov",
            nesterov,
            "This is Nesterov's variant, which looks one step ahead. Add the new velocity alone.",
        ),
        Misconception(
            "momentum-complement",
            lambda theta, v, g, rate, momentum=0.9: _momentum(theta, v, g, rate, 1 - momentum),
            "You keep 1 − momentum of the old velocity. Keep `momentum` times it.",
        ),
        Misconception(
            "rate-on-velocity",
            lambda theta, v, g, rate, momentum=0.9: _momentum(theta, v, g, rate, rate * momentum),
            "The learning rate shrinks the old velocity as well. It belongs to the gradient "
            "alone: v ← β·v − η·g.",
        ),
        Misconception(
            "missing-learning-rate",
            lambda theta, v, g, rate, momentum=0.9: _momentum(theta, v, g, 1.0, momentum),
            "The learning rate is not used: the gradient enters as η·g.",
        ),
        Misconception(
            "momentum-fixed",
            lambda theta, v, g, rate, momentum=0.9: _momentum(theta, v, g, rate, 0.9),
            "You use 0.9 whatever `momentum` is. Use the argument.",
        ),
        Misconception(
            "swapped-result",
            lambda *case: _momentum(*case)[::-1],
            "theta and velocity come back in the wrong order: `return theta, velocity`.",
        ),
    ),
)
