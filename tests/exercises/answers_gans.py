"""Kept answers to the exercises of chapter 8."""

# Learners write zip(x, y), so these answers do.
# ruff: noqa: B905

import math

import numpy as np
from kept import right, wrong

# reconstruction-errors


@right("reconstruction-errors", "a loop over the rows")
def errors_loop(X, X_hat):
    errors = []
    for row, made in zip(X, X_hat):
        errors.append(sum((a - b) ** 2 for a, b in zip(row, made)) / len(row))
    return errors


@right("reconstruction-errors", "float32 and einsum")
def errors_einsum(X, X_hat):
    difference = (X - X_hat).astype("float32")
    return np.einsum("ij,ij->i", difference, difference) / X.shape[1]


@right("reconstruction-errors", "other names, expanded square")
def errors_expanded(pictures, copies):
    products = 2 * (pictures * copies).mean(1)
    return (pictures**2).mean(1) - products + (copies**2).mean(1)


@wrong("reconstruction-errors", "one-number")
def errors_of_the_batch(X, X_hat):
    return ((X - X_hat) ** 2).mean()


@wrong("reconstruction-errors", "per-pixel")
def errors_axis_zero(X, X_hat):
    return ((X - X_hat) ** 2).mean(axis=0)


@wrong("reconstruction-errors", "summed")
def errors_summed(X, X_hat):
    return ((X - X_hat) ** 2).sum(axis=1)


@wrong("reconstruction-errors", "absolute")
def errors_absolute(X, X_hat):
    return abs(X - X_hat).mean(axis=1)


@wrong("reconstruction-errors", "length")
def errors_norm(X, X_hat):
    return np.linalg.norm(X - X_hat, axis=1)


@wrong("reconstruction-errors", "root")
def errors_root(X, X_hat):
    return [math.sqrt(value) for value in ((X - X_hat) ** 2).mean(axis=1)]


@wrong("reconstruction-errors", "not-averaged")
def errors_of_pixels(X, X_hat):
    return (X - X_hat) ** 2


@wrong("reconstruction-errors", None)
def errors_of_28_by_28(X, X_hat):
    return ((X - X_hat) ** 2).sum(axis=1) / 784


# area-under-roc


@right("area-under-roc", "two loops")
def area_loops(normal, anomalous):
    points = 0
    for low in normal:
        for high in anomalous:
            points += 1 if high > low else 0.5 if high == low else 0
    return points / (len(normal) * len(anomalous))


@right("area-under-roc", "ranks")
def area_ranks(normal, anomalous):
    order = np.sort(normal)
    below = np.searchsorted(order, anomalous, side="left")
    not_above = np.searchsorted(order, anomalous, side="right")
    return (below + not_above).mean() / (2 * len(normal))


@right("area-under-roc", "the mean of signs, float32")
def area_signs(x, y):
    return np.float32(0.5 + 0.5 * np.sign(np.subtract.outer(y, x)).mean())


@right("area-under-roc", "trapezoids under the curve")
def area_trapezoids(normal, anomalous):
    levels = np.unique(np.concatenate([normal, anomalous]))[::-1]
    false_alarms = [0.0] + [np.mean(normal >= level) for level in levels]
    found = [0.0] + [np.mean(anomalous >= level) for level in levels]
    area = 0.0
    for i in range(1, len(found)):
        area += (false_alarms[i] - false_alarms[i - 1]) * (found[i] + found[i - 1]) / 2
    return area


@wrong("area-under-roc", "swapped")
def area_swapped(normal, anomalous):
    return area_signs(anomalous, normal)


@wrong("area-under-roc", "ties-lost")
def area_strict(normal, anomalous):
    return (anomalous[:, None] > normal).mean()


@wrong("area-under-roc", "ties-won")
def area_at_least(normal, anomalous):
    return (anomalous[:, None] >= normal).mean()


@wrong("area-under-roc", "not-averaged")
def area_counts(normal, anomalous):
    return area_loops(normal, anomalous) * len(normal) * len(anomalous)


@wrong("area-under-roc", "compared-with-the-mean")
def area_above_the_mean(normal, anomalous):
    return np.mean(anomalous > np.mean(normal))


@wrong("area-under-roc", "in-given-order")
def area_side_by_side(normal, anomalous):
    wins = [1.0 if a > n else 0.5 if a == n else 0.0 for n, a in zip(normal, anomalous)]
    return sum(wins) / len(wins)


@wrong("area-under-roc", "constant")
def area_half(normal, anomalous):
    return 0.5


