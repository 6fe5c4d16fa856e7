"""Kept answers to the exercises of chapter 10."""

# Learners write zip(a, b), so these answers do.
# ruff: noqa: B905

import keras  # here: loading it inside an answer would count as that answer's time
import numpy as np
from kept import right, wrong

# weight-penalty


@wrong("weight-penalty", "raised")
def weight_by_weight(W, l1, l2):
    total = 0.0
    for row in W:
        for weight in row:
            total += l1 * abs(weight) + l2 * weight * weight
    return total


@right("weight-penalty", "norms, other names, an array without axes")
def by_norms(weights, a, b):
    flat = np.ravel(weights)
    return np.asarray(a * np.linalg.norm(flat, 1) + b * np.linalg.norm(flat) ** 2)


@right("weight-penalty", "products of vectors, float32")
def by_products(W, l1, l2):
    flat = W.astype("float32").ravel()
    return l1 * (np.sign(flat) @ flat) + l2 * (flat @ flat)


@wrong("weight-penalty", "signed")
def without_absolute_values(W, l1, l2):
    return l1 * np.sum(W) + l2 * np.sum(W**2)


@wrong("weight-penalty", "signed")
def absolute_value_of_the_sum(W, l1, l2):
    return l1 * abs(np.sum(W)) + l2 * np.sum(W**2)


@wrong("weight-penalty", "halved")
def half_the_squares(W, l1, l2):
    return l1 * np.abs(W).sum() + 0.5 * l2 * np.square(W).sum()


@wrong("weight-penalty", "averaged")
def means(W, l1, l2):
    return l1 * np.mean(np.abs(W)) + l2 * np.mean(W**2)


@wrong("weight-penalty", "length")
def the_norm_itself(W, l1, l2):
    return l1 * np.abs(W).sum() + l2 * np.linalg.norm(W)


@wrong("weight-penalty", "square-of-sum")
def squared_sum(W, l1, l2):
    return l1 * np.abs(W).sum() + l2 * W.sum() ** 2


@wrong("weight-penalty", "swapped")
def strengths_exchanged(W, l1, l2):
    return by_norms(W, l2, l1)


@wrong("weight-penalty", "library-call")
def the_library(W, l1, l2):
    return float(keras.regularizers.L1L2(l1, l2)(W.astype("float32")))


@wrong("weight-penalty", "matrix-norm")
def largest_column(W, l1, l2):
    return l1 * np.linalg.norm(W, 1) + l2 * np.linalg.norm(W) ** 2


@wrong("weight-penalty", "matrix-norm")
def largest_singular_value(W, l1, l2):
    return l1 * np.abs(W).sum() + l2 * np.linalg.norm(W, ord=2) ** 2


# soft-threshold


@right("soft-threshold", "three cases by hand, a nested list")
def case_by_case(W, threshold):
    def move(weight):
        if weight > threshold:
            return weight - threshold
        if weight < -threshold:
            return weight + threshold
        return 0.0

    return np.array([move(weight) for weight in W.ravel()]).reshape(W.shape).tolist()


@right("soft-threshold", "takes off what clipping would leave")
def minus_the_clipped(W, threshold):
    return W - np.clip(W, -threshold, threshold)


@right("soft-threshold", "two ReLUs, float32")
def two_relus(W, threshold):
    W = np.asarray(W, "float32")
    return np.maximum(W - threshold, 0) - np.maximum(-W - threshold, 0)


@wrong("soft-threshold", "past-zero")
def plain_gradient_step(W, threshold):
    return W - threshold * np.sign(W)


@wrong("soft-threshold", "hard-threshold")
def cut_off(W, threshold):
    return np.where(np.abs(W) < threshold, 0, W)


@wrong("soft-threshold", "positive-only")
def relu_alone(W, threshold):
    return np.maximum(W - threshold, 0)


@wrong("soft-threshold", "sign-lost")
def all_positive(W, threshold):
    return np.maximum(np.abs(W) - threshold, 0)


@wrong("soft-threshold", "shrunk-in-proportion")
def decay(W, threshold):
    return (1 - threshold) * W


@wrong("soft-threshold", "clipped")
def clip(W, threshold):
    return np.clip(W, -threshold, threshold)


@wrong("soft-threshold", "changed-input")
def in_place(W, threshold):
    W -= np.clip(W, -threshold, threshold)
    return W


@right("soft-threshold", "one clip for each sign")
def by_two_clips(W, threshold):
    return np.where(W > 0, np.maximum(W - threshold, 0), np.minimum(W + threshold, 0))


@wrong("soft-threshold", "past-zero")
def up_or_down(W, threshold):
    return np.where(W > 0, W - threshold, W + threshold)


