"""Kept answers to the exercises of chapter 11."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import numpy as np
from kept import right, wrong

# trainable-parameters


@right("trainable-parameters", "a loop that counts the parts")
def loop_over_parts(parts, frozen):
    total = 0
    for number, (learned, _) in enumerate(parts):
        if number >= frozen:
            total += learned
    return total


@right("trainable-parameters", "NumPy, turned into an int")
def by_columns(parts, frozen):
    return int(np.array(parts)[frozen:, 0].sum())


@right("trainable-parameters", "recursion, other names")
def one_part_at_a_time(layers, blocks):
    if not layers:
        return 0
    first = 0 if blocks > 0 else layers[0][0]
    return first + one_part_at_a_time(layers[1:], blocks - 1)


@wrong("trainable-parameters", "statistics-counted")
def all_numbers(parts, frozen):
    return sum(learned + statistics for learned, statistics in parts[frozen:])


@wrong("trainable-parameters", "frozen-counted")
def the_frozen_ones(parts, frozen):
    return sum(learned for learned, _ in parts[:frozen])


@wrong("trainable-parameters", "nothing-frozen")
def everything(parts, frozen):
    return sum(learned for learned, _ in parts)


@wrong("trainable-parameters", "off-by-one")
def counted_from_one(parts, frozen):
    return sum(learned for learned, _ in parts[frozen + 1 :])


@wrong("trainable-parameters", "frozen-from-the-end")
def last_ones_frozen(parts, frozen):
    return sum(learned for learned, _ in parts[: len(parts) - frozen])


@wrong("trainable-parameters", "head-alone")
def only_the_head(parts, frozen):
    return parts[-1][0]


@wrong("trainable-parameters", "constant")
def visible_example(parts, frozen):
    return 24330


# head-step


@right("head-step", "loops over examples and classes, lists")
def example_by_example(H, y, W, b, learning_rate):
    W_new = [list(row) for row in W]
    b_new = list(b)
    for h, label in zip(H, y):
        z = [sum(h[i] * W[i][k] for i in range(len(h))) + b[k] for k in range(len(b))]
        powers = [np.exp(value - max(z)) for value in z]
        for k in range(len(b)):
            error = powers[k] / sum(powers) - (k == label)
            b_new[k] -= learning_rate * error / len(H)
            for i in range(len(h)):
                W_new[i][k] -= learning_rate * error * h[i] / len(H)
    return W_new, b_new


@right("head-step", "the bias as one more row, float32")
def joined(H, y, W, b, rate):
    H1 = np.column_stack([H, np.ones(len(H))]).astype("float32")
    W1 = np.vstack([W, b])
    powers = np.exp(H1 @ W1)
    P = powers / powers.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1
    W1 = W1 - rate * H1.T @ P / len(y)
    return W1[:-1], W1[-1]


@right("head-step", "einsum, a list of two")
def with_einsum(features, labels, weights, bias, eta):
    Z = np.einsum("nf,fk->nk", features, weights) + bias
    P = np.exp(Z) / np.exp(Z).sum(axis=1)[:, None]
    error = (P - (labels[:, None] == np.arange(len(bias)))) / len(labels)
    return [weights - eta * np.einsum("nf,nk->fk", features, error), bias - eta * error.sum(0)]


def _softmax(Z, axis=1):
    powers = np.exp(Z)
    return powers / powers.sum(axis=axis, keepdims=True)


def _moved(H, error, W, b, rate):
    return W - rate * H.T @ error, b - rate * error.sum(axis=0)


@wrong("head-step", "wrong-direction")
def truth_minus_prediction(H, y, W, b, rate):
    return _moved(H, (np.eye(len(b))[y] - _softmax(H @ W + b)) / len(H), W, b, rate)


@wrong("head-step", "summed")
def not_averaged(H, y, W, b, rate):
    return _moved(H, _softmax(H @ W + b) - np.eye(len(b))[y], W, b, rate)


@wrong("head-step", "mean-over-classes")
def mean_of_the_matrix(H, y, W, b, rate):
    error = _softmax(H @ W + b) - np.eye(len(b))[y]
    return _moved(H, error / error.size, W, b, rate)


@wrong("head-step", "missing-softmax")
def logits_as_predictions(H, y, W, b, rate):
    return _moved(H, (H @ W + b - np.eye(len(b))[y]) / len(H), W, b, rate)


@wrong("head-step", "softmax-over-examples")
def other_axis(H, y, W, b, rate):
    return _moved(H, (_softmax(H @ W + b, axis=0) - np.eye(len(b))[y]) / len(H), W, b, rate)


@wrong("head-step", "missing-bias-step")
def bias_stays(H, y, W, b, rate):
    return _moved(H, (_softmax(H @ W + b) - np.eye(len(b))[y]) / len(H), W, b, rate)[0], b


@wrong("head-step", "missing-bias")
def no_bias_forward(H, y, W, b, rate):
    return _moved(H, (_softmax(H @ W) - np.eye(len(b))[y]) / len(H), W, b, rate)


@wrong("head-step", "gradient-returned")
def only_gradients(H, y, W, b, rate):
    error = (_softmax(H @ W + b) - np.eye(len(b))[y]) / len(H)
    return H.T @ error, error.sum(axis=0)


@wrong("head-step", "changed-input")
def in_place(H, y, W, b, rate):
    error = (_softmax(H @ W + b) - np.eye(len(b))[y]) / len(H)
    W -= rate * H.T @ error
    b -= rate * error.sum(axis=0)
    return W, b


@wrong("head-step", "sigmoid")
def each_logit_alone(H, y, W, b, rate):
    P = 1 / (1 + np.exp(-(H @ W + b)))
    return _moved(H, (P - np.eye(len(b))[y]) / len(H), W, b, rate)


@wrong("head-step", "true-class-alone")
def only_the_true_class(H, y, W, b, rate):
    P, error = _softmax(H @ W + b), np.zeros((len(H), len(b)))
    rows = np.arange(len(H))
    error[rows, y] = (P[rows, y] - 1) / len(H)
    return _moved(H, error, W, b, rate)


@wrong("head-step", "one-by-one")
def a_step_for_each_example(H, y, W, b, rate):
    for h, label in zip(H, y):
        powers = np.exp(h @ W + b)
        error = powers / powers.sum() - (np.arange(len(b)) == label)
        W, b = W - rate * np.outer(h, error) / len(H), b - rate * error / len(H)
    return W, b


# moving-mean


@right("moving-mean", "closed form")
def weights_of_all(start, batch_means, momentum):
    n = len(batch_means)
    weights = (1 - momentum) * momentum ** np.arange(n)[::-1]
    return start * momentum**n + np.dot(weights, batch_means)


@right("moving-mean", "step towards the batch, other names")
def by_difference(mean, means, m):
    for new in means:
        mean -= (1 - m) * (mean - new)
    return np.float32(mean)


@right("moving-mean", "recursion from the end")
def from_the_end(start, batch_means, momentum):
    if len(batch_means) == 0:
        return start
    before = from_the_end(start, batch_means[:-1], momentum)
    return momentum * before + (1 - momentum) * batch_means[-1]


@wrong("moving-mean", "swapped-momentum")
def momentum_for_the_new(start, batch_means, momentum):
    for mean in batch_means:
        start = (1 - momentum) * start + momentum * mean
    return start


@wrong("moving-mean", "plain-mean")
def mean_of_means(start, batch_means, momentum):
    return np.mean(batch_means) if batch_means else start


@wrong("moving-mean", "one-step")
def one_big_step(start, batch_means, momentum):
    if not batch_means:
        return start
    return momentum * start + (1 - momentum) * np.mean(batch_means)


@wrong("moving-mean", "always-from-start")
def starts_again(start, batch_means, momentum):
    moving = start
    for mean in batch_means:
        moving = momentum * start + (1 - momentum) * mean
    return moving


@wrong("moving-mean", "rest-forgotten")
def like_momentum_of_sgd(start, batch_means, momentum):
    for mean in batch_means:
        start = momentum * start + mean
    return start


@wrong("moving-mean", "first-as-start")
def begins_at_the_first(start, batch_means, momentum):
    if not batch_means:
        return start
    moving = batch_means[0]
    for mean in batch_means[1:]:
        moving = momentum * moving + (1 - momentum) * mean
    return moving


@wrong("moving-mean", "bias-corrected")
def as_in_adam(start, batch_means, momentum):
    if not batch_means:
        return start
    for mean in batch_means:
        start = momentum * start + (1 - momentum) * mean
    return start / (1 - momentum ** len(batch_means))


# square-photo


@right("square-photo", "slices with //, NumPy's own arithmetic in float32")
def middle_in_float32(photo):
    height, width, _ = photo.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = photo[top : top + side, left : left + side].astype("float32")
    return (square - 127.5) / 127.5


@right("square-photo", "cuts one side, then interpolates the range")
def by_interp(photo):
    while photo.shape[0] != photo.shape[1]:
        axis = int(photo.shape[1] > photo.shape[0])
        spare = photo.shape[axis] - photo.shape[1 - axis]
        photo = np.take(photo, range(spare // 2, spare // 2 + photo.shape[1 - axis]), axis=axis)
    return np.interp(photo, [0, 255], [-1, 1])


@right("square-photo", "lists")
def as_lists(image):
    rows, columns = len(image), len(image[0])
    side = rows if rows < columns else columns
    row, column = (rows - side) // 2, (columns - side) // 2
    return [
        [[value / 127.5 - 1 for value in map(float, image[row + i][column + j])]
         for j in range(side)]
        for i in range(side)
    ]  # fmt: skip


def _square(photo):
    side = min(photo.shape[:2])
    top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
    return photo[top : top + side, left : left + side]


@wrong("square-photo", "zero-to-one")
def zero_to_one(photo):
    return _square(photo) / 255


@wrong("square-photo", "not-scaled")
def bytes_as_they_are(photo):
    return _square(photo)


@wrong("square-photo", "half-range")
def minus_a_half(photo):
    return _square(photo) / 255 - 0.5


@wrong("square-photo", "own-range")
def stretched(photo):
    square = _square(photo).astype(float)
    spread = max(square.max() - square.min(), 1e-9)
    return 2 * (square - square.min()) / spread - 1


@wrong("square-photo", "corner")
def upper_left(photo):
    side = min(photo.shape[:2])
    return photo[:side, :side] / 127.5 - 1


@wrong("square-photo", "not-cropped")
def only_scaled(photo):
    return photo / 127.5 - 1


@wrong("square-photo", "bytes-overflow")
def byte_arithmetic(photo):
    return (_square(photo) - np.uint8(127)) / 128


@wrong("square-photo", "bytes-overflow")
def doubled_bytes(photo):
    return 2 * _square(photo) / 255 - 1


@wrong("square-photo", "wrong-divisor")
def by_128(photo):
    return _square(photo) / 128 - 1


def _from(photo, top, left):
    side = min(photo.shape[:2])
    return photo[top : top + side, left : left + side] / 127.5 - 1


@wrong("square-photo", "rounded-up")
def skips_the_larger_half(photo):
    spare = np.array(photo.shape[:2]) - min(photo.shape[:2])
    return _from(photo, *np.ceil(spare / 2).astype(int))


@wrong("square-photo", "rounded-up")
def rounds_to_even(photo):
    height, width = photo.shape[:2]
    side = min(height, width)
    return _from(photo, round((height - side) / 2), round((width - side) / 2))


@wrong("square-photo", None)
def halves_each_length(photo):
    half = min(photo.shape[:2]) // 2
    return _from(photo, photo.shape[0] // 2 - half, photo.shape[1] // 2 - half)


@wrong("square-photo", "not-square")
def the_same_from_both_ends(photo):
    height, width = photo.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return photo[top : height - top, left : width - left] / 127.5 - 1
