"""Kept answers to the exercises of chapter 4."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import numpy as np
from kept import right, wrong

# one-weight-slope


@right("one-weight-slope", "multiplied out first")
def slope_of_the_parabola(w, x, y):
    return 2 * w * x**2 - 2 * x * y


@right("one-weight-slope", "step by step, other names, float32")
def slope_in_steps(weight, feature, target):
    error = np.float32(weight * feature - target)
    return error * 2 * np.float32(feature)


@right("one-weight-slope", "central difference of a parabola is exact")
def slope_by_nudging(w, x, y):
    def loss(w):
        return (w * x - y) ** 2

    return (loss(w + 0.5) - loss(w - 0.5)) / 1.0


@wrong("one-weight-slope", "missing-inner-derivative")
def slope_at_the_prediction(w, x, y):
    return 2 * (w * x - y)


@wrong("one-weight-slope", "missing-outer-derivative")
def no_factor_two(w, x, y):
    return x * (w * x - y)


@wrong("one-weight-slope", "derivative-by-input")
def slope_for_x(w, x, y):
    return 2 * w * (w * x - y)


@wrong("one-weight-slope", "opposite-sign")
def already_downhill(w, x, y):
    return 2 * (y - w * x) * x


@wrong("one-weight-slope", "loss-for-slope")
def the_loss(w, x, y):
    return (w * x - y) ** 2


@wrong("one-weight-slope", "squared-input")
def one_x_too_many(w, x, y):
    return 2 * x * (w * x - y) * x


@wrong("one-weight-slope", "constant")
def visible_slope(w, x, y):
    return 4


@wrong("one-weight-slope", "sign-lost")
def without_its_sign(w, x, y):
    return abs(2 * (w * x - y) * x)


@wrong("one-weight-slope", None)
def nudged_one_way(w, x, y):
    return (((w + 0.001) * x - y) ** 2 - (w * x - y) ** 2) / 0.001


# divide-backward


@right("divide-backward", "the value reused, an array")
def division_through_its_value(a, b, gradient):
    quotient = a / b
    return np.array(gradient / b), -gradient * quotient / b


@right("divide-backward", "as a product with a power, a list")
def division_as_product(numerator, denominator, g):
    inverse = denominator**-1
    return [g * inverse, g * numerator * -(inverse**2)]


@right("divide-backward", "by nudging")
def division_by_nudging(a, b, gradient):
    h = 1e-6
    by_a = ((a + h) / b - (a - h) / b) / (2 * h)
    by_b = (a / (b + h) - a / (b - h)) / (2 * h)
    return gradient * by_a, gradient * by_b


@wrong("divide-backward", "local-only")
def forgets_what_arrives(a, b, gradient):
    return 1 / b, -a / b**2


@wrong("divide-backward", "missing-minus")
def no_minus(a, b, gradient):
    return gradient / b, gradient * a / b**2


@wrong("divide-backward", "as-a-product")
def like_a_product(a, b, gradient):
    return b * gradient, a * gradient


@wrong("divide-backward", "missing-square")
def b_once(a, b, gradient):
    return gradient / b, -gradient * a / b


@wrong("divide-backward", "missing-numerator")
def one_over_b(a, b, gradient):
    return gradient / b, -gradient / b**2


@wrong("divide-backward", "swapped-result")
def b_first(a, b, gradient):
    return -gradient * a / b**2, gradient / b


@wrong("divide-backward", "wrong-count")
def only_a(a, b, gradient):
    return gradient / b


@wrong("divide-backward", "constant")
def visible_division(a, b, gradient):
    return 5, -15


@wrong("divide-backward", "doubled-for-squared")
def twice_b(a, b, gradient):
    return gradient / b, -gradient * a / (b * 2)


@wrong("divide-backward", "wrong-db")
def derivative_of_b_over_a(a, b, gradient):
    return gradient / b, -gradient * b / a**2


# numerical-gradient


@right("numerical-gradient", "a fresh copy each time")
def fresh_copies(f, x, h=1e-5):
    slopes = np.empty_like(x)
    for index in np.ndindex(*x.shape):
        above, below = x.copy(), x.copy()
        above[index] += h
        below[index] -= h
        slopes[index] = (f(above) - f(below)) / (2 * h)
    return slopes


@right("numerical-gradient", "in place, the old number put back")
def puts_it_back(f, x, h=1e-5):
    x = x.astype(float)
    slopes = np.zeros(x.shape)
    for index, old in np.ndenumerate(x.copy()):
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        slopes[index] = (above - f(x)) / (h + h)
        x[index] = old
    return slopes


@right("numerical-gradient", "in place, the nudges taken back")
def takes_nudges_back(f, x, h=1e-5):
    slopes = []
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        slopes.append((above - f(x)) / (2 * h))
        x[index] += h
    return np.array(slopes).reshape(x.shape)


@right("numerical-gradient", "unit vectors, a flat list reshaped")
def unit_vectors(function, point, step=1e-5):
    slopes = []
    for row in np.eye(point.size):
        nudge = step * row.reshape(point.shape)
        slopes.append((function(point + nudge) - function(point - nudge)) / step / 2)
    return np.reshape(slopes, point.shape)


@wrong("numerical-gradient", "one-sided")
def forward_only(f, x, h=1e-5):
    slopes = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        nudged = x.copy()
        nudged[index] += h
        slopes[index] = (f(nudged) - f(x)) / h
    return slopes


@wrong("numerical-gradient", "divided-by-h")
def twice_too_large(f, x, h=1e-5):
    return 2 * fresh_copies(f, x, h)


@wrong("numerical-gradient", "all-at-once")
def all_numbers_together(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


@wrong("numerical-gradient", "nudges-pile-up")
def never_put_back(f, x, h=1e-5):
    x = x.copy()
    slopes = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        slopes[index] = (above - f(x)) / (2 * h)
    return slopes


@wrong("numerical-gradient", "ignored-h")
def own_h(f, x, h=1e-5):
    return fresh_copies(f, x, 1e-4)


@wrong("numerical-gradient", "flattened")
def in_one_row(f, x, h=1e-5):
    return fresh_copies(f, x, h).ravel()


@wrong("numerical-gradient", "row-by-row")
def one_row_at_a_time(f, x, h=1e-5):
    slopes = np.zeros_like(x)
    for i in range(len(x)):
        nudge = np.zeros_like(x)
        nudge[i] = h
        slopes[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return slopes


@wrong("numerical-gradient", "changed-input")
def nudges_the_callers_array(f, x, h=1e-5):
    slopes = fresh_copies(f, x, h)
    x += h
    return slopes


@wrong("numerical-gradient", "missing-defaults")
def no_default(f, x, h):
    return fresh_copies(f, x, h)


@right("numerical-gradient", "through a flat view")
def through_a_view(f, x, h=1e-5):
    x = x.copy()
    flat, slopes = x.reshape(-1), []
    for i in range(flat.size):
        old, ends = flat[i], []
        for nudge in (h, -h):
            flat[i] = old + nudge
            ends.append(f(x))
        flat[i] = old
        slopes.append((ends[0] - ends[1]) / (2 * h))
    return np.asarray(slopes).reshape(x.shape)


@wrong("numerical-gradient", "no-copy")
def two_names_for_one_array(f, x, h=1e-5):
    slopes, x = np.zeros(x.shape), x.copy()
    for index in np.ndindex(x.shape):
        above, below = x, x
        above[index] += h
        below[index] -= h
        slopes[index] = (f(above) - f(below)) / (2 * h)
    return slopes


@wrong("numerical-gradient", "one-half-divided")
def no_brackets(f, x, h=1e-5):
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += h
        below[index] -= h
        slopes[index] = f(above) - f(below) / (2 * h)
    return slopes


# dense-backward


@right("dense-backward", "einsum")
def with_einsum(X, W, dZ):
    return (
        np.einsum("nu,iu->ni", dZ, W),
        np.einsum("ni,nu->iu", X, dZ),
        np.einsum("nu->u", dZ),
    )


@right("dense-backward", "a loop over the examples, lists")
def example_by_example(X, W, dZ):
    dX, dW, db = [], np.zeros(W.shape), np.zeros(W.shape[1])
    for x, dz in zip(X, dZ):
        dX.append(W @ dz)
        dW += np.outer(x, dz)
        db += dz
    return [dX, dW.tolist(), db]


@right("dense-backward", "ones for the bias, float32")
def ones_for_the_bias(X, W, dZ):
    X, W, dZ = (array.astype("float32") for array in (X, W, dZ))
    return np.dot(dZ, np.transpose(W)), np.dot(X.T, dZ), np.ones(len(X), "float32") @ dZ


@wrong("dense-backward", "weights-not-transposed")
def weights_as_they_are(X, W, dZ):
    return dZ @ W, X.T @ dZ, dZ.sum(axis=0)


@wrong("dense-backward", "inputs-not-transposed")
def inputs_as_they_are(X, W, dZ):
    return dZ @ W.T, X @ dZ, dZ.sum(axis=0)


@wrong("dense-backward", "transposed-result")
def weights_gradient_transposed(X, W, dZ):
    return dZ @ W.T, dZ.T @ X, dZ.sum(axis=0)


@wrong("dense-backward", "averaged")
def mean_for_the_bias(X, W, dZ):
    return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)


@wrong("dense-backward", "averaged")
def mean_over_the_batch(X, W, dZ):
    n = X.shape[0]
    return dZ @ W.T, X.T @ dZ / n, dZ.sum(axis=0) / n


@wrong("dense-backward", "bias-not-summed")
def a_bias_for_each_example(X, W, dZ):
    return dZ @ W.T, X.T @ dZ, dZ


@wrong("dense-backward", "wrong-axis")
def summed_over_units(X, W, dZ):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=1)


@wrong("dense-backward", "wrong-axis")
def summed_over_all(X, W, dZ):
    return dZ @ W.T, X.T @ dZ, np.sum(dZ)


@wrong("dense-backward", "swapped-result")
def weights_first(X, W, dZ):
    return X.T @ dZ, dZ @ W.T, dZ.sum(axis=0)


@wrong("dense-backward", "elementwise-product")
def star_for_at(X, W, dZ):
    return dZ @ W.T, X * dZ, dZ.sum(axis=0)


@wrong("dense-backward", "averaged")
def all_three_averaged(X, W, dZ):
    n = len(X)
    return dZ @ W.T / n, X.T @ dZ / n, dZ.sum(axis=0) / n


@wrong("dense-backward", "wrong-shape")
def bias_as_a_row(X, W, dZ):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


# clip-by-norm


@right("clip-by-norm", "one long vector")
def joined(dW, db, max_norm):
    length = np.linalg.norm(np.concatenate([dW.ravel(), db]))
    return (dW, db) if length <= max_norm else (dW / length * max_norm, db / length * max_norm)


@right("clip-by-norm", "the factor as a minimum, lists")
def smallest_factor(dW, db, max_norm):
    squares = float((dW * dW).sum()) + float((db * db).sum())
    factor = min(1, max_norm / (squares**0.5 + 1e-12))
    return [(factor * dW).tolist(), (factor * db).tolist()]


@right("clip-by-norm", "the length divided out, at least the limit")
def divides_by_the_larger(weights, biases, limit):
    longer = max(np.hypot(np.linalg.norm(weights), np.linalg.norm(biases)), limit)
    return weights * limit / longer, biases * limit / longer


@wrong("clip-by-norm", "each-alone")
def one_array_at_a_time(dW, db, max_norm):
    parts = []
    for part in (dW, db):
        length = np.linalg.norm(part)
        parts.append(part * max_norm / length if length > max_norm else part)
    return tuple(parts)


@wrong("clip-by-norm", "number-by-number")
def clip_by_value(dW, db, max_norm):
    return np.clip(dW, -max_norm, max_norm), np.clip(db, -max_norm, max_norm)


@wrong("clip-by-norm", "always-scaled")
def stretches_too(dW, db, max_norm):
    length = np.sqrt((dW**2).sum() + (db**2).sum()) or 1
    return dW * max_norm / length, db * max_norm / length


@wrong("clip-by-norm", "always-scaled")
def stretches_and_divides_by_nothing(dW, db, max_norm):
    with np.errstate(all="ignore"):
        length = np.sqrt((dW**2).sum() + (db**2).sum())
        return dW * max_norm / length, db * max_norm / length


@wrong("clip-by-norm", "squared-norm")
def no_root(dW, db, max_norm):
    length = (dW**2).sum() + (db**2).sum()
    factor = min(1, max_norm / length) if length else 1
    return dW * factor, db * factor


@wrong("clip-by-norm", "set-to-direction")
def length_one(dW, db, max_norm):
    length = np.sqrt((dW**2).sum() + (db**2).sum())
    return (dW / length, db / length) if length > max_norm else (dW, db)


@wrong("clip-by-norm", "bias-left-out")
def only_weights(dW, db, max_norm):
    length = np.linalg.norm(dW)
    return (dW * max_norm / length if length > max_norm else dW), db


@wrong("clip-by-norm", "length-of-weights-only")
def length_of_dw(dW, db, max_norm):
    length = np.linalg.norm(dW)
    factor = max_norm / length if length > max_norm else 1
    return dW * factor, db * factor


@wrong("clip-by-norm", "changed-input")
def scales_in_place(dW, db, max_norm):
    length = np.sqrt((dW**2).sum() + (db**2).sum())
    if length > max_norm:
        dW *= max_norm / length
        db *= max_norm / length
    return dW, db


@wrong("clip-by-norm", "long-ones-kept")
def the_wrong_way_round(dW, db, max_norm):
    length = np.sqrt((dW**2).sum() + (db**2).sum())
    if 0 < length < max_norm:
        return dW * max_norm / length, db * max_norm / length
    return dW, db


@wrong("clip-by-norm", "largest-number")
def by_the_largest_number(dW, db, max_norm):
    largest = max(abs(dW).max(), abs(db).max())
    factor = max_norm / largest if largest > max_norm else 1
    return dW * factor, db * factor


# sigmoid-start


def _pairs(layer_sizes):
    return list(zip(layer_sizes, layer_sizes[1:]))


@right("sigmoid-start", "Glorot's start for tanh, turned into one for the sigmoid")
def tanh_in_disguise(layer_sizes, seed):
    generator = np.random.default_rng(seed)
    layers = []
    for inputs, units in _pairs(layer_sizes):
        W = generator.normal(0, 4 * np.sqrt(2 / (inputs + units)), (inputs, units))
        layers.append((W, -0.5 * W.sum(axis=0)))
    return layers


@right("sigmoid-start", "uniform numbers, lists, float32")
def uniform_and_centred(layer_sizes, seed):
    generator = np.random.default_rng(seed)
    layers = []
    for i, o in _pairs(layer_sizes):
        W = generator.uniform(-1, 1, (i, o)).astype("float32")
        layers.append([W, [-sum(column) / 2 for column in W.T]])
    return layers


@right("sigmoid-start", "orthogonal columns, a tuple")
def orthogonal(layer_sizes, seed):
    generator = np.random.default_rng(seed)
    layers = []
    for inputs, units in _pairs(layer_sizes):
        W = 5 * np.linalg.qr(generator.normal(size=(inputs, inputs)))[0][:, :units]
        layers.append((W, -W.sum(0) / 2))
    return tuple(layers)


def _scaled(factor):
    def start(layer_sizes, seed):
        generator = np.random.default_rng(seed)
        return [
            (generator.normal(0, factor / np.sqrt(i), (i, o)), np.zeros(o))
            for i, o in _pairs(layer_sizes)
        ]

    return start


@wrong("sigmoid-start", "off-centre")
def large_weights(layer_sizes, seed):
    return _scaled(6.0)(layer_sizes, seed)


@wrong("sigmoid-start", "vanishing")
def glorot(layer_sizes, seed):
    return _scaled(1.0)(layer_sizes, seed)


@wrong("sigmoid-start", "vanishing")
def he(layer_sizes, seed):
    return _scaled(2**0.5)(layer_sizes, seed)


@wrong("sigmoid-start", "saturated")
def far_too_large(layer_sizes, seed):
    return _scaled(100.0)(layer_sizes, seed)


@wrong("sigmoid-start", "equal-units")
def zeros(layer_sizes, seed):
    return [(np.zeros((i, o)), np.zeros(o)) for i, o in _pairs(layer_sizes)]


@wrong("sigmoid-start", "equal-units")
def constants(layer_sizes, seed):
    return [(np.full((i, o), 0.1), np.zeros(o)) for i, o in _pairs(layer_sizes)]


@wrong("sigmoid-start", "biases-point-away")
def biases_of_the_wrong_sign(layer_sizes, seed):
    return [(W, 0.5 * np.sum(W, axis=0)) for W, b in large_weights(layer_sizes, seed)]


@wrong("sigmoid-start", "wrong-count")
def weights_without_biases(layer_sizes, seed):
    return [W for W, b in large_weights(layer_sizes, seed)]


@wrong("sigmoid-start", "wrong-shape")
def transposed_weights(layer_sizes, seed):
    return [(np.asarray(W).T, b) for W, b in large_weights(layer_sizes, seed)]


@wrong("sigmoid-start", "wrong-count")
def one_layer_too_many(layer_sizes, seed):
    return large_weights([*layer_sizes, 10], seed)


@wrong("sigmoid-start", "not-finite")
def divides_by_zero(layer_sizes, seed):
    with np.errstate(all="ignore"):
        return [(np.asarray(W) / np.zeros_like(W), b) for W, b in large_weights(layer_sizes, seed)]