@wrong("soft-threshold", "negative-away")
def down_in_any_case(W, threshold):
    return np.where(np.abs(W) < threshold, 0, W - threshold)


# dropout


@right("dropout", "a mask of 0 and 1, multiplied")
def by_mask(x, rate, random, training):
    if not training:
        return x
    mask = (random >= rate).astype(float)
    return x * mask / (1 - rate)


@right("dropout", "element by element, a nested list, other names")
def one_by_one(values, p, u, on):
    if not on:
        return np.copy(values)
    flat = [v / (1 - p) if r >= p else 0 for v, r in zip(values.ravel(), u.ravel())]
    return np.reshape(flat, values.shape).tolist()


@right("dropout", "in a copy, float32")
def in_a_copy(x, rate, random, training):
    y = np.array(x, dtype="float32")
    if training:
        y[random < rate] = 0
        y /= 1 - rate
    return y


@wrong("dropout", "not-scaled")
def dropped_only(x, rate, random, training):
    return x * (random >= rate) if training else x


@wrong("dropout", "scaled-at-test")
def first_form(x, rate, random, training):
    return x * (random >= rate) if training else x * (1 - rate)


@wrong("dropout", "always-on")
def training_ignored(x, rate, random, training):
    return x * (random >= rate) / (1 - rate)


@wrong("dropout", "scaled-by-rate")
def divided_by_rate(x, rate, random, training):
    with np.errstate(all="ignore"):
        return np.where(random >= rate, x / max(rate, 1e-300), 0) if training else x


@wrong("dropout", "kept-and-dropped-swapped")
def other_way_round(x, rate, random, training):
    return np.where(random < rate, x / (1 - rate), 0) if training else x


@wrong("dropout", "multiplied")
def made_smaller(x, rate, random, training):
    return x * (random >= rate) * (1 - rate) if training else x


@wrong("dropout", "training-inverted")
def modes_exchanged(x, rate, random, training):
    return x if training else x * (random >= rate) / (1 - rate)


@wrong("dropout", "changed-input")
def into_the_input(x, rate, random, training):
    if training:
        x[random < rate] = 0
        x /= 1 - rate
    return x


@right("dropout", "the mode as an exponent")
def by_power(x, rate, random, training):
    return x * ((random >= rate) / (1 - rate)) ** int(training)


# early-stopping


