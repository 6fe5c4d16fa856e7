"""Kept answers to the exercises of chapter 2."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import math

import numpy as np
from kept import right, wrong

# fold-layers


@right("fold-layers", "with dot and einsum, a list returned")
def fold_dot(W1, b1, W2, b2):
    return [np.dot(W1, W2), np.einsum("i,ij->j", b1, W2) + b2]


@right("fold-layers", "asks the two layers where they send zero and the unit vectors")
def fold_by_asking(W1, b1, W2, b2):
    def both(x):
        return (x @ W1 + b1) @ W2 + b2

    b = both(np.zeros(len(W1)))
    W = np.array([both(row) - b for row in np.eye(len(W1))])
    return W, b


@right("fold-layers", "the bias as one more row of the matrix")
def fold_augmented(W1, b1, W2, b2):
    first = np.vstack([W1, b1])
    together = first @ W2
    together[-1] += b2
    return together[:-1], together[-1]


@right("fold-layers", "three loops, lists")
def fold_loops(W1, b1, W2, b2):
    W = [[0.0 for _ in range(len(W2[0]))] for _ in range(len(W1))]
    for i in range(len(W1)):
        for j in range(len(W2[0])):
            for k in range(len(W2)):
                W[i][j] += W1[i][k] * W2[k][j]
    b = [b2[j] + sum(b1[k] * W2[k][j] for k in range(len(b1))) for j in range(len(b2))]
    return W, b


@wrong("fold-layers", "missing-bias")
def fold_second_bias_only(W1, b1, W2, b2):
    return W1 @ W2, b2


@wrong("fold-layers", "missing-bias")
def fold_first_bias_only(W1, b1, W2, b2):
    return W1 @ W2, b1 @ W2


@wrong("fold-layers", "added-biases")
def fold_biases_added(W1, b1, W2, b2):
    return W1 @ W2, b1 + b2


@wrong("fold-layers", "both-biases-multiplied")
def fold_biases_together(W1, b1, W2, b2):
    return W1 @ W2, (b1 + b2) @ W2


@wrong("fold-layers", "swapped-factors")
def fold_swapped(W1, b1, W2, b2):
    return W2 @ W1, b1 @ W2 + b2


@wrong("fold-layers", "bias-on-the-wrong-side")
def fold_bias_right(W1, b1, W2, b2):
    return W1 @ W2, W2 @ b1 + b2


@wrong("fold-layers", "elementwise-product")
def fold_elementwise(W1, b1, W2, b2):
    return W1 * W2, b1 * W2 + b2


@wrong("fold-layers", "activation-applied")
def fold_with_relu(W1, b1, W2, b2):
    return W1 @ W2, np.maximum(b1, 0) @ W2 + b2


@wrong("fold-layers", "swapped-result")
def fold_reversed(W1, b1, W2, b2):
    return b1 @ W2 + b2, W1 @ W2


@wrong("fold-layers", "wrong-count")
def fold_weights_only(W1, b1, W2, b2):
    return W1 @ W2


# leaky-relu


@right("leaky-relu", "the larger of the two lines")
def leaky_maximum(z, slope=0.2):
    return np.maximum(z, slope * z)


@right("leaky-relu", "a mask on a copy")
def leaky_mask(z, slope=0.2):
    out = z.copy()
    out[out < 0] *= slope
    return out


@right("leaky-relu", "two parts added")
def leaky_parts(values, slope=0.2):
    return np.maximum(values, 0) + slope * np.minimum(values, 0)


@right("leaky-relu", "vectorised Python, float32")
def leaky_vectorised(z, slope=0.2):
    return np.vectorize(lambda v: v if v > 0 else slope * v, otypes=["float32"])(z)


@right("leaky-relu", "with the absolute value")
def leaky_absolute(z, slope=0.2):
    return (1 + slope) / 2 * z + (1 - slope) / 2 * abs(z)


@wrong("leaky-relu", "missing-slope")
def leaky_forgotten(z, slope=0.2):
    return np.maximum(0, z)


@wrong("leaky-relu", "added-instead-of-chosen")
def leaky_added(z, slope=0.2):
    return np.maximum(0, z) + slope * z


@wrong("leaky-relu", "wrong-sign")
def leaky_positive(z, slope=0.2):
    return np.where(z > 0, z, slope * np.abs(z))


@wrong("leaky-relu", "wrong-side")
def leaky_minimum(z, slope=0.2):
    return np.minimum(z, slope * z)


@wrong("leaky-relu", "floor-instead-of-slope")
def leaky_floor(z, slope=0.2):
    return np.maximum(slope, z)


@wrong("leaky-relu", "ignored-slope")
def leaky_fixed(z, slope=0.2):
    return np.where(z > 0, z, 0.2 * z)


@wrong("leaky-relu", "wrong-default")
def leaky_other_default(z, slope=0.01):
    return np.where(z > 0, z, slope * z)


@wrong("leaky-relu", "wrong-default")
def leaky_default_of_the_layer(z, slope=0.3):
    return np.where(z > 0, z, slope * z)


@wrong("leaky-relu", "derivative")
def leaky_slopes(z, slope=0.2):
    return np.where(z > 0, 1, slope)


@wrong("leaky-relu", "raised")
def leaky_if(z, slope=0.2):
    return z if z > 0 else slope * z


@wrong("leaky-relu", "changed-input")
def leaky_in_place(z, slope=0.2):
    z[z < 0] *= slope
    return z


@wrong("leaky-relu", "missing-defaults")
def leaky_no_default(z, slope):
    return np.where(z > 0, z, slope * z)


@wrong("leaky-relu", "wrong-for-negative")
def elu(z, slope=0.2):
    return np.where(z > 0, z, slope * (np.exp(np.minimum(z, 0)) - 1))


# swish-gradient


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


@right("swish-gradient", "through swish itself")
def swish_from_output(z):
    swish = z * _sigmoid(z)
    return swish + _sigmoid(z) * (1 - swish)


@right("swish-gradient", "central differences")
def swish_numeric(z):
    def swish(z):
        return z / (1 + np.exp(-z))

    return (swish(z + 1e-5) - swish(z - 1e-5)) / 2e-5


@right("swish-gradient", "the quotient rule")
def swish_quotient(z):
    below = 1 + np.exp(-z)
    return (below + z * np.exp(-z)) / below**2


@right("swish-gradient", "plain Python for each number")
def swish_vectorised(z):
    def one(v):
        s = 1 / (1 + math.exp(-v))
        return s * (1 + v * (1 - s))

    return np.vectorize(one)(z)


@wrong("swish-gradient", "function-itself")
def swish_value(z):
    return z * _sigmoid(z)


@wrong("swish-gradient", "product-of-derivatives")
def swish_product(z):
    return 1 * _sigmoid(z) * (1 - _sigmoid(z))


@wrong("swish-gradient", "one-term-missing")
def swish_second_term(z):
    return z * _sigmoid(z) * (1 - _sigmoid(z))


@wrong("swish-gradient", "one-term-missing")
def swish_first_term(z):
    return _sigmoid(z)


@wrong("swish-gradient", "missing-factor")
def swish_without_z(z):
    return _sigmoid(z) + _sigmoid(z) * (1 - _sigmoid(z))


@wrong("swish-gradient", "wrong-sigmoid-slope")
def swish_half_slope(z):
    return _sigmoid(z) + z * (1 - _sigmoid(z))


@wrong("swish-gradient", "wrong-sigmoid-slope")
def swish_tanh_slope(z):
    return _sigmoid(z) + z * (1 - _sigmoid(z) ** 2)


@wrong("swish-gradient", "subtracted")
def swish_minus(z):
    return _sigmoid(z) - z * _sigmoid(z) * (1 - _sigmoid(z))


@wrong("swish-gradient", "constant")
def swish_at_zero(z):
    return [0.5]


# safe-sigmoid


@right("safe-sigmoid", "with tanh")
def sigmoid_tanh(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)


@right("safe-sigmoid", "exp of minus the absolute value")
def sigmoid_absolute(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


@right("safe-sigmoid", "two masks")
def sigmoid_masks(z):
    out = np.empty(z.shape)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    out[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return out


@right("safe-sigmoid", "through its logarithm")
def sigmoid_log(z):
    return np.exp(-np.logaddexp(0, -z))


@wrong("safe-sigmoid", "clipped")
def sigmoid_clipped(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


@right("safe-sigmoid", "one number at a time")
def sigmoid_each(z):
    def one(v):
        return 1 / (1 + math.exp(-v)) if v > 0 else math.exp(v) / (1 + math.exp(v))

    return np.vectorize(one)(z)


@wrong("safe-sigmoid", "overflow-on-the-way")
def sigmoid_naive(z):
    return 1 / (1 + np.exp(-z))


@wrong("safe-sigmoid", "overflow")
def sigmoid_other_form(z):
    return np.exp(z) / (1 + np.exp(z))


@wrong("safe-sigmoid", "overflow-on-the-way")
def sigmoid_both_branches(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@wrong("safe-sigmoid", "sign-lost")
def sigmoid_symmetric(z):
    return 1 / (1 + np.exp(-np.abs(z)))


@wrong("safe-sigmoid", "wrong-sign")
def sigmoid_falling(z):
    return 1 / (1 + np.exp(np.clip(z, -500, 500)))


@wrong("safe-sigmoid", "tanh-for-sigmoid")
def sigmoid_as_tanh(z):
    return np.tanh(z)


@wrong("safe-sigmoid", "clipped-too-early")
def sigmoid_cut(z):
    return 1 / (1 + np.exp(-np.clip(z, -5, 5)))


@wrong("safe-sigmoid", "raised")
def sigmoid_math(z):
    return np.vectorize(lambda v: 1 / (1 + math.exp(-v)))(z)


@wrong("safe-sigmoid", "library-call")
def sigmoid_scipy(z):
    from scipy.special import expit

    return expit(z)


# dead-units


@right("dead-units", "the largest of each column")
def dead_by_maximum(H):
    return int(np.sum(H.max(axis=0) == 0))


@right("dead-units", "loops")
def dead_loops(H):
    count = 0
    for unit in range(len(H[0])):
        for row in H:
            if row[unit] != 0:
                break
        else:
            count += 1
    return count


@right("dead-units", "all units minus the living ones")
def dead_by_difference(H):
    return H.shape[1] - np.count_nonzero(H.any(axis=0))


@right("dead-units", "transposed, in a generator")
def dead_transposed(outputs):
    return sum(not column.any() for column in outputs.T)


@wrong("dead-units", "counted-zeros")
def dead_zeros(H):
    return np.sum(H == 0)


@wrong("dead-units", "wrong-axis")
def dead_rows(H):
    return (H == 0).all(axis=1).sum()


@wrong("dead-units", "any-for-all")
def dead_any(H):
    return np.count_nonzero((H == 0).any(axis=0))


@wrong("dead-units", "living-units")
def dead_alive(H):
    return (H.sum(axis=0) > 0).sum()


@wrong("dead-units", "share")
def dead_share(H):
    return (H == 0).all(axis=0).mean()


@wrong("dead-units", "first-example-only")
def dead_first(H):
    return np.count_nonzero(H[0] == 0)


@wrong("dead-units", "last-example-only")
def dead_last(H):
    return np.count_nonzero(H[-1] == 0)


@wrong("dead-units", "rounded")
def dead_rounded(H):
    return (H.round(6) == 0).all(axis=0).sum()


@wrong("dead-units", "mask")
def dead_mask(H):
    return (H == 0).all(axis=0)


@wrong("dead-units", "constant")
def dead_visible(H):
    return 1


# safe-softmax


@right("safe-softmax", "row by row, lists")
def softmax_rows(Z):
    rows = []
    for row in Z:
        powers = [math.exp(value - max(row)) for value in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


@right("safe-softmax", "through logarithms")
def softmax_logsumexp(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])


@right("safe-softmax", "transposed, so that no axis need be kept")
def softmax_transposed(Z):
    powers = np.exp(Z.T - Z.max(axis=1))
    return (powers / powers.sum(axis=0)).T


@right("safe-softmax", "a shift that is not the maximum exactly")
def softmax_shifted(Z):
    Z = Z - Z.max(axis=-1, keepdims=True) - 3
    return np.exp(Z) / np.sum(np.exp(Z), axis=-1, keepdims=True)


@wrong("safe-softmax", "overflow")
def softmax_naive(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


@wrong("safe-softmax", "one-maximum")
def softmax_global_maximum(Z):
    powers = np.exp(Z - Z.max())
    return powers / powers.sum(axis=1, keepdims=True)


@wrong("safe-softmax", "wrong-axis")
def softmax_columns(Z):
    powers = np.exp(Z - Z.max(axis=0))
    return powers / powers.sum(axis=0)


@wrong("safe-softmax", "lost-axis")
def softmax_keepdims_forgotten(Z):
    powers = np.exp(Z - Z.max(axis=1))
    return powers / powers.sum(axis=1)


@wrong("safe-softmax", "one-sum")
def softmax_total(Z):
    powers = np.exp(Z - np.max(Z))
    return powers / np.sum(powers)


@wrong("safe-softmax", "absolute-maximum")
def softmax_absolute(Z):
    powers = np.exp(Z - np.abs(Z).max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@wrong("safe-softmax", "wrong-shift")
def softmax_mean(Z):
    powers = np.exp(Z - Z.mean(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@wrong("safe-softmax", "fixed-shift")
def softmax_minus_1000(Z):
    return softmax_naive(Z - 1000)


@wrong("safe-softmax", "half-shifted")
def softmax_shifted_above(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(Z).sum(axis=1, keepdims=True)


@wrong("safe-softmax", "half-shifted")
def softmax_shifted_below(Z):
    return np.exp(Z) / np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)


@wrong("safe-softmax", "clipped")
def softmax_clipped(Z):
    return softmax_naive(np.clip(Z, -500, 500))


@wrong("safe-softmax", "divided-instead-of-shifted")
def softmax_scaled(Z):
    return softmax_naive(Z / np.abs(Z).max(axis=1, keepdims=True))


@wrong("safe-softmax", "no-exponential")
def softmax_shares(Z):
    return Z / Z.sum(axis=1, keepdims=True)


@wrong("safe-softmax", "not-normalised")
def softmax_unnormalised(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True))


@wrong("safe-softmax", "library-call")
def softmax_scipy(Z):
    from scipy.special import softmax

    return softmax(Z, axis=1)


# own-activation


@right("own-activation", "ReLU, scaled")
def own_relu(z):
    return 1.414 * np.maximum(0, z)


@right("own-activation", "leaky on both sides")
def own_leaky(z):
    return np.sqrt(2 / (1 + 0.5**2)) * np.where(z > 0, z, 0.5 * z)


@right("own-activation", "SELU, one number at a time")
def own_selu(z):
    def one(v):
        return 1.0507 * v if v > 0 else 1.0507 * 1.67326 * (math.exp(v) - 1)

    return np.vectorize(one, otypes=[float])(z)


@right("own-activation", "tanh, a little steeper")
def own_tanh(z):
    return np.tanh(1.2 * z)


@right("own-activation", "a wave, as a list")
def own_wave(z):
    return (1.2 * np.sin(z)).tolist()


@wrong("own-activation", "signal-vanishes")
def own_absolute(z):
    return np.abs(z) - 0.5


@wrong("own-activation", "vanishes")
def own_plain_relu(z):
    return np.maximum(0, z)


@wrong("own-activation", "vanishes")
def own_sigmoid(z):
    return 0.5 + 0.5 * np.tanh(z / 2)


@wrong("own-activation", "straight-line")
def own_identity(z):
    return 1.0 * z


@wrong("own-activation", "straight-line")
def own_almost_straight(z):
    return np.where(z > 0, z, 0.95 * z)


@wrong("own-activation", "explodes")
def own_double_relu(z):
    return 2 * np.maximum(0, z)


@wrong("own-activation", "explodes")
def own_square(z):
    return z**2


@wrong("own-activation", "gradient-explodes")
def own_steep_tanh(z):
    return np.tanh(3 * z)


@wrong("own-activation", "not-elementwise")
def own_normalised(z):
    return (z - z.mean()) / z.std() + np.abs(z)


@wrong("own-activation", "not-elementwise")
def own_softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


@wrong("own-activation", "constant")
def own_constant(z):
    return np.zeros_like(z)


@wrong("own-activation", "not-finite")
def own_exponential(z):
    return np.exp(z)


@wrong("own-activation", "raised")
def own_if(z):
    return z if z > 0 else 0