# optimal-discriminator


@wrong("reconstruction-errors", "signed-mean")
def errors_not_squared(X, X_hat):
    return (X - X_hat).mean(axis=1)


@wrong("reconstruction-errors", "square-of-mean")
def errors_squared_late(X, X_hat):
    return (X.mean(axis=1) - X_hat.mean(axis=1)) ** 2


@wrong("area-under-roc", "difference-of-means")
def area_gap(normal, anomalous):
    return np.mean(anomalous) - np.mean(normal)


@wrong("optimal-discriminator", "normalised-first")
def best_normalised(p_data, p_model):
    return p_data / p_data.sum()


@wrong("generator-gradient", "saturating-not-averaged")
def gradient_of_the_other_summed(logits):
    return -1 / (1 + np.exp(-logits))


@wrong("generator-gradient", "sigmoid-slope")
def gradient_without_logarithm(logits):
    s = 1 / (1 + np.exp(-logits))
    return -s * (1 - s) / len(logits)


@wrong("covered-modes", "share")
def covered_share(samples, centres, radius, least):
    return covered_loops(samples, centres, radius, least) / len(centres)


@right("optimal-discriminator", "the sigmoid of the difference of logarithms")
def best_from_logits(p_data, p_model):
    with np.errstate(divide="ignore"):
        return 1 / (1 + np.exp(np.log(p_model) - np.log(p_data)))


@right("optimal-discriminator", "one minus the other")
def best_complement(real, made):
    return 1 - made / (made + real)


@right("optimal-discriminator", "a list, point by point")
def best_list(p_data, p_model):
    return [float(p) / float(p + q) for p, q in zip(p_data, p_model)]


@wrong("optimal-discriminator", "swapped")
def best_swapped(p_data, p_model):
    return p_model / (p_data + p_model)


@wrong("optimal-discriminator", "data-alone")
def best_only_data(p_data, p_model):
    return p_data


@wrong("optimal-discriminator", "ratio")
def best_ratio(p_data, p_model):
    with np.errstate(divide="ignore"):
        return p_data / p_model


@wrong("optimal-discriminator", "sigmoid-of-difference")
def best_sigmoid(p_data, p_model):
    return 1 / (1 + np.exp(p_model - p_data))


@wrong("optimal-discriminator", "hard-decision")
def best_decision(p_data, p_model):
    return 0.5 + 0.5 * np.sign(p_data - p_model)


@wrong("optimal-discriminator", "difference")
def best_difference(p_data, p_model):
    return p_data - p_model


@wrong("optimal-discriminator", "all-points-together")
def best_of_all(p_data, p_model):
    return p_data / np.sum(p_data + p_model)


@wrong("optimal-discriminator", None)
def best_squares(p_data, p_model):
    return p_data**2 / (p_data**2 + p_model**2)


# generator-gradient


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


@right("generator-gradient", "target one: probability minus one")
def gradient_target(logits):
    return (_sigmoid(logits) - 1) / np.size(logits)


@right("generator-gradient", "the sigmoid of the negative, a loop")
def gradient_loop(logits):
    return [-1 / (1 + math.exp(z)) / len(logits) for z in logits]


@right("generator-gradient", "central differences")
def gradient_numeric(logits):
    h = 1e-5
    rise = np.logaddexp(0, -(logits + h)) - np.logaddexp(0, -(logits - h))
    return rise / (2 * h) / len(logits)


@wrong("generator-gradient", "saturating")
def gradient_saturating(logits):
    return -_sigmoid(logits) / len(logits)


@wrong("generator-gradient", "opposite-sign")
def gradient_ascent(logits):
    return (1 - _sigmoid(logits)) / len(logits)


@wrong("generator-gradient", "not-averaged")
def gradient_summed(logits):
    return _sigmoid(logits) - 1


@wrong("generator-gradient", "towards-zero")
def gradient_of_the_discriminator(logits):
    return _sigmoid(logits) / len(logits)


@wrong("generator-gradient", "with-respect-to-probability")
def gradient_stopped_early(logits):
    return -1 / _sigmoid(logits) / len(logits)


@wrong("generator-gradient", "averaged")
def gradient_mean(logits):
    return -np.mean(1 - _sigmoid(logits))


@wrong("generator-gradient", "loss-of-each")
def gradient_is_loss(logits):
    return -np.log(_sigmoid(logits)) / len(logits)


# covered-modes