@right("early-stopping", "a count of bad epochs, as Keras keeps it")
def counting(val_losses, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(val_losses, start=1):
        waited += 1
        if loss < best:
            best, best_epoch, waited = loss, epoch, 0
        if waited >= patience:
            break
    return epoch, best_epoch


@right("early-stopping", "looks back over a window, NumPy's integers")
def looking_back(losses, wait):
    losses = np.array(losses)
    for epoch in range(1, len(losses) + 1):
        best = np.argmin(losses[:epoch])
        if epoch - 1 - best >= wait:
            return np.int64(epoch), best + 1
    return np.int64(len(losses)), np.argmin(losses) + 1


@right("early-stopping", "recursion, a list")
def recursive(val_losses, patience, epoch=1, best=1):
    if epoch - best >= patience or epoch == len(val_losses):
        return [epoch, best]
    better = val_losses[epoch] < val_losses[best - 1]
    return recursive(val_losses, patience, epoch + 1, epoch + 1 if better else best)


@right("early-stopping", "both in one array, of floats")
def in_one_array(val_losses, patience):
    return np.array(counting(val_losses, patience), dtype=float)


@wrong("early-stopping", "no-stop")
def in_hindsight(val_losses, patience):
    return len(val_losses), int(np.argmin(val_losses)) + 1


@wrong("early-stopping", "last-epoch-as-best")
def nothing_restored(val_losses, patience):
    return (counting(val_losses, patience)[0],) * 2


@wrong("early-stopping", "one-too-patient")
def more_than_patience(val_losses, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < best:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited > patience:
            return epoch, best_epoch
    return len(val_losses), best_epoch


@wrong("early-stopping", "against-the-epoch-before")
def rises_in_a_row(val_losses, patience):
    rises = 0
    for epoch in range(1, len(val_losses)):
        rises = rises + 1 if val_losses[epoch] >= val_losses[epoch - 1] else 0
        if rises == patience:
            return epoch + 1, int(np.argmin(val_losses[: epoch + 1])) + 1
    return len(val_losses), int(np.argmin(val_losses)) + 1


@wrong("early-stopping", "count-not-reset")
def never_forgets(val_losses, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        else:
            waited += 1
        if waited >= patience:
            return epoch, best_epoch
    return len(val_losses), best_epoch


@wrong("early-stopping", "counted-from-zero")
def from_zero(val_losses, patience):
    epochs, best = counting(val_losses, patience)
    return epochs, best - 1


@wrong("early-stopping", "ties-count")
def an_equal_loss_is_better(val_losses, patience):
    best, best_epoch = float("inf"), 0
    for epoch, loss in enumerate(val_losses, start=1):
        if loss <= best:
            best, best_epoch = loss, epoch
        if epoch - best_epoch >= patience:
            break
    return epoch, best_epoch


@wrong("early-stopping", "ties-skipped")
def an_equal_loss_is_not_worse(val_losses, patience):
    best_epoch, worse = 1, 0
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < val_losses[best_epoch - 1]:
            best_epoch, worse = epoch, 0
        elif loss > val_losses[best_epoch - 1]:
            worse += 1
        if worse == patience:
            return epoch, best_epoch
    return len(val_losses), best_epoch


@wrong("early-stopping", "one-too-impatient")
def less_than_patience(val_losses, patience):
    best, best_epoch = float("inf"), 0
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch + 1 >= patience:
            return epoch, best_epoch
    return len(val_losses), best_epoch


@wrong("early-stopping", "best-never-run")
def best_in_hindsight(val_losses, patience):
    return counting(val_losses, patience)[0], int(np.argmin(val_losses)) + 1


# shift-image


@right("shift-image", "pixel by pixel, a nested list")
def pixel_by_pixel(image, down, right):
    height, width = image.shape
    moved = [[0.0] * width for _ in range(height)]
    for row in range(height):
        for column in range(width):
            if 0 <= row - down < height and 0 <= column - right < width:
                moved[row][column] = image[row - down, column - right]
    return moved


@wrong("shift-image", "wrong-shape")
def padded(picture, rows, columns):
    height, width = picture.shape
    large = np.pad(picture.astype("float32"), ((height, height), (width, width)))
    top, left = height - rows, width - columns
    return large[top : top + height, left : left + width]


@right("shift-image", "products with shifted identities")
def by_matrices(image, down, right):
    height, width = image.shape
    return np.eye(height, k=-down) @ image @ np.eye(width, k=right)


@wrong("shift-image", "wraps-around")
def rolled(image, down, right):
    return np.roll(image, shift=(down, right), axis=(0, 1))


@wrong("shift-image", "swapped")
def axes_exchanged(image, down, right):
    return padded(image, right, down)


@wrong("shift-image", "other-direction")
def the_other_way(image, down, right):
    return padded(image, -down, -right)


@wrong("shift-image", "upwards")
def up(image, down, right):
    return padded(image, -down, right)


@wrong("shift-image", "edge-repeated")
def with_the_edge(image, down, right):
    margin = max(image.shape)
    large = np.pad(image, margin, mode="edge")
    top, left = margin - down, margin - right
    return large[top : top + image.shape[0], left : left + image.shape[1]]


@wrong("shift-image", "changed-input")
def erases_the_input(image, down, right):
    moved = padded(image, down, right)
    image[:] = 0
    return moved


@right("shift-image", "rolled, then blanked by sign")
def rolled_and_blanked(image, down, right):
    moved = np.roll(image, (down, right), axis=(0, 1))
    for lines, shift in ((moved, down), (moved.T, right)):
        if shift > 0:
            lines[:shift] = 0
        elif shift < 0:
            lines[shift:] = 0
    return moved


@wrong("shift-image", "negative-slice")
def blanked_from_the_start(image, down, right):
    moved = np.roll(np.roll(image, down, axis=0), right, axis=1)
    moved[:down, :] = 0
    moved[:, :right] = 0
    return moved


@wrong("shift-image", "leftwards")
def to_the_left(image, down, right):
    return padded(image, down, -right)


# batch-norm


@right("batch-norm", "feature by feature, a nested list")
def column_by_column(X, gamma, beta, epsilon):
    columns = []
    for column, scale, shift in zip(X.T, gamma, beta):
        mean = sum(column) / len(column)
        variance = sum((value - mean) ** 2 for value in column) / len(column)
        columns.append([scale * (v - mean) / (variance + epsilon) ** 0.5 + shift for v in column])
    return [list(row) for row in zip(*columns)]


@right("batch-norm", "mean of squares minus square of mean")
def by_moments(X, gamma, beta, epsilon):
    mean = X.mean(0)
    variance = (X * X).mean(0) - mean * mean
    scale = gamma / np.sqrt(variance + epsilon)
    return X * scale + (beta - mean * scale)


@right("batch-norm", "transposed, float32, other names")
def transposed(batch, g, b, eps):
    Z = batch.astype("float32").T
    Z = (Z - Z.mean(1)[:, None]) / (Z.var(1)[:, None] + eps) ** 0.5
    return (g[:, None] * Z + b[:, None]).T


@wrong("batch-norm", "over-features")
def layer_norm(X, gamma, beta, epsilon):
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma * (X - mean) / np.sqrt(variance + epsilon) + beta


@wrong("batch-norm", "over-everything")
def one_mean(X, gamma, beta, epsilon):
    return gamma * (X - X.mean()) / np.sqrt(X.var() + epsilon) + beta


@wrong("batch-norm", "sample-variance")
def unbiased(X, gamma, beta, epsilon):
    return gamma * (X - X.mean(0)) / np.sqrt(X.var(0, ddof=1) + epsilon) + beta


@wrong("batch-norm", "variance-as-spread")
def without_the_root(X, gamma, beta, epsilon):
    return gamma * (X - X.mean(0)) / (X.var(0) + epsilon) + beta


@wrong("batch-norm", "epsilon-outside")
def epsilon_beside_the_root(X, gamma, beta, epsilon):
    with np.errstate(all="ignore"):
        return gamma * (X - X.mean(0)) / (X.std(0) + epsilon) + beta


@wrong("batch-norm", "no-epsilon")
def division_by_zero(X, gamma, beta, epsilon):
    with np.errstate(all="ignore"):
        return gamma * (X - X.mean(0)) / X.std(0) + beta


@wrong("batch-norm", "no-scale")
def standardised(X, gamma, beta, epsilon):
    return (X - X.mean(0)) / np.sqrt(X.var(0) + epsilon)


@wrong("batch-norm", "shifted-first")
def beta_before_gamma(X, gamma, beta, epsilon):
    return gamma * (standardised(X, gamma, beta, epsilon) + beta)


@wrong("batch-norm", "no-gamma")
def only_shifted(X, gamma, beta, epsilon):
    return standardised(X, gamma, beta, epsilon) + beta


@wrong("batch-norm", "no-beta")
def only_scaled(X, gamma, beta, epsilon):
    return gamma * standardised(X, gamma, beta, epsilon)


# fold-batch-norm


@right("fold-batch-norm", "a diagonal matrix")
def by_diagonal(W, b, gamma, beta, mean, variance, epsilon):
    D = np.diag(gamma / np.sqrt(variance + epsilon))
    return W @ D, (b - mean) @ D + beta


@right("fold-batch-norm", "found by asking the two layers")
def by_asking(W, b, gamma, beta, mean, variance, epsilon):
    def both_layers(X):
        return gamma * (X @ W + b - mean) / np.sqrt(variance + epsilon) + beta

    bias = both_layers(np.zeros(len(W)))
    return both_layers(np.eye(len(W))) - bias, bias


@right("fold-batch-norm", "unit by unit, lists")
def unit_by_unit(W, b, gamma, beta, mean, variance, epsilon):
    scales = [g / (v + epsilon) ** 0.5 for g, v in zip(gamma, variance)]
    rows = [[weight * scale for weight, scale in zip(row, scales)] for row in W]
    return rows, [s * (x - m) + y for s, x, m, y in zip(scales, b, mean, beta)]


@wrong("fold-batch-norm", "bias-not-scaled")
def old_bias_as_it_was(W, b, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return W * scale, b + beta - mean * scale


@wrong("fold-batch-norm", "mean-forgotten")
def no_mean(W, b, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return W * scale, b * scale + beta


@wrong("fold-batch-norm", "bias-forgotten")
def no_bias(W, b, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return W * scale, beta - mean * scale


@wrong("fold-batch-norm", "beta-scaled")
def beta_too_early(W, b, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return W * scale, (b - mean + beta) * scale


@wrong("fold-batch-norm", "variance-as-spread")
def by_the_variance(W, b, gamma, beta, mean, variance, epsilon):
    scale = gamma / (variance + epsilon)
    return W * scale, (b - mean) * scale + beta


@wrong("fold-batch-norm", "epsilon-forgotten")
def no_epsilon(W, b, gamma, beta, mean, variance, epsilon):
    return by_diagonal(W, b, gamma, beta, mean, variance, 0)


@wrong("fold-batch-norm", "swapped-result")
def bias_first(W, b, gamma, beta, mean, variance, epsilon):
    return by_diagonal(W, b, gamma, beta, mean, variance, epsilon)[::-1]


@wrong("fold-batch-norm", "gamma-forgotten")
def no_gamma(W, b, gamma, beta, mean, variance, epsilon):
    return by_diagonal(W, b, np.ones_like(gamma), beta, mean, variance, epsilon)


@wrong("fold-batch-norm", "beta-forgotten")
def no_beta(W, b, gamma, beta, mean, variance, epsilon):
    return by_diagonal(W, b, gamma, 0, mean, variance, epsilon)


@wrong("fold-batch-norm", "weights-not-scaled")
def weights_as_they_were(W, b, gamma, beta, mean, variance, epsilon):
    return W, by_diagonal(W, b, gamma, beta, mean, variance, epsilon)[1]
