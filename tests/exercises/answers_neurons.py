"""Kept answers to the exercises of chapter 1."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import math

import numpy as np
from kept import right, wrong

# weighted-sum


@right("weighted-sum", "a loop over indices")
def weighted_sum_loop(x, w, b):
    z = 0
    for i in range(len(x)):
        z += x[i] * w[i]
    return z + b


@right("weighted-sum", "float32")
def weighted_sum_float32(x, w, b):
    return np.dot(x.astype("float32"), w.astype("float32")) + np.float32(b)


@right("weighted-sum", "plain Python, other names, swapped factors")
def neuron(features, weights, bias):
    return float(sum(weight * value for value, weight in zip(list(features), weights))) + bias


@right("weighted-sum", "a 0-d array, and prints")
def weighted_sum_prints(x, w, b):
    print("x is", x)
    return np.array(np.einsum("i,i->", x, w) + b)


@right("weighted-sum", "the bias as one more weight")
def weighted_sum_appended(x, w, b):
    return np.append(x, 1) @ np.append(w, b)


@wrong("weighted-sum", "missing-bias")
def no_bias(x, w, b):
    return w @ x


@wrong("weighted-sum", "subtracted-bias")
def bias_subtracted(x, w, b):
    return w @ x - b


@wrong("weighted-sum", "bias-per-feature")
def bias_in_the_loop(x, w, b):
    z = 0
    for feature, weight in zip(x, w):
        z += feature * weight + b
    return z


@wrong("weighted-sum", "not-summed")
def elementwise(x, w, b):
    return x * w + b


@wrong("weighted-sum", "averaged")
def mean_for_sum(x, w, b):
    return np.mean(x * w) + b


@wrong("weighted-sum", "added-weights")
def plus_for_times(x, w, b):
    return sum(x + w) + b


@wrong("weighted-sum", "separate-sums")
def sums_multiplied(x, w, b):
    return x.sum() * w.sum() + b


@wrong("weighted-sum", "activation-applied")
def already_a_decision(x, w, b):
    return 1 if w @ x + b > 0 else 0


@wrong("weighted-sum", "activation-applied")
def already_a_relu(x, w, b):
    return max(0, w @ x + b)


@wrong("weighted-sum", "constant")
def the_visible_example(x, w, b):
    return 1.5


@wrong("weighted-sum", "last-left-out")
def last_feature_forgotten(x, w, b):
    z = b
    for i in range(len(x) - 1):
        z += x[i] * w[i]
    return z


@wrong("weighted-sum", "opposite-sign")
def negative(x, w, b):
    return -(w @ x + b)


@wrong("weighted-sum", "wrong-shape")
def kept_as_matrix(x, w, b):
    return x.reshape(1, -1) @ w.reshape(-1, 1) + b


@wrong("weighted-sum", "raised")
def returns_too_early(x, w, b):
    for i in range(len(x) + 1):
        b = b + x[i] * w[i]
    return b


# signed-distance


@right("signed-distance", "linalg")
def distance_linalg(x, w, b):
    return (np.dot(w, x) + b) / np.linalg.norm(w)


@right("signed-distance", "plain Python")
def distance_python(x, w, b):
    length = math.sqrt(sum(weight * weight for weight in w))
    return (sum(a * c for a, c in zip(x, w)) + b) / length


@right("signed-distance", "a unit normal first")
def distance_unit_normal(x, w, b):
    length = (w @ w) ** 0.5
    return x @ (w / length) + b / length


@right("signed-distance", "sign times absolute value")
def distance_with_sign(x, w, b):
    z = w @ x + b
    return np.sign(z) * np.abs(z) / np.hypot.reduce(w)


@wrong("signed-distance", "not-normalised")
def weighted_sum_for_distance(x, w, b):
    return w @ x + b


@wrong("signed-distance", "squared-norm")
def root_forgotten(x, w, b):
    return (w @ x + b) / (w @ w)


@wrong("signed-distance", "unsigned")
def absolute_distance(x, w, b):
    return abs(w @ x + b) / np.linalg.norm(w)


@wrong("signed-distance", "bias-not-divided")
def brackets_forgotten(x, w, b):
    return w @ x / np.linalg.norm(w) + b


@wrong("signed-distance", "only-bias-divided")
def brackets_forgotten_too(x, w, b):
    return w @ x + b / np.linalg.norm(w)


@wrong("signed-distance", "wrong-norm")
def length_of_x(x, w, b):
    return (w @ x + b) / np.linalg.norm(x)


@wrong("signed-distance", "sum-of-weights")
def sum_for_length(x, w, b):
    return (w @ x + b) / np.abs(w).sum()


@wrong("signed-distance", "missing-bias")
def distance_without_bias(x, w, b):
    return w @ x / np.linalg.norm(w)


@wrong("signed-distance", "constant")
def three(x, w, b):
    return 3


@wrong("signed-distance", "opposite-sign")
def other_side(x, w, b):
    return -(w @ x + b) / np.linalg.norm(w)


# perceptron-step


@right("perceptron-step", "if and else")
def step_with_branches(w, b, x, y, learning_rate):
    prediction = 1 if x @ w + b > 0 else 0
    if prediction == y:
        return w, b
    if y == 1:
        return w + learning_rate * x, b + learning_rate
    return w - learning_rate * x, b - learning_rate


@right("perceptron-step", "lists and a list of two")
def step_with_lists(weights, bias, features, target, rate):
    z = bias
    for weight, feature in zip(weights, features):
        z += weight * feature
    error = target - (z > 0)
    return [[v + rate * error * f for v, f in zip(weights, features)], bias + rate * error]


@right("perceptron-step", "a copy changed in place")
def step_on_a_copy(w, b, x, y, learning_rate):
    w = w.copy()
    error = y - np.heaviside(w @ x + b, 0)
    w += learning_rate * error * x
    b += learning_rate * error
    return w, b


@right("perceptron-step", "float32")
def step_float32(w, b, x, y, learning_rate):
    error = np.float32(y) - np.float32(w @ x + b > 0)
    return (w + learning_rate * error * x).astype("float32"), np.float32(b + learning_rate * error)


@wrong("perceptron-step", "wrong-direction")
def prediction_minus_truth(w, b, x, y, learning_rate):
    error = int(w @ x + b > 0) - y
    return w + learning_rate * error * x, b + learning_rate * error


@wrong("perceptron-step", "wrong-direction")
def minus_the_step(w, b, x, y, learning_rate):
    error = y - int(w @ x + b > 0)
    return w - learning_rate * error * x, b - learning_rate * error


@wrong("perceptron-step", "changed-input")
def changes_w(w, b, x, y, learning_rate):
    error = y - int(w @ x + b > 0)
    w += learning_rate * error * x
    b += learning_rate * error
    return w, b


@wrong("perceptron-step", "recomputed-prediction")
def predicts_twice(w, b, x, y, learning_rate):
    w = w + learning_rate * (y - int(w @ x + b > 0)) * x
    b = b + learning_rate * (y - int(w @ x + b > 0))
    return w, b


@wrong("perceptron-step", "updates-at-zero")
def at_least_zero(w, b, x, y, learning_rate):
    error = y - int(w @ x + b >= 0)
    return w + learning_rate * error * x, b + learning_rate * error


@wrong("perceptron-step", "bias-not-updated")
def bias_stays(w, b, x, y, learning_rate):
    return w + learning_rate * (y - int(w @ x + b > 0)) * x, b


@wrong("perceptron-step", "bias-without-learning-rate")
def bias_steps_by_one(w, b, x, y, learning_rate):
    error = y - int(w @ x + b > 0)
    return w + learning_rate * error * x, b + error


@wrong("perceptron-step", "missing-learning-rate")
def rate_ignored(w, b, x, y, learning_rate):
    error = y - int(w @ x + b > 0)
    return w + error * x, b + error


@wrong("perceptron-step", "missing-input")
def input_ignored(w, b, x, y, learning_rate):
    error = y - int(w @ x + b > 0)
    return w + learning_rate * error, b + learning_rate * error


@wrong("perceptron-step", "bias-times-input")
def bias_becomes_an_array(w, b, x, y, learning_rate):
    correction = learning_rate * (y - int(w @ x + b > 0)) * x
    return w + correction, b + correction


@wrong("perceptron-step", "sum-for-prediction")
def delta_rule(w, b, x, y, learning_rate):
    error = y - (w @ x + b)
    return w + learning_rate * error * x, b + learning_rate * error


@wrong("perceptron-step", "prediction-without-bias")
def bias_not_in_prediction(w, b, x, y, learning_rate):
    error = y - int(w @ x > 0)
    return w + learning_rate * error * x, b + learning_rate * error


@wrong("perceptron-step", "missing-sign")
def always_towards_one(w, b, x, y, learning_rate):
    if (w @ x + b > 0) != y:
        w = w + learning_rate * x
        b = b + learning_rate
    return w, b


@wrong("perceptron-step", "predicts-minus-one")
def sign_for_step(w, b, x, y, learning_rate):
    error = y - np.sign(w @ x + b)
    return w + learning_rate * error * x, b + learning_rate * error


@wrong("perceptron-step", "returned-nothing")
def returns_only_corrections(w, b, x, y, learning_rate):
    error = y - int(w @ x + b > 0)
    if error != 0:
        return w + learning_rate * error * x, b + learning_rate * error


@wrong("perceptron-step", "always-updates")
def prediction_ignored(w, b, x, y, learning_rate):
    return w + learning_rate * y * x, b + learning_rate * y


@wrong("perceptron-step", "swapped-result")
def b_before_w(w, b, x, y, learning_rate):
    error = y - int(w @ x + b > 0)
    return b + learning_rate * error, w + learning_rate * error * x


@wrong("perceptron-step", "wrong-count")
def only_w(w, b, x, y, learning_rate):
    error = y - int(w @ x + b > 0)
    return w + learning_rate * error * x


@wrong("perceptron-step", "constant")
def visible_step(w, b, x, y, learning_rate):
    return np.array([0.5, 1.0]), 0.5


@wrong("perceptron-step", "argument-order")
def features_first(x, y, w, b, learning_rate):
    error = y - (np.sum(w * x) + b > 0)
    return w + learning_rate * error * x, b + learning_rate * error


# xor-network


@right("xor-network", "OR and NAND, lists")
def or_and_nand():
    return [[1, -1], [1, -1]], [-0.5, 1.5], [1, 1], -1.5


@right("xor-network", "one difference each way, integers")
def differences():
    return np.array([[1, -1], [-1, 1]]), np.array([0, 0]), np.array([1, 1]), 0


@right("xor-network", "odd numbers, a 0-d array, float32")
def odd_numbers():
    W1 = np.array([[3.7, 0.9], [2.9, 1.3]], dtype="float32")
    return W1, np.array([-0.4, -1.9]), np.array([5.5, -7]), np.array(-1.25)


@wrong("xor-network", "or-for-xor")
def only_or():
    return np.ones((2, 2)), np.array([-0.5, -0.5]), np.array([1, 1]), -0.5


@wrong("xor-network", "and-for-xor")
def only_and():
    return np.ones((2, 2)), np.array([-1.5, -1.5]), np.array([1, 1]), -0.5


@wrong("xor-network", "opposite-sign")
def equality():
    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([-1, 2]), 0.5


@wrong("xor-network", "transposed-weights")
def one_row_a_unit():
    # OR in the first row, NAND in the second; the course has units in columns
    return np.array([[1, 1], [-1, -1]]), np.array([-0.5, 1.5]), np.array([1, 1]), -1.5


@wrong("xor-network", "fires-at-zero")
def boundary_through_the_points():
    return np.ones((2, 2)), np.array([-1, -2]), np.array([1, -1]), -1


@wrong("xor-network", "wrong-shape")
def w2_as_column():
    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([[1], [-2]]), -0.5


@wrong("xor-network", "wrong-count")
def b2_forgotten():
    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([1, -2])


@wrong("xor-network", "constant-units")
def thresholds_for_biases():
    return np.ones((2, 2)), np.array([0.5, 1.5]), np.array([1, -1]), -0.5


@wrong("xor-network", "constant")
def zeros():
    return np.zeros((2, 2)), np.zeros(2), np.zeros(2), 0


@wrong("xor-network", "not-finite")
def with_nan():
    return np.full((2, 2), np.nan), np.zeros(2), np.zeros(2), 0


# dense-forward


@right("dense-forward", "loops and lists")
def dense_loops(X, W, b):
    rows = []
    for x in X:
        units = []
        for j in range(len(b)):
            z = sum(x[i] * W[i][j] for i in range(len(x))) + b[j]
            units.append(z if z > 0 else 0)
        rows.append(units)
    return rows


@right("dense-forward", "a mask")
def dense_mask(X, W, b):
    Z = np.dot(X, W) + b
    return Z * (Z > 0)


@right("dense-forward", "float32 and where")
def dense_float32(X, W, b):
    Z = X.astype("float32") @ W.astype("float32") + b.astype("float32")
    return np.where(Z < 0, np.float32(0), Z)


@right("dense-forward", "its own array changed in place")
def dense_in_place(X, W, b):
    Z = np.einsum("ni,iu->nu", X, W)
    Z += b
    Z[Z < 0] = 0
    return Z


@wrong("dense-forward", "missing-activation")
def no_relu(X, W, b):
    return X @ W + b


@wrong("dense-forward", "transposed-weights")
def weights_transposed(X, W, b):
    return np.maximum(0, X @ W.T + b)


@wrong("dense-forward", "swapped-factors")
def weights_first(X, W, b):
    return np.maximum(0, W @ X + b)


@wrong("dense-forward", "bias-after-activation")
def bias_last(X, W, b):
    return np.maximum(0, X @ W) + b


@wrong("dense-forward", "missing-bias")
def dense_without_bias(X, W, b):
    return np.maximum(0, X @ W)


@wrong("dense-forward", "minimum-for-maximum")
def minimum(X, W, b):
    return np.minimum(X @ W + b, 0)


@wrong("dense-forward", "raised")
def python_max(X, W, b):
    return max(0, X @ W + b)


@wrong("dense-forward", "sigmoid-for-relu")
def sigmoid_layer(X, W, b):
    return 1 / (1 + np.exp(-(X @ W + b)))


@wrong("dense-forward", "step-for-relu")
def step_layer(X, W, b):
    return (X @ W + b > 0) * 1


@wrong("dense-forward", "elementwise-product")
def star_for_at(X, W, b):
    return np.maximum(0, X * W + b)


@wrong("dense-forward", "bias-as-column")
def bias_as_column(X, W, b):
    return np.maximum(0, X @ W + b.reshape(-1, 1))


@wrong("dense-forward", "constant")
def visible_layer(X, W, b):
    return np.array([[2.0, 0.0]])


@wrong("dense-forward", "returned-input")
def dense_returns_input(X, W, b):
    np.maximum(0, X @ W + b)
    return X


@wrong("dense-forward", "library-call")
def dense_from_keras(X, W, b):
    # stands for keras.layers.Dense, which these tests must do without
    class layers:
        @staticmethod
        def Dense(X, W, b):
            return np.maximum(0, X @ W + b)

    return layers.Dense(X, W, b)


@wrong("weighted-sum", "first-feature-only")
def returns_inside_the_loop(x, w, b):
    z = b
    for feature, weight in zip(x, w, strict=True):
        z = z + feature * weight
        return z


@wrong("weighted-sum", "last-feature-only")
def replaces_the_sum(x, w, b):
    for feature, weight in zip(x, w, strict=True):
        z = feature * weight
    return z + b


@wrong("perceptron-step", "updates-at-zero")
def labels_minus_and_plus_one(w, b, x, y, learning_rate):
    sign = 2 * y - 1
    if sign * (w @ x + b) <= 0:
        return w + learning_rate * sign * x, b + learning_rate * sign
    return w, b


# count-parameters


@wrong("count-parameters", "missing-output-bias")
def hidden_biases_only(layer_sizes):
    return weights_only(layer_sizes) + sum(layer_sizes[1:-1])


@right("count-parameters", "a loop over indices")
def count_loop(layer_sizes):
    total = 0
    for i in range(1, len(layer_sizes)):
        total += layer_sizes[i - 1] * layer_sizes[i]
        total += layer_sizes[i]
    return total


@right("count-parameters", "NumPy")
def count_numpy(layer_sizes):
    sizes = np.array(layer_sizes)
    return np.sum((sizes[:-1] + 1) * sizes[1:])


@right("count-parameters", "recursion")
def count_recursion(layer_sizes):
    if len(layer_sizes) < 2:
        return 0
    first, second, *rest = layer_sizes
    return (first + 1) * second + count_recursion([second, *rest])


@wrong("count-parameters", "missing-bias")
def weights_only(layer_sizes):
    return sum(a * b for a, b in zip(layer_sizes, layer_sizes[1:]))


@wrong("count-parameters", "bias-per-layer")
def one_bias_a_layer(layer_sizes):
    return sum(a * b + 1 for a, b in zip(layer_sizes, layer_sizes[1:]))


@wrong("count-parameters", "bias-for-inputs")
def biases_for_inputs(layer_sizes):
    return weights_only(layer_sizes) + sum(layer_sizes)


@wrong("count-parameters", "bias-per-input")
def bias_for_each_input(layer_sizes):
    return sum(a * (b + 1) for a, b in zip(layer_sizes, layer_sizes[1:]))


@wrong("count-parameters", "last-layer-missing")
def stops_early(layer_sizes):
    total = 0
    for i in range(len(layer_sizes) - 2):
        total += (layer_sizes[i] + 1) * layer_sizes[i + 1]
    return total


@wrong("count-parameters", "first-layer-only")
def returns_in_the_loop(layer_sizes):
    total = 0
    for a, b in zip(layer_sizes, layer_sizes[1:]):
        total += (a + 1) * b
        return total


@wrong("count-parameters", "last-layer-only")
def overwrites_total(layer_sizes):
    for a, b in zip(layer_sizes, layer_sizes[1:]):
        total = (a + 1) * b
    return total


@wrong("count-parameters", "counted-units")
def sums_units(layer_sizes):
    return sum(layer_sizes)


@wrong("count-parameters", "not-whole")
def as_float(layer_sizes):
    return float(count_loop(layer_sizes))


@wrong("count-parameters", "changed-input")
def eats_its_input(layer_sizes):
    total = 0
    first = layer_sizes.pop(0)
    while layer_sizes:
        second = layer_sizes.pop(0)
        total += (first + 1) * second
        first = second
    return total


@wrong("count-parameters", "constant")
def visible_count(layer_sizes):
    return 50305


@wrong("count-parameters", "raised")
def one_too_far(layer_sizes):
    return sum((layer_sizes[i] + 1) * layer_sizes[i + 1] for i in range(len(layer_sizes)))


# better-features


@right("better-features", "ink on the left, above and below")
def left_openings(images):
    upper = images[:, 7:13, 8:13].mean(axis=(1, 2))
    lower = images[:, 15:20, 7:13].mean(axis=(1, 2))
    return np.column_stack([upper, lower])


@right("better-features", "a loop, lists, float32")
def left_half(images):
    rows = []
    for image in images:
        rows.append([np.float32(image[7:20, :13].sum()), np.float32(image[:, 14:].sum())])
    return rows


@right("better-features", "sums of pixels, not means")
def sums(images):
    left = images[..., 7:13]
    halves = left[:, 6:14].sum((1, 2)), left[:, 14:22].sum((1, 2))
    return np.stack(halves, axis=-1)


@wrong("better-features", "chapter-features")
def those_of_the_chapter(images):
    return np.column_stack([images.mean((1, 2)), images[:, 10:18, 12:16].mean((1, 2))])


@wrong("better-features", "not-better")
def top_and_bottom(images):
    return np.column_stack([images[:, :14].mean((1, 2)), images[:, 14:].mean((1, 2))])


@wrong("better-features", "wrong-shape")
def one_row_a_feature(images):
    return np.array([images[:, :, :12].mean((1, 2)), images.mean((1, 2))])


@wrong("better-features", "wrong-shape")
def one_feature(images):
    return images[:, :, :12].mean(axis=(1, 2))


@wrong("better-features", "wrong-shape")
def averaged_over_images(images):
    return images.mean(axis=(0, 1))[:2]


@wrong("better-features", "wrong-type")
def one_number_for_all_images(images):
    return [images.mean(), images.mean(axis=(1, 2))]


@wrong("better-features", "constant")
def nothing_seen(images):
    return np.zeros((len(images), 2))


@wrong("better-features", "changed-input")
def thresholds_in_place(images):
    images[images < 0.5] = 0
    return left_openings(images)


@wrong("better-features", "not-finite")
def divides_by_nothing(images):
    with np.errstate(all="ignore"):
        return np.column_stack([images.mean((1, 2)), images[:, 0].sum(1) / images[:, 0].sum(1)])
