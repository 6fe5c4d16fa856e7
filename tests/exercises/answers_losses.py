"""Kept answers to the exercises of chapter 3."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import math

import numpy as np
from kept import right, wrong

# root-mean-squared-error


@right("root-mean-squared-error", "a loop")
def rmse_loop(y_true, y_pred):
    total = 0
    for truth, prediction in zip(y_true, y_pred):
        total += (truth - prediction) ** 2
    return math.sqrt(total / len(y_true))


@right("root-mean-squared-error", "float32 and a norm")
def rmse_norm(y_true, y_pred):
    error = y_pred.astype("float32") - y_true.astype("float32")
    return np.linalg.norm(error) / np.sqrt(np.float32(len(error)))


@right("root-mean-squared-error", "a scalar product, a 0-d array")
def rmse_dot(target, prediction):
    error = np.subtract(target, prediction)
    return np.array((error @ error / error.size) ** 0.5)


@wrong("root-mean-squared-error", "missing-root")
def mse_for_rmse(y_true, y_pred):
    return ((y_true - y_pred) ** 2).mean()


@wrong("root-mean-squared-error", "root-before-mean")
def mae_for_rmse(y_true, y_pred):
    return np.mean(np.sqrt((y_true - y_pred) ** 2))


@wrong("root-mean-squared-error", "summed")
def rmse_summed(y_true, y_pred):
    return np.linalg.norm(y_true - y_pred)


@wrong("root-mean-squared-error", "divided-outside")
def rmse_divided_outside(y_true, y_pred):
    return np.sqrt(((y_true - y_pred) ** 2).sum()) / len(y_true)


@wrong("root-mean-squared-error", "square-of-mean")
def rmse_of_mean_error(y_true, y_pred):
    return np.sqrt(np.mean(y_pred - y_true) ** 2)


@wrong("root-mean-squared-error", "n-minus-one")
def rmse_n_minus_one(y_true, y_pred):
    with np.errstate(all="ignore"):
        return np.sqrt(((y_true - y_pred) ** 2).sum() / (np.float64(len(y_true)) - 1))


@wrong("root-mean-squared-error", "centred")
def standard_deviation(y_true, y_pred):
    return (y_true - y_pred).std()


@wrong("root-mean-squared-error", "constant")
def rmse_visible(y_true, y_pred):
    return math.sqrt(12.5)


@wrong("root-mean-squared-error", "changed-input")
def rmse_in_place(y_true, y_pred):
    y_pred -= y_true
    return np.sqrt((y_pred**2).mean())


# huber-gradient


@right("huber-gradient", "np.where")
def huber_where(y_true, y_pred, delta):
    error = y_pred - y_true
    return np.where(np.abs(error) <= delta, error, delta * np.sign(error)) / len(error)


@right("huber-gradient", "a loop and a list")
def huber_loop(y_true, y_pred, delta):
    gradient = []
    for truth, prediction in zip(y_true, y_pred):
        error = prediction - truth
        if error > delta:
            slope = delta
        elif error < -delta:
            slope = -delta
        else:
            slope = error
        gradient.append(slope / len(y_true))
    return gradient


@right("huber-gradient", "central differences, float64")
def huber_numerical(y_true, y_pred, delta):
    def losses(y):
        size = np.abs(y - y_true)
        return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))

    return (losses(y_pred + 1e-6) - losses(y_pred - 1e-6)) / 2e-6 / y_pred.size


@right("huber-gradient", "float32, minimum and maximum")
def huber_float32(y_true, y_pred, delta):
    error = (y_pred - y_true).astype(np.float32)
    return np.minimum(np.maximum(error, -delta), delta) / np.float32(len(error))


@wrong("huber-gradient", "not-averaged")
def huber_slopes(y_true, y_pred, delta):
    return np.clip(y_pred - y_true, -delta, delta)


@wrong("huber-gradient", "opposite-sign")
def huber_truth_minus_prediction(y_true, y_pred, delta):
    return np.clip(y_true - y_pred, -delta, delta) / len(y_true)


@wrong("huber-gradient", "slope-one")
def huber_unit_tails(y_true, y_pred, delta):
    error = y_pred - y_true
    return np.where(np.abs(error) < delta, error, np.sign(error)) / len(error)


@wrong("huber-gradient", "doubled")
def huber_of_squares(y_true, y_pred, delta):
    error = y_pred - y_true
    return np.where(np.abs(error) <= delta, 2 * error, delta * np.sign(error)) / len(error)


@wrong("huber-gradient", "missing-sign")
def huber_delta_beyond(y_true, y_pred, delta):
    error = y_pred - y_true
    return np.where(np.abs(error) <= delta, error, delta) / len(error)


@wrong("huber-gradient", "signed-comparison")
def huber_one_side(y_true, y_pred, delta):
    error = y_pred - y_true
    return np.where(error <= delta, error, delta) / len(error)


@wrong("huber-gradient", "zeroed")
def huber_ignores_outliers(y_true, y_pred, delta):
    error = y_pred - y_true
    return error * (np.abs(error) <= delta) / len(error)


@wrong("huber-gradient", "loss-itself")
def huber_losses(y_true, y_pred, delta):
    size = np.abs(y_pred - y_true)
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))


@wrong("huber-gradient", "averaged")
def huber_one_number(y_true, y_pred, delta):
    return np.clip(y_pred - y_true, -delta, delta).mean()


@wrong("huber-gradient", "raised")
def huber_with_if(y_true, y_pred, delta):
    error = y_pred - y_true
    if abs(error) <= delta:
        return error / len(error)
    return delta * np.sign(error) / len(error)


@wrong("huber-gradient", "mae-gradient")
def huber_sign(y_true, y_pred, delta):
    return np.sign(y_pred - y_true) / len(y_true)


# cross-entropy-from-logits


@right("cross-entropy-from-logits", "logaddexp")
def bce_logaddexp(z, y):
    return (np.logaddexp(0, z) - y * z).mean()


@right("cross-entropy-from-logits", "a loop with math")
def bce_loop(z, y):
    total = 0.0
    for logit, truth in zip(z, y):
        total += max(logit, 0) - truth * logit + math.log1p(math.exp(-abs(logit)))
    return total / len(z)


@right("cross-entropy-from-logits", "turn the sign by class, float32")
def bce_signed(z, y):
    wrongness = np.where(y == 1, -z, z).astype(np.float32)
    return np.mean(np.maximum(wrongness, 0) + np.log(1 + np.exp(-np.abs(wrongness))))


@right("cross-entropy-from-logits", "log-sum-exp of two logits")
def bce_two_logits(z, y):
    two = np.stack([np.zeros_like(z), z], axis=1)
    top = two.max(axis=1)
    total = top + np.log(np.exp(two - top[:, None]).sum(axis=1))
    return np.average(total - two[np.arange(len(z)), y.astype(int)])


@wrong("cross-entropy-from-logits", "overflow")
def bce_naive(z, y):
    p = 1 / (1 + np.exp(-z))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong("cross-entropy-from-logits", "overflow")
def bce_softplus_naive(z, y):
    return np.mean(np.log(1 + np.exp(z)) - y * z)


@wrong("cross-entropy-from-logits", "clipped")
def bce_clipped(z, y):
    p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong("cross-entropy-from-logits", "clipped")
def bce_epsilon(z, y):
    p = 1 / (1 + np.exp(-z))
    return -np.mean(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))


@wrong("cross-entropy-from-logits", "swapped-classes")
def bce_swapped(z, y):
    return np.mean(np.maximum(z, 0) - (1 - y) * z + np.log1p(np.exp(-np.abs(z))))


@wrong("cross-entropy-from-logits", "one-class-only")
def bce_true_class(z, y):
    return np.mean(y * np.logaddexp(0, -z))


@wrong("cross-entropy-from-logits", "summed")
def bce_summed(z, y):
    return np.sum(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


@wrong("cross-entropy-from-logits", "missing-absolute")
def bce_half_stable(z, y):
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-z)))


@wrong("cross-entropy-from-logits", "missing-log-term")
def hinge_like(z, y):
    return np.mean(np.maximum(z, 0) - y * z)


@wrong("cross-entropy-from-logits", "added-truth")
def bce_plus(z, y):
    return np.mean(np.maximum(z, 0) + y * z + np.log1p(np.exp(-np.abs(z))))


@wrong("cross-entropy-from-logits", "opposite-sign")
def log_likelihood(z, y):
    return np.mean(y * z - np.logaddexp(0, z))


@wrong("cross-entropy-from-logits", "logits-as-probabilities")
def bce_of_logits(z, y):
    return -np.mean(y * np.log(z) + (1 - y) * np.log(1 - z))


@wrong("cross-entropy-from-logits", "not-finite")
def bce_where_naive(z, y):
    p = 1 / (1 + np.exp(-z))
    return np.mean(np.where(y == 1, -np.log(p), -np.log(1 - p)))


# cross-entropy-gradient


@right("cross-entropy-gradient", "one entry of each row")
def softmax_minus_one(logits, labels):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)


@right("cross-entropy-gradient", "loops and lists")
def gradient_loops(logits, labels):
    rows = []
    for z, label in zip(logits.tolist(), labels.tolist()):
        powers = [math.exp(value - max(z)) for value in z]
        row = [power / sum(powers) for power in powers]
        row[label] -= 1
        rows.append([value / len(labels) for value in row])
    return rows


@right("cross-entropy-gradient", "float32 and a comparison")
def gradient_float32(logits, labels):
    z = logits.astype("float32")
    p = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
    return (p - (labels[:, None] == np.arange(z.shape[1]))) / np.float32(len(z))


@wrong("cross-entropy-gradient", "not-averaged")
def gradient_not_averaged(logits, labels):
    return softmax_minus_one(logits, labels) * len(labels)


@wrong("cross-entropy-gradient", "divided-by-size")
def gradient_mean_of_all(logits, labels):
    return softmax_minus_one(logits, labels) / logits.shape[1]


@wrong("cross-entropy-gradient", "opposite-sign")
def truth_minus_softmax(logits, labels):
    return -softmax_minus_one(logits, labels)


@wrong("cross-entropy-gradient", "missing-truth")
def only_softmax(logits, labels):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True) / len(p)


@wrong("cross-entropy-gradient", "overflow")
def gradient_naive(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return (p - np.eye(logits.shape[1])[labels]) / len(logits)


@wrong("cross-entropy-gradient", "gradient-of-probabilities")
def minus_one_over_p(logits, labels):
    with np.errstate(all="ignore"):
        p = only_softmax(logits, labels) * len(logits)
        return -np.eye(logits.shape[1])[labels] / p / len(logits)


@wrong("cross-entropy-gradient", "only-true-class")
def gradient_of_true_class(logits, labels):
    return softmax_minus_one(logits, labels) * np.eye(logits.shape[1])[labels]


@wrong("cross-entropy-gradient", "every-row")
def whole_columns(logits, labels):
    p = only_softmax(logits, labels) * len(logits)
    p[:, labels] -= 1
    return p / len(logits)


@wrong("cross-entropy-gradient", "wrong-axis")
def softmax_over_examples(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=0)
    return (p - np.eye(logits.shape[1])[labels]) / len(logits)


@wrong("cross-entropy-gradient", "softmax-over-all")
def softmax_over_the_array(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum()
    return (p - np.eye(logits.shape[1])[labels]) / len(logits)


@wrong("cross-entropy-gradient", "cut-logits")
def gradient_of_cut_logits(logits, labels):
    return softmax_minus_one(np.clip(logits, -50, 50), labels)


@wrong("cross-entropy-gradient", "largest-of-all")
def largest_of_the_batch(logits, labels):
    p = np.exp(logits - logits.max())
    return (p / p.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[labels]) / len(logits)


@wrong("cross-entropy-gradient", "labels-as-they-are")
def labels_as_one_hot(logits, labels):
    return (only_softmax(logits, labels) * len(logits) - labels) / len(logits)


# balanced-weights


@right("balanced-weights", "bincount")
def weights_bincount(labels):
    counts = np.bincount(labels)
    return labels.size / counts.size / counts


@right("balanced-weights", "a loop and a list")
def weights_loop(labels):
    labels = list(labels)
    classes = sorted(set(labels))
    return [len(labels) / (len(classes) * labels.count(c)) for c in classes]


@right("balanced-weights", "through shares, float32")
def weights_shares(labels):
    shares = np.array([(labels == k).mean() for k in range(labels.max() + 1)], dtype="float32")
    return (1 / shares) / len(shares)


@wrong("balanced-weights", "frequent-favoured")
def shares_of_classes(labels):
    return np.bincount(labels) / len(labels)


@wrong("balanced-weights", "missing-class-count")
def one_over_share(labels):
    return len(labels) / np.bincount(labels)


@wrong("balanced-weights", "not-scaled")
def one_over_count(labels):
    return 1 / np.bincount(labels)


@wrong("balanced-weights", "not-scaled")
def weights_add_up_to_one(labels):
    weights = 1 / np.bincount(labels)
    return weights / weights.sum()


@wrong("balanced-weights", "not-scaled")
def largest_class_weighs_one(labels):
    counts = np.bincount(labels)
    return counts.max() / counts


@wrong("balanced-weights", "one-minus-share")
def one_minus_share(labels):
    return 1 - np.bincount(labels) / len(labels)


@wrong("balanced-weights", "upside-down")
def fraction_upside_down(labels):
    counts = np.bincount(labels)
    return len(counts) * counts / len(labels)


@wrong("balanced-weights", "per-example")
def weight_of_each_example(labels):
    return weights_bincount(labels)[labels]


@wrong("balanced-weights", "wrong-type")
def as_keras_wants_them(labels):
    return dict(enumerate(weights_bincount(labels)))


@wrong("balanced-weights", "two-classes-only")
def two_classes_only(labels):
    positives = labels.sum()
    return np.array([len(labels) / (2 * (len(labels) - positives)), len(labels) / (2 * positives)])


# own-loss


@right("own-loss", "a parabola cut off")
def cut_parabola(error):
    return np.minimum(error**2, 9)


@right("own-loss", "Tukey's biweight")
def biweight(error):
    inside = np.abs(error) < 4.685
    return np.where(inside, 1 - (1 - (error / 4.685) ** 2) ** 3, 1)


@right("own-loss", "Cauchy's, in float32")
def cauchy(error):
    return np.log1p((np.float32(1) * error / 2.385) ** 2).astype("float32")


@right("own-loss", "a bell upside down, negative values")
def welsch(residual):
    return -np.exp(-((residual / 3) ** 2))


@wrong("own-loss", "pulled-by-outliers")
def squares(error):
    return error**2


@wrong("own-loss", "pulled-by-outliers")
def huber_wide(error):
    size = abs(error)
    return np.where(size <= 1.345, size**2 / 2, 1.345 * (size - 1.345 / 2))


@wrong("own-loss", "wasteful")
def absolute(error):
    return np.abs(error)


@wrong("own-loss", "wasteful")
def root_of_size(error):
    return np.sqrt(np.abs(error))


@wrong("own-loss", "signed")
def signed_cube(error):
    return error**3


@wrong("own-loss", "falls")
def forgets_gross_errors(error):
    return np.where(np.abs(error) < 4, error**2, 0)


@wrong("own-loss", "constant")
def no_loss(error):
    return np.zeros_like(error)


@wrong("own-loss", "wrong-shape")
def averaged(error):
    return np.mean(np.minimum(error**2, 9))


@wrong("own-loss", "raised")
def for_one_number(error):
    if abs(error) < 3:
        return error**2
    return 9


@wrong("own-loss", "changed-input")
def cuts_in_place(error):
    error[np.abs(error) > 3] = 3
    return error**2


@wrong("own-loss", "not-finite")
def logarithm_of_size(error):
    with np.errstate(all="ignore"):
        return np.log(np.abs(error))