@right("covered-modes", "two loops")
def covered_loops(samples, centres, radius, least):
    covered = 0
    for centre in centres:
        near = sum(math.dist(sample, centre) < radius for sample in samples)
        covered += near >= least
    return covered


@right("covered-modes", "squares compared with the radius squared")
def covered_squares(samples, centres, radius, least):
    squares = ((centres[:, None, :] - samples[None]) ** 2).sum(-1)
    return int(np.count_nonzero((squares < radius * radius).sum(1) >= least))


@wrong("covered-modes", "nearest-only")
def covered_nearest(points, modes, r, enough):
    distances = np.hypot(*(points[:, None] - modes).transpose(2, 0, 1))
    nearest = distances.argmin(1)[distances.min(1) < r]
    return sum(np.bincount(nearest, minlength=len(modes)) >= enough)


@wrong("covered-modes", "one-is-enough")
def covered_by_one(samples, centres, radius, least):
    return covered_loops(samples, centres, radius, 1)


@wrong("covered-modes", "more-than-least")
def covered_strictly(samples, centres, radius, least):
    return covered_loops(samples, centres, radius, least + 1)


@wrong("covered-modes", "no-radius")
def covered_any_distance(samples, centres, radius, least):
    nearest = np.linalg.norm(samples[:, None] - centres, axis=2).argmin(axis=1)
    return sum(np.bincount(nearest, minlength=len(centres)) >= least)


@wrong("covered-modes", "squared-distance")
def covered_no_root(samples, centres, radius, least):
    squares = ((samples[:, None] - centres) ** 2).sum(axis=2)
    return ((squares < radius).sum(axis=0) >= least).sum()


@wrong("covered-modes", "each-coordinate")
def covered_square(samples, centres, radius, least):
    near = (abs(samples[:, None] - centres) < radius).all(axis=2)
    return (near.sum(axis=0) >= least).sum()


@wrong("covered-modes", "counts-samples")
def covered_samples(samples, centres, radius, least):
    distances = np.linalg.norm(samples[:, None] - centres, axis=2)
    return (distances.min(axis=1) < radius).sum()


@wrong("covered-modes", "not-counted")
def covered_counts(samples, centres, radius, least):
    return (np.linalg.norm(samples[:, None] - centres, axis=2) < radius).sum(axis=0)


# sixteen-modes: trained generators are tried in the chapter; these are functions of the noise


def _to_share(noise):
    """Standard normal numbers as numbers spread evenly from 0 to 1."""
    return np.vectorize(lambda z: 0.5 * (1 + math.erf(z / math.sqrt(2))))(noise)


@right("sixteen-modes", "a generator without a network: exact steps")
def grid_by_hand(noise):
    return 1.5 * np.floor(4 * np.clip(_to_share(noise), 0, 0.999)) - 2.25


@right("sixteen-modes", "steps with a rest of the noise, as float32")
def grid_with_spread(noise):
    rest = 4 * np.clip(_to_share(noise), 0, 0.999) % 1
    return (grid_by_hand(noise) + 0.4 * (rest - 0.5)).astype("float32")


@right("sixteen-modes", "one of 16 modes forgotten, as a list")
def grid_almost(noise):
    points = grid_by_hand(noise)
    points[(points == 2.25).all(axis=1)] = 0.75
    return points.tolist()


@wrong("sixteen-modes", "not-from-noise")
def grid_of_real_points(noise):
    return grid_by_hand(np.random.default_rng().normal(size=np.shape(noise)))


@wrong("sixteen-modes", "not-from-noise")
def grid_in_turn(noise):
    return grid_by_hand(np.random.default_rng(0).normal(size=np.shape(noise)))


@wrong("sixteen-modes", "noise-itself")
def grid_noise(noise):
    return noise


@wrong("sixteen-modes", "one-point")
def grid_collapsed(noise):
    return np.zeros_like(noise) + [0.75, -0.75]


@wrong("sixteen-modes", "collapsed")
def grid_few(noise):
    return 0.75 * np.sign(noise)


@wrong("sixteen-modes", "missing-modes")
def grid_no_corners(noise):
    points = grid_by_hand(noise)
    return np.where((abs(points) == 2.25).all(axis=1, keepdims=True), 0.75, points)


@wrong("sixteen-modes", "smeared")
def grid_between(noise):
    points = grid_by_hand(noise)
    points[: 3 * len(points) // 5] += 0.75
    return points


@wrong("sixteen-modes", "wrong-shape")
def grid_of_another_size(noise):
    return np.concatenate([grid_by_hand(noise)] * 2)
