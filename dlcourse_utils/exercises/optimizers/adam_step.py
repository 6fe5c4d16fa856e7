"""``adam_step(theta, m, v, gradient, step, …)`` is one step of Adam."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _adam(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7,
          *, correct_m=True, correct_v=True, root=True, squared=True):  # fmt: skip
    """Adam, and what comes of it when one part is left out."""
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * (g**2 if squared else g)
    m_hat = m / (1 - beta_1**step) if correct_m else m
    v_hat = v / (1 - beta_2**step) if correct_v else v
    below = np.sqrt(v_hat) if root else v_hat
    return theta - rate * m_hat / (below + epsilon), m, v


def _but(**changes):
    return lambda *case: _adam(*case, **changes)


def _corrected_kept(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    theta, m, v = _adam(theta, m, v, g, step, rate, beta_1, beta_2, epsilon)
    return theta, m / (1 - beta_1**step), v / (1 - beta_2**step)


def _weights_swapped(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    new_m = (1 - beta_1) * m + beta_1 * g
    new_v = (1 - beta_2) * v + beta_2 * g**2
    m_hat, v_hat = new_m / (1 - beta_1**step), new_v / (1 - beta_2**step)
    return theta - rate * m_hat / (np.sqrt(v_hat) + epsilon), new_m, new_v


def _not_a_power(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    _, m, v = _adam(theta, m, v, g, step, rate, beta_1, beta_2, epsilon)
    m_hat, v_hat = m / (1 - beta_1), v / (1 - beta_2)
    return theta - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def _gradient_on_top(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    _, m, v = _adam(theta, m, v, g, step, rate, beta_1, beta_2, epsilon)
    return theta - rate * g / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


def _betas_swapped(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return _adam(theta, m, v, g, step, rate, beta_2, beta_1, epsilon)


def _old_averages(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m_hat, v_hat = m / (1 - beta_1**step), v / (1 - beta_2**step)
    _, m, v = _adam(theta, m, v, g, step, rate, beta_1, beta_2, epsilon)
    return theta - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def _multiplied(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    _, m, v = _adam(theta, m, v, g, step, rate, beta_1, beta_2, epsilon)
    m_hat, v_hat = m * (1 - beta_1**step), v * (1 - beta_2**step)
    return theta - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def _epsilon_in_the_root(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    _, m, v = _adam(theta, m, v, g, step, rate, beta_1, beta_2, epsilon)
    m_hat, v_hat = m / (1 - beta_1**step), v / (1 - beta_2**step)
    return theta - rate * m_hat / np.sqrt(v_hat + epsilon), m, v


def _shared_square(joined):
    def formula(theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * joined(g**2)
        below = np.sqrt(v / (1 - beta_2**step)) + epsilon
        return theta - rate * m / (1 - beta_1**step) / below, m, v

    return formula


def cases(rng):
    one = np.array

    def random_case(size, step, *more):
        theta, m, g = rng.normal(size=(3, size))
        return theta, m, rng.uniform(0.1, 2, size), g, step, *more

    return [
        # A large rate shows differences that 0.001 would hide.
        (one([1.0]), one([0.0]), one([0.0]), one([4.0]), 1, 0.5),
        (one([1.0]), one([0.4]), one([0.016]), one([4.0]), 2, 0.5),
        (one([1.0]), one([1.0]), one([4.0]), one([-2.0]), 3, 1.0, 0.5, 0.75),
        (one([1.0, 2.0]), one([0.5, -0.5]), one([1.0, 9.0]), one([1.0, -3.0]), 100, 0.5),
        (one([5.0]), one([0.0]), one([0.0]), one([4.0]), 1),
        (one([1.0]), one([0.0]), one([0.0]), one([0.0]), 1),  # 0 / 0 without epsilon
        random_case(3, 5, 0.5, 0.8, 0.9),
        random_case(4, 50, 0.3),
    ]


def edges(rng):
    one = np.array
    return [
        # So late that the correction is 1: epsilon may stand before or after it.
        (one([1.0]), one([1.0]), one([4.0]), one([-2.0]), 100, 1.0, 0.5, 0.75, 0.5),
    ]


EXERCISE = FunctionExercise(
    next_question="all gradients are multiplied by 1,000, from the first step on. What changes?",
    parameters=(
        "theta",
        "m",
        "v",
        "gradient",
        "step",
        "learning_rate",
        "beta_1",
        "beta_2",
        "epsilon",
    ),
    returns=Returns(parts=("theta", "m", "v")),
    expected=_adam,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "no-bias-correction",
            _but(correct_m=False, correct_v=False),
            "The bias correction is missing: divide m by 1 − β₁^step and v by 1 − β₂^step "
            "before you step.",
        ),
        Misconception(
            "only-m-corrected",
            _but(correct_v=False),
            "Only m is corrected. v starts at 0 as well: divide it by 1 − β₂^step.",
        ),
        Misconception(
            "only-v-corrected",
            _but(correct_m=False),
            "Only v is corrected. m starts at 0 as well: divide it by 1 − β₁^step.",
        ),
        Misconception(
            "corrected-averages-kept",
            _corrected_kept,
            "theta is right, but you return the corrected averages. Pass on m and v "
            "themselves, or they are corrected again at the next step.",
        ),
        Misconception(
            "missing-root",
            _but(root=False),
            "You divide by v̂ instead of its square root.",
        ),
        Misconception(
            "gradient-not-squared",
            _but(squared=False),
            "v averages the gradient itself. It must average the square, `gradient**2`.",
        ),
        Misconception(
            "weights-swapped",
            _weights_swapped,
            "The weights of old and new are swapped: the old average keeps β, the new "
            "gradient gets 1 − β.",
        ),
        Misconception(
            "power-missing",
            _not_a_power,
            "The correction divides by 1 − β at every step. It must be 1 − β^step, which "
            "goes to 1.",
        ),
        Misconception(
            "betas-swapped",
            _betas_swapped,
            "The two betas are swapped: `beta_1` belongs to m, `beta_2` to v.",
        ),
        Misconception(
            "old-averages-used",
            _old_averages,
            "You step by the averages that came in. Update m and v first, then step by the "
            "new ones.",
        ),
        Misconception(
            "correction-multiplied",
            _multiplied,
            "The correction multiplies by 1 − β^step. The averages are too small at first, so "
            "divide by it.",
        ),
        Misconception(
            "gradient-for-average",
            _gradient_on_top,
            "You step by the gradient itself. Adam steps by its corrected average m̂.",
        ),
        Misconception(
            "uphill",
            lambda theta, *rest: (2 * theta - _adam(theta, *rest)[0], *_adam(theta, *rest)[1:]),
            "m and v are right, but theta moves uphill. Subtract the step.",
        ),
        Misconception(
            "step-too-late",
            lambda theta, m, v, g, step, *rest: _adam(theta, m, v, g, step + 1, *rest),
            "You correct with step + 1. `step` counts from 1 already.",
        ),
        Misconception(
            "step-from-zero",
            lambda theta, m, v, g, step, *rest: _adam(theta, m, v, g, step - 1, *rest),
            "You correct with step − 1. `step` counts from 1, so the first correction is 1 − β.",
        ),
        Misconception(
            "missing-learning-rate",
            lambda theta, m, v, g, step, rate=0.001, *rest: _adam(theta, m, v, g, step, 1.0, *rest),
            "The learning rate is not used: multiply the step by it.",
        ),
        Misconception(
            "settings-fixed",
            lambda theta, m, v, g, step, rate=0.001, *rest: _adam(theta, m, v, g, step, rate),
            "You use 0.9 and 0.999 whatever comes in. Use `beta_1` and `beta_2`.",
        ),
        Misconception(
            "settings-fixed",
            lambda theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7: _adam(
                theta, m, v, g, step, rate, beta_1, beta_2
            ),
            "You use 1e-7 whatever comes in. Use `epsilon`.",
        ),
        Misconception(
            "missing-epsilon",
            lambda theta, m, v, g, step, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7: _adam(
                theta, m, v, g, step, rate, beta_1, beta_2, 0.0
            ),
            "Without epsilon a gradient of 0 makes 0 / 0. Add it to the root.",
        ),
        Misconception(
            "epsilon-in-the-root",
            _epsilon_in_the_root,
            "Epsilon stands under the root. Adam adds it to the root: √v̂ + ε.",
        ),
        Misconception(
            "wrong-order",
            lambda *case: tuple(_adam(*case)[i] for i in (1, 2, 0)),
            "The results come back in the wrong order: `return theta, m, v`.",
        ),
        Misconception(
            "shared-square",
            _shared_square(np.sum),
            "v adds up the squared gradients of all parameters, so that they share one step size. "
            "Each parameter keeps the average of its own square: `gradient**2` without a sum.",
        ),
        Misconception(
            "shared-square",
            _shared_square(np.mean),
            "v averages the squared gradients of all parameters, so that they share one step "
            "size. Each parameter keeps the average of its own square: `gradient**2` without a "
            "mean.",
        ),
    ),
)
