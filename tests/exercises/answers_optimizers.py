"""Kept answers to the exercises of chapter 5."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import math

import numpy as np
from kept import right, wrong

# count-updates


@right("count-updates", "ceil, a whole number of its own")
def updates_ceil(examples, batch_size, epochs):
    return math.ceil(examples / batch_size) * epochs


@right("count-updates", "counts by a loop")
def updates_loop(examples, batch_size, epochs):
    updates = 0
    for _ in range(epochs):
        left = examples
        while left > 0:
            left -= batch_size
            updates += 1
    return updates


@right("count-updates", "the length of a range, NumPy's whole numbers")
def updates_range(n, size, passes):
    return np.int64(passes) * len(range(0, n, size))


@right("count-updates", "adds all but one before it divides")
def updates_floor(examples, batch_size, epochs):
    return (examples + batch_size - 1) // batch_size * epochs


@wrong("count-updates", "last-batch-dropped")
def updates_full_batches(examples, batch_size, epochs):
    return examples // batch_size * epochs


@wrong("count-updates", "rounded-at-the-end")
def updates_whole_run(examples, batch_size, epochs):
    return math.ceil(examples * epochs / batch_size)


@wrong("count-updates", "always-one-more")
def updates_plus_one(examples, batch_size, epochs):
    return (examples // batch_size + 1) * epochs


@wrong("count-updates", "one-epoch-only")
def updates_of_an_epoch(examples, batch_size, epochs):
    return math.ceil(examples / batch_size)


@wrong("count-updates", "not-rounded")
def updates_fraction(examples, batch_size, epochs):
    return examples / batch_size * epochs


@wrong("count-updates", "rounded-to-nearest")
def updates_rounded(examples, batch_size, epochs):
    return round(examples / batch_size) * epochs


@wrong("count-updates", "not-whole")
def updates_float(examples, batch_size, epochs):
    return np.ceil(examples / batch_size) * epochs


@wrong("count-updates", "examples-counted")
def updates_examples(examples, batch_size, epochs):
    return examples * epochs


@wrong("count-updates", "batch-size-as-count")
def updates_batches(examples, batch_size, epochs):
    return batch_size * epochs


@wrong("count-updates", "constant")
def updates_visible_example(examples, batch_size, epochs):
    return 48


# mini-batches


@right("mini-batches", "draws batch after batch from those that are left")
def batches_from_the_rest(examples, batch_size, generator):
    left, batches = np.arange(examples), []
    while len(left):
        batch = generator.choice(left, min(batch_size, len(left)), replace=False)
        left = np.setdiff1d(left, batch)
        batches.append(batch)
    return batches


@right("mini-batches", "shuffles a list in place")
def batches_shuffle(examples, batch_size, generator):
    order = list(range(examples))
    generator.shuffle(order)
    batches = []
    while order:
        batches.append(order[:batch_size])
        order = order[batch_size:]
    return batches


@right("mini-batches", "a generator function")
def batches_yielded(examples, batch_size, generator):
    order = generator.permutation(examples)
    for first in range(0, examples, batch_size):
        yield order[first : first + batch_size]


@right("mini-batches", "sorts by random numbers, splits at given places")
def batches_argsort(n, size, rng):
    order = np.argsort(rng.random(n))
    return np.split(order, np.arange(size, n, size))


@right("mini-batches", "draws without replacement")
def batches_choice(examples, batch_size, generator):
    order = generator.choice(examples, examples, replace=False)
    return tuple(order[i : i + batch_size].tolist() for i in range(0, examples, batch_size))


@wrong("mini-batches", "not-cut")
def batches_first_one_bare(examples, batch_size, generator):
    first, *rest = generator.permutation(examples)
    return [first, rest]


@wrong("mini-batches", "not-shuffled")
def batches_in_order(examples, batch_size, generator):
    order = np.arange(examples)
    return [order[i : i + batch_size] for i in range(0, examples, batch_size)]


@wrong("mini-batches", "drawn-with-repetition")
def batches_drawn(examples, batch_size, generator):
    count = math.ceil(examples / batch_size)
    sizes = [batch_size] * (count - 1) + [examples - batch_size * (count - 1)]
    return [generator.integers(0, examples, size) for size in sizes]


@wrong("mini-batches", "drawn-with-repetition")
def batches_each_for_itself(examples, batch_size, generator):
    return [generator.permutation(examples)[:batch_size] for _ in range(0, examples, batch_size)]


@wrong("mini-batches", "last-batch-dropped")
def batches_full(examples, batch_size, generator):
    order = generator.permutation(examples)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(examples // batch_size)]


@wrong("mini-batches", "counted-from-one")
def batches_from_one(examples, batch_size, generator):
    order = generator.permutation(examples) + 1
    return [order[i : i + batch_size] for i in range(0, examples, batch_size)]


@wrong("mini-batches", "batch-size-as-count")
def batches_split(examples, batch_size, generator):
    return np.array_split(generator.permutation(examples), batch_size)


@wrong("mini-batches", "neighbours")
def batches_shuffled_as_wholes(examples, batch_size, generator):
    starts = np.arange(0, examples, batch_size)
    if len(starts) > 1:
        starts = generator.permutation(starts[:-1]).tolist() + [starts[-1]]
    return [np.arange(i, min(i + batch_size, examples)) for i in starts]


@wrong("mini-batches", "neighbours")
def batches_shuffled_inside(examples, batch_size, generator):
    order = np.arange(examples)
    return [
        generator.permutation(order[i : i + batch_size]) for i in range(0, examples, batch_size)
    ]


@wrong("mini-batches", "rotated")
def batches_rotated(examples, batch_size, generator):
    order = np.roll(np.arange(examples), generator.integers(1, examples))
    return [order[i : i + batch_size] for i in range(0, examples, batch_size)]


@wrong("mini-batches", "own-seed")
def batches_own_seed(examples, batch_size, generator):
    order = np.random.default_rng(0).permutation(examples)
    return [order[i : i + batch_size] for i in range(0, examples, batch_size)]


@wrong("mini-batches", "generator-ignored")
def batches_unseeded(examples, batch_size, generator):
    order = np.random.default_rng().permutation(examples)
    return [order[i : i + batch_size] for i in range(0, examples, batch_size)]


@wrong("mini-batches", "not-cut")
def batches_only_shuffled(examples, batch_size, generator):
    return generator.permutation(examples)


@wrong("mini-batches", "wrong-sizes")
def batches_equal(examples, batch_size, generator):
    count = math.ceil(examples / batch_size)
    return np.array_split(generator.permutation(examples), count)


@wrong("mini-batches", "wrong-sizes")
def batches_empty_last(examples, batch_size, generator):
    order = generator.permutation(examples)
    return [order[i : i + batch_size] for i in range(0, examples + 1, batch_size)]


@wrong("mini-batches", "returned-nothing")
def batches_printed(examples, batch_size, generator):
    order = generator.permutation(examples)
    for i in range(0, examples, batch_size):
        print(order[i : i + batch_size])


# momentum-step


@right("momentum-step", "plain Python lists")
def momentum_lists(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = [momentum * v - learning_rate * g for v, g in zip(velocity, gradient)]
    return [t + v for t, v in zip(theta, velocity)], velocity


@right("momentum-step", "float32, other names")
def heavy_ball(weights, speed, slope, eta, beta=0.9):
    speed = (beta * speed - eta * slope).astype("float32")
    return (weights + speed).astype("float32"), speed


@right("momentum-step", "copies changed in place")
def momentum_copies(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = velocity.copy()
    velocity *= momentum
    velocity -= learning_rate * gradient
    return np.add(theta, velocity), velocity


@wrong("momentum-step", "uphill")
def momentum_uphill(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = momentum * velocity + learning_rate * gradient
    return theta + velocity, velocity


@wrong("momentum-step", "velocity-sign")
def momentum_other_sign(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = momentum * velocity + learning_rate * gradient
    return theta - velocity, velocity


@wrong("momentum-step", "learning-rate-outside")
def momentum_pytorch(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = momentum * velocity + gradient
    return theta - learning_rate * velocity, velocity


@wrong("momentum-step", "averaged")
def momentum_averaged(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = momentum * velocity - (1 - momentum) * learning_rate * gradient
    return theta + velocity, velocity


@wrong("momentum-step", "old-velocity-used")
def momentum_old_velocity(theta, velocity, gradient, learning_rate, momentum=0.9):
    return theta + velocity, momentum * velocity - learning_rate * gradient


@wrong("momentum-step", "velocity-not-updated")
def momentum_forgets(theta, velocity, gradient, learning_rate, momentum=0.9):
    return theta + momentum * velocity - learning_rate * gradient, velocity


@wrong("momentum-step", "nesterov")
def momentum_nesterov(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = momentum * velocity - learning_rate * gradient
    return theta + momentum * velocity - learning_rate * gradient, velocity


@wrong("momentum-step", "no-momentum")
def momentum_plain(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = -learning_rate * gradient
    return theta + velocity, velocity


@wrong("momentum-step", "momentum-complement")
def momentum_forgets_most(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = (1 - momentum) * velocity - learning_rate * gradient
    return theta + velocity, velocity


@wrong("momentum-step", "rate-on-velocity")
def momentum_rate_on_all(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = learning_rate * (momentum * velocity - gradient)
    return theta + velocity, velocity


@wrong("momentum-step", "momentum-fixed")
def momentum_constant(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity = 0.9 * velocity - learning_rate * gradient
    return theta + velocity, velocity


@wrong("momentum-step", "changed-input")
def momentum_in_place(theta, velocity, gradient, learning_rate, momentum=0.9):
    velocity *= momentum
    velocity -= learning_rate * gradient
    return theta + velocity, velocity


@wrong("momentum-step", "wrong-count")
def momentum_theta_only(theta, velocity, gradient, learning_rate, momentum=0.9):
    return theta + momentum * velocity - learning_rate * gradient


@wrong("momentum-step", "missing-defaults")
def momentum_without_default(theta, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity - learning_rate * gradient
    return theta + velocity, velocity


# adam-step


def adam(theta, m, v, g, rate, beta_1, beta_2, epsilon, m_part, v_part):
    """What the answers below share: averages as they should be, a step from two parts."""
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g**2
    return theta - rate * m_part(m) / (np.sqrt(v_part(v)) + epsilon), m, v


@right("adam-step", "as Keras writes it: one factor, epsilon by the uncorrected root")
def adam_keras(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
               epsilon=1e-7):  # fmt: skip
    alpha = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    m = m + (gradient - m) * (1 - beta_1)
    v = v + (gradient**2 - v) * (1 - beta_2)
    return theta - m * alpha / (np.sqrt(v) + epsilon), m, v


@right("adam-step", "element by element, lists")
def adam_lists(theta, m, v, gradient, step, eta=0.001, b1=0.9, b2=0.999, eps=1e-7):
    new = []
    for t, a, b, g in zip(theta, m, v, gradient):
        a = b1 * a + (1 - b1) * g
        b = b2 * b + (1 - b2) * g * g
        root = math.sqrt(b / (1 - b2**step))
        new.append((t - eta * a / (1 - b1**step) / (root + eps), a, b))
    return [list(part) for part in zip(*new)]


@wrong("adam-step", "epsilon-in-the-root")
def adam_epsilon_inside(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9,
                        beta_2=0.999, epsilon=1e-7):  # fmt: skip
    return adam(theta, m, v, gradient, learning_rate, beta_1, beta_2, 0.0,
                lambda m: m / (1 - beta_1**step),
                lambda v: v / (1 - beta_2**step) + epsilon)  # fmt: skip


@wrong("adam-step", "no-bias-correction")
def adam_uncorrected(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                     epsilon=1e-7):  # fmt: skip
    return adam(theta, m, v, gradient, learning_rate, beta_1, beta_2, epsilon,
                lambda m: m, lambda v: v)  # fmt: skip


@wrong("adam-step", "missing-epsilon")
def adam_without_epsilon(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9,
                         beta_2=0.999, epsilon=1e-7):  # fmt: skip
    return adam(theta, m, v, gradient, learning_rate, beta_1, beta_2, 0.0,
                lambda m: m / (1 - beta_1**step), lambda v: v / (1 - beta_2**step))  # fmt: skip


@wrong("adam-step", "only-m-corrected")
def adam_half_corrected(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                        epsilon=1e-7):  # fmt: skip
    return adam(theta, m, v, gradient, learning_rate, beta_1, beta_2, epsilon,
                lambda m: m / (1 - beta_1**step), lambda v: v)  # fmt: skip


@wrong("adam-step", "corrected-averages-kept")
def adam_keeps_hats(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                    epsilon=1e-7):  # fmt: skip
    m = (beta_1 * m + (1 - beta_1) * gradient) / (1 - beta_1**step)
    v = (beta_2 * v + (1 - beta_2) * gradient**2) / (1 - beta_2**step)
    return theta - learning_rate * m / (np.sqrt(v) + epsilon), m, v


@wrong("adam-step", "missing-root")
def adam_without_root(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                      epsilon=1e-7):  # fmt: skip
    return adam(theta, m, v, gradient, learning_rate, beta_1, beta_2, epsilon,
                lambda m: m / (1 - beta_1**step),
                lambda v: (v / (1 - beta_2**step)) ** 2)  # fmt: skip


@wrong("adam-step", "power-missing")
def adam_without_power(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                       epsilon=1e-7):  # fmt: skip
    return adam(theta, m, v, gradient, learning_rate, beta_1, beta_2, epsilon,
                lambda m: m / (1 - beta_1), lambda v: v / (1 - beta_2))  # fmt: skip


@wrong("adam-step", "step-too-late")
def adam_counts_from_zero(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9,
                          beta_2=0.999, epsilon=1e-7):  # fmt: skip
    return adam_keras(theta, m, v, gradient, step + 1, learning_rate, beta_1, beta_2, epsilon)


@wrong("adam-step", "weights-swapped")
def adam_swapped_weights(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9,
                         beta_2=0.999, epsilon=1e-7):  # fmt: skip
    m = (1 - beta_1) * m + beta_1 * gradient
    v = (1 - beta_2) * v + beta_2 * gradient**2
    m_hat, v_hat = m / (1 - beta_1**step), v / (1 - beta_2**step)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


@wrong("adam-step", "gradient-for-average")
def adam_without_m(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                   epsilon=1e-7):  # fmt: skip
    return adam(theta, m, v, gradient, learning_rate, beta_1, beta_2, epsilon,
                lambda m: gradient, lambda v: v / (1 - beta_2**step))  # fmt: skip


@wrong("adam-step", "uphill")
def adam_uphill(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                epsilon=1e-7):  # fmt: skip
    return adam_keras(theta, m, v, gradient, step, -learning_rate, beta_1, beta_2, epsilon)


@wrong("adam-step", "settings-fixed")
def adam_fixed(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
               epsilon=1e-7):  # fmt: skip
    return adam_keras(theta, m, v, gradient, step, learning_rate)


@wrong("adam-step", "gradient-not-squared")
def adam_unsquared(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                   epsilon=1e-7):  # fmt: skip
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient
    m_hat, v_hat = m / (1 - beta_1**step), v / (1 - beta_2**step)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


@wrong("adam-step", "betas-swapped")
def adam_betas(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
               epsilon=1e-7):  # fmt: skip
    return adam_keras(theta, m, v, gradient, step, learning_rate, beta_2, beta_1, epsilon)


@wrong("adam-step", "old-averages-used")
def adam_late(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
              epsilon=1e-7):  # fmt: skip
    m_hat, v_hat = m / (1 - beta_1**step), v / (1 - beta_2**step)
    new = theta - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return new, beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2


@wrong("adam-step", "correction-multiplied")
def adam_multiplied(theta, m, v, gradient, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                    epsilon=1e-7):  # fmt: skip
    return adam(theta, m, v, gradient, learning_rate, beta_1, beta_2, epsilon,
                lambda m: m * (1 - beta_1**step), lambda v: v * (1 - beta_2**step))  # fmt: skip


# warmup-cosine


@right("warmup-cosine", "math, both parts in one line")
def schedule_expression(step, steps, warmup, peak):
    angle = math.pi * (step - warmup) / (steps - warmup)
    return peak * step / warmup if step < warmup else peak / 2 * (1 + math.cos(angle))


@right("warmup-cosine", "the square of a cosine of half the angle")
def schedule_squared(step, steps, warmup, peak):
    if step <= warmup:
        return step / warmup * peak
    return peak * np.cos(np.pi / 2 * (step - warmup) / (steps - warmup)) ** 2


@right("warmup-cosine", "np.where, a 0-d array")
def schedule_where(t, total, rise, top):
    fall = 0.5 * (1 + np.cos(np.pi * (t - rise) / (total - rise)))
    return np.where(t < rise, t / rise, fall) * top


@right("warmup-cosine", "counts down with a sine")
def schedule_sine(step, steps, warmup, peak):
    if step < warmup:
        return np.interp(step, [0, warmup], [0, peak])
    left = (steps - step) / (steps - warmup)
    return peak * np.sin(np.pi / 2 * left) ** 2


@wrong("warmup-cosine", "clock-not-restarted")
def schedule_jumps(step, steps, warmup, peak):
    if step < warmup:
        return peak * step / warmup
    return peak * 0.5 * (1 + np.cos(np.pi * step / steps))


@wrong("warmup-cosine", "remaining-steps")
def schedule_ends_high(step, steps, warmup, peak):
    if step < warmup:
        return peak * step / warmup
    return peak * 0.5 * (1 + np.cos(np.pi * (step - warmup) / steps))


@wrong("warmup-cosine", "whole-cosine")
def schedule_negative(step, steps, warmup, peak):
    if step < warmup:
        return peak * step / warmup
    return peak * np.cos(np.pi * (step - warmup) / (steps - warmup))


@wrong("warmup-cosine", "not-halved")
def schedule_doubled(step, steps, warmup, peak):
    if step < warmup:
        return peak * step / warmup
    return peak * (1 + np.cos(np.pi * (step - warmup) / (steps - warmup)))


@wrong("warmup-cosine", "full-period")
def schedule_rises_again(step, steps, warmup, peak):
    if step < warmup:
        return peak * step / warmup
    return peak * 0.5 * (1 + np.cos(2 * np.pi * (step - warmup) / (steps - warmup)))


@wrong("warmup-cosine", "sign-in-cosine")
def schedule_minus(step, steps, warmup, peak):
    if step < warmup:
        return peak * step / warmup
    return peak * 0.5 * (1 - np.cos(np.pi * (step - warmup) / (steps - warmup)))


@wrong("warmup-cosine", "linear-fall")
def schedule_triangle(step, steps, warmup, peak):
    return peak * min(step / warmup, (steps - step) / (steps - warmup))


@wrong("warmup-cosine", "missing-peak")
def schedule_without_peak(step, steps, warmup, peak):
    if step < warmup:
        return step / warmup
    return 0.5 * (1 + np.cos(np.pi * (step - warmup) / (steps - warmup)))


@wrong("warmup-cosine", "no-warm-up")
def schedule_cosine(step, steps, warmup, peak):
    return peak * 0.5 * (1 + np.cos(np.pi * step / steps))


@wrong("warmup-cosine", "whole-run-warm-up")
def schedule_low_peak(step, steps, warmup, peak):
    if step < warmup:
        return peak * step / steps
    return peak * 0.5 * (1 + np.cos(np.pi * (step - warmup) / (steps - warmup)))


@wrong("warmup-cosine", "degrees")
def schedule_degrees(step, steps, warmup, peak):
    if step < warmup:
        return peak * step / warmup
    return peak * 0.5 * (1 + np.cos(180 * (step - warmup) / (steps - warmup)))


@wrong("warmup-cosine", "returned-nothing")
def schedule_no_else(step, steps, warmup, peak):
    if step < warmup:
        return peak * step / warmup


# own-optimizer


def fraction(step, steps):
    """One-cycle, as the chapter has it."""
    done = step / steps
    return done / 0.3 if done < 0.3 else 0.5 * (1 + np.cos(np.pi * (done - 0.3) / 0.7))


@right("own-optimizer", "momentum in a plain dictionary")
def own_momentum(theta, gradient, state, step, steps):
    state["v"] = 0.9 * state.get("v", 0) - 0.04 * gradient
    return theta + state["v"]


@right("own-optimizer", "Adam with one-cycle, theta changed in place")
def own_adam(theta, gradient, state, step, steps):
    state["m"] = 0.9 * state.get("m", 0.0) + 0.1 * gradient
    state["s"] = 0.999 * state.get("s", 0.0) + 0.001 * gradient**2
    m = state["m"] / (1 - 0.9 ** (step + 1))
    s = state["s"] / (1 - 0.999 ** (step + 1))
    theta -= 0.02 * fraction(step, steps) * m / (np.sqrt(s) + 1e-8)
    return theta


@right("own-optimizer", "the sign of an average, float32, a falling rate")
def own_signs(theta, gradient, state, step, steps):
    state["m"] = 0.9 * state.get("m", 0.0) + 0.1 * gradient
    return (theta - 0.004 * (1 - step / steps) * np.sign(state["m"])).astype("float32")


@wrong("own-optimizer", "not-better")
def own_adam_default(theta, gradient, state, step, steps):
    state["m"] = 0.9 * state.get("m", 0.0) + 0.1 * gradient
    state["s"] = 0.999 * state.get("s", 0.0) + 0.001 * gradient**2
    m = state["m"] / (1 - 0.9 ** (step + 1))
    s = state["s"] / (1 - 0.999 ** (step + 1))
    return theta - 0.001 * m / (np.sqrt(s) + 1e-7)


@wrong("own-optimizer", "not-better")
def own_plain(theta, gradient, state, step, steps):
    return theta - 0.1 * gradient


@wrong("own-optimizer", "nothing-moved")
def own_nothing(theta, gradient, state, step, steps):
    theta - 0.2 * gradient
    return theta


@wrong("own-optimizer", "uphill")
def own_uphill(theta, gradient, state, step, steps):
    return theta + 0.1 * gradient


@wrong("own-optimizer", "diverged")
def own_too_fast(theta, gradient, state, step, steps):
    return theta - 100 * gradient


@wrong("own-optimizer", "moves-once")
def own_rate_divided_without_decimals(theta, gradient, state, step, steps):
    return theta - 0.2 * ((steps - step) // steps) * gradient


@wrong("own-optimizer", "wrong-count")
def own_two_results(theta, gradient, state, step, steps):
    return theta - 0.2 * gradient, state


@wrong("own-optimizer", "returned-nothing")
def own_returns_nothing(theta, gradient, state, step, steps):
    theta -= 0.2 * gradient


@wrong("own-optimizer", "raised")
def own_forgets_start(theta, gradient, state, step, steps):
    state["v"] = 0.9 * state["v"] - 0.04 * gradient
    return theta + state["v"]


@wrong("own-optimizer", "wrong-shape")
def own_norm(theta, gradient, state, step, steps):
    return (theta - 0.2 * gradient).reshape(1, -1)
