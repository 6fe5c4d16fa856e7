"""Kept answers to the exercises of chapter 9."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import math

import numpy as np
from kept import right, wrong


def softmax(scores):
    exponentials = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


# soft-lookup


@right("soft-lookup", "loops over keys and features, plain numbers")
def lookup_loops(query, keys, values):
    scores = [sum(a * b for a, b in zip(query, key)) / math.sqrt(len(query)) for key in keys]
    largest = max(scores)
    exponentials = [math.exp(score - largest) for score in scores]
    mixed = [0.0] * len(values[0])
    for exponential, value in zip(exponentials, values):
        for feature, number in enumerate(value):
            mixed[feature] += exponential / sum(exponentials) * number
    return mixed


@right("soft-lookup", "scales the query first, float32")
def lookup_scaled_query(q, K, V):
    q = np.asarray(q, "float32") * np.float32(q.shape[0] ** -0.5)
    weights = softmax(np.einsum("d,md->m", q, K))
    return np.einsum("m,mv->v", weights, V)


@right("soft-lookup", "as matrices of one row")
def lookup_matrix(query, keys, values):
    Q = query[None]
    A = softmax(Q @ keys.T / keys.shape[1] ** 0.5)
    return (A @ values)[0]


@wrong("soft-lookup", "not-scaled")
def lookup_unscaled(query, keys, values):
    return softmax(keys @ query) @ values


@wrong("soft-lookup", "divided-by-width")
def lookup_divided_by_d(query, keys, values):
    return softmax(keys @ query / len(query)) @ values


@wrong("soft-lookup", "divided-by-count")
def lookup_len_of_keys(query, keys, values):
    return softmax(keys @ query / np.sqrt(len(keys))) @ values


@wrong("soft-lookup", "divided-by-value-width")
def lookup_width_of_values(query, keys, values):
    return softmax(keys @ query / np.sqrt(values.shape[-1])) @ values


@wrong("soft-lookup", "hard-lookup")
def lookup_best(query, keys, values):
    return values[np.argmax(keys @ query)]


@wrong("soft-lookup", "no-softmax")
def lookup_scores(query, keys, values):
    return (keys @ query / np.sqrt(len(query))) @ values


@wrong("soft-lookup", "only-weights")
def lookup_weights(query, keys, values):
    return softmax(keys @ query / np.sqrt(len(query)))


@wrong("soft-lookup", "keys-averaged")
def lookup_keys(query, keys, values):
    return softmax(keys @ query / np.sqrt(len(query))) @ keys


@wrong("soft-lookup", "divided-after-softmax")
def lookup_divided_late(query, keys, values):
    return softmax(keys @ query) / np.sqrt(len(query)) @ values


@wrong("soft-lookup", "constant")
def lookup_visible_example(query, keys, values):
    return np.array([0.8807970779778823])


@wrong("soft-lookup", "divided-twice")
def lookup_mean_of_weighted(query, keys, values):
    weights = softmax(keys @ query / np.sqrt(len(query)))
    return np.mean(weights[:, None] * values, axis=0)


# causal-mask


@right("causal-mask", "tril")
def mask_tril(length):
    return np.tril(np.ones((length, length))).astype(bool)


@right("causal-mask", "lists of booleans")
def mask_lists(length):
    return [[column <= row for column in range(length)] for row in range(length)]


@wrong("causal-mask", "not-boolean")
def mask_numbers(length):
    return np.tri(length, dtype=int)


@right("causal-mask", "not the upper triangle")
def mask_not_upper(n):
    return ~np.triu(np.ones((n, n), bool), k=1)


@wrong("causal-mask", "transposed")
def mask_transposed(length):
    return np.triu(np.ones((length, length), dtype=bool))


@wrong("causal-mask", "not-at-itself")
def mask_without_diagonal(length):
    return np.tril(np.ones((length, length), dtype=bool), k=-1)


@wrong("causal-mask", "inverted")
def mask_forbidden(length):
    return np.triu(np.ones((length, length), dtype=bool), k=1)


@wrong("causal-mask", "one-ahead")
def mask_one_ahead(length):
    return np.tril(np.ones((length, length), dtype=bool), k=1)


@wrong("causal-mask", "everything")
def mask_full(length):
    return np.ones((length, length), dtype=bool)


@wrong("causal-mask", "additive")
def mask_minus_infinity(length):
    return np.where(np.tri(length, dtype=bool), 0, -np.inf)


@wrong("causal-mask", "constant")
def mask_visible_example(length):
    return np.array([[True, False], [True, True]])


# masked-softmax


@right("masked-softmax", "minus a billion instead of infinity")
def masked_billion(scores, mask):
    return softmax(scores + np.where(mask, 0.0, -1e9))


@right("masked-softmax", "row by row over the allowed places alone")
def masked_rows(scores, mask):
    weights = np.zeros(np.shape(scores))
    for row in range(len(scores)):
        weights[row, mask[row]] = softmax(scores[row][mask[row]])
    return weights


@right("masked-softmax", "masked after the exponential, before the sum")
def masked_exponentials(scores, mask):
    highest = np.max(scores, axis=1, where=mask, initial=-np.inf, keepdims=True)
    exponentials = np.exp(np.minimum(scores - highest, 0)) * mask
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@right("masked-softmax", "float32, minus infinity")
def masked_float32(scores, mask):
    allowed = np.array(scores, dtype="float32")
    allowed[~mask] = -np.inf
    return softmax(allowed)


@wrong("masked-softmax", "masked-after")
def masked_after(scores, mask):
    return softmax(scores) * mask


@wrong("masked-softmax", "scores-zeroed")
def masked_before(scores, mask):
    return softmax(scores * mask)


@wrong("masked-softmax", "scores-zeroed")
def masked_where_zero(scores, mask):
    return softmax(np.where(mask, scores, 0))


@wrong("masked-softmax", "inverted")
def masked_inverted(scores, mask):
    with np.errstate(all="ignore"):
        return softmax(np.where(mask, -np.inf, scores))


@wrong("masked-softmax", "inverted")
def masked_inverted_billion(scores, mask):
    return softmax(np.where(mask, -1e9, scores))


@wrong("masked-softmax", "wrong-axis")
def masked_columns(scores, mask):
    exponentials = np.exp(np.where(mask, scores, -np.inf))
    return exponentials / np.maximum(exponentials.sum(axis=0), 1e-300)


@wrong("masked-softmax", "wrong-axis")
def masked_columns_billion(scores, mask):
    return softmax(np.where(mask, scores, -1e9).T).T


@wrong("masked-softmax", "mask-ignored")
def masked_not_at_all(scores, mask):
    return softmax(scores)


@right("masked-softmax", "not shifted: large scores are not asked for")
def masked_overflow(scores, mask):
    exponentials = np.exp(scores) * mask
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@right("masked-softmax", "shifted by the largest of all scores, allowed or not")
def masked_shifted_by_forbidden(scores, mask):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True)) * mask
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@wrong("masked-softmax", "tiny-negative")
def masked_minus_hundred(scores, mask):
    return softmax(np.where(mask, scores, -100))


@wrong("masked-softmax", "mask-added")
def masked_sum(scores, mask):
    return softmax(scores + mask)


# cached-step


@right("cached-step", "concatenates, lists out")
def cache_concatenate(query, key, value, keys, values):
    keys = np.concatenate([keys, [key]])
    values = np.concatenate([values, [value]])
    scores = np.array([query @ row for row in keys]) / len(query) ** 0.5
    return [softmax(scores) @ values, keys.tolist(), values.tolist()]


@right("cached-step", "lists, appended one by one")
def cache_lists(q, k, v, keys, values):
    keys, values = [*keys, k], [*values, v]
    weights = softmax(np.array(keys) @ q / np.sqrt(q.size))
    output = sum(weight * row for weight, row in zip(weights, values))
    return output, np.array(keys), np.array(values)


@right("cached-step", "np.append along the first axis")
def cache_append(query, key, value, keys, values):
    keys = np.append(keys, key[None], axis=0)
    values = np.append(values, value[None], axis=0)
    return softmax(query @ keys.T / np.sqrt(keys.shape[1])) @ values, keys, values


@wrong("cached-step", "attended-first")
def cache_attended_first(query, key, value, keys, values):
    output = softmax(keys @ query / np.sqrt(len(query))) @ values
    return output, np.vstack([keys, key]), np.vstack([values, value])


@wrong("cached-step", "cache-not-returned")
def cache_forgotten(query, key, value, keys, values):
    all_keys, all_values = np.vstack([keys, key]), np.vstack([values, value])
    return softmax(all_keys @ query / np.sqrt(len(query))) @ all_values, keys, values


@wrong("cached-step", "appended-in-front")
def cache_in_front(query, key, value, keys, values):
    keys, values = np.vstack([key, keys]), np.vstack([value, values])
    return softmax(keys @ query / np.sqrt(len(query))) @ values, keys, values


@wrong("cached-step", "not-scaled")
def cache_unscaled(query, key, value, keys, values):
    keys, values = np.vstack([keys, key]), np.vstack([values, value])
    return softmax(keys @ query) @ values, keys, values


@wrong("cached-step", "wrong-count")
def cache_output_only(query, key, value, keys, values):
    keys, values = np.vstack([keys, key]), np.vstack([values, value])
    return softmax(keys @ query / np.sqrt(len(query))) @ values


@wrong("cached-step", "query-cached")
def cache_of_queries(query, key, value, keys, values):
    keys, values = np.vstack([keys, query]), np.vstack([values, value])
    return softmax(keys @ query / np.sqrt(len(query))) @ values, keys, values


@wrong("cached-step", "swapped-result")
def cache_wrong_order(query, key, value, keys, values):
    keys, values = np.vstack([keys, key]), np.vstack([values, value])
    return softmax(keys @ query / np.sqrt(len(query))) @ values, values, keys


# block-parameters


@right("block-parameters", "matrix by matrix")
def block_sum(width, hidden):
    total = 0
    for inputs, outputs in [(width, width)] * 4 + [(width, hidden), (hidden, width)]:
        total += (inputs + 1) * outputs
    return total + 4 * width


@right("block-parameters", "one formula")
def block_formula(d, h):
    return 4 * d**2 + 2 * d * h + 9 * d + h


@right("block-parameters", "NumPy's whole numbers")
def block_numpy(width, hidden):
    return np.int64(width) * (4 * width + 2 * hidden + 9) + hidden


@wrong("block-parameters", "output-projection-missing")
def block_three_matrices(width, hidden):
    return 3 * (width**2 + width) + 2 * width * hidden + hidden + width + 4 * width


@wrong("block-parameters", "four-widths-missing")
def block_without_norms(width, hidden):
    return 4 * (width**2 + width) + 2 * width * hidden + hidden + width


@wrong("block-parameters", "two-widths-missing")
def block_one_norm(width, hidden):
    return 4 * (width**2 + width) + 2 * width * hidden + hidden + width + 2 * width


@wrong("block-parameters", "missing-bias")
def block_without_biases(width, hidden):
    return 4 * width**2 + 2 * width * hidden + 4 * width


@wrong("block-parameters", "one-dense")
def block_one_dense(width, hidden):
    return 4 * (width**2 + width) + width * hidden + hidden + 4 * width


@wrong("block-parameters", "hidden-ignored")
def block_four_times(width, hidden):
    return 12 * width**2 + 13 * width


@wrong("block-parameters", "constant")
def block_visible_example(width, hidden):
    return 33472


# patches


@right("patches", "loops over the squares")
def patches_loops(images, size):
    sequences = []
    for image in images:
        sequence = []
        for top in range(0, image.shape[0], size):
            for left in range(0, image.shape[1], size):
                sequence.append(image[top : top + size, left : left + size].ravel())
        sequences.append(sequence)
    return np.array(sequences)


@right("patches", "einsum moves the axes")
def patches_einsum(images, size):
    n, height, width = images.shape
    grid = images.reshape(n, height // size, size, width // size, size)
    return np.einsum("nrucv->nrcuv", grid).reshape(n, -1, size * size)


@right("patches", "splits rows, then columns")
def patches_split(images, size):
    parts = []
    for band in np.split(images, images.shape[1] // size, axis=1):
        for square in np.split(band, images.shape[2] // size, axis=2):
            parts.append(square.reshape(len(images), -1))
    return np.stack(parts, axis=1)


@right("patches", "windows with steps, swapaxes")
def patches_windows(images, size):
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    return windows[:, ::size, ::size].reshape(len(images), -1, size**2).tolist()


@wrong("patches", "reshaped-only")
def patches_reshape(images, size):
    return images.reshape(len(images), -1, size * size)


@wrong("patches", "columns-first")
def patches_columns_first(images, size):
    parts = []
    for left in range(0, images.shape[2], size):
        for top in range(0, images.shape[1], size):
            square = images[:, top : top + size, left : left + size]
            parts.append(square.reshape(len(images), -1))
    return np.stack(parts, axis=1)


@wrong("patches", "not-flattened")
def patches_squares(images, size):
    n, height, width = images.shape
    grid = images.reshape(n, height // size, size, width // size, size)
    return grid.swapaxes(2, 3).reshape(n, -1, size, size)


@wrong("patches", "grid-kept")
def patches_grid(images, size):
    n, height, width = images.shape
    grid = images.reshape(n, height // size, size, width // size, size).swapaxes(2, 3)
    return grid.reshape(n, height // size, width // size, size * size)


@wrong("patches", "pixels-transposed")
def patches_pixels_transposed(images, size):
    n, height, width = images.shape
    grid = images.reshape(n, height // size, size, width // size, size)
    return grid.transpose(0, 1, 3, 4, 2).reshape(n, -1, size * size)


# lookup-head


def _parts(vocabulary):
    own, nothing = np.eye(vocabulary), np.zeros((vocabulary, vocabulary))
    return np.vstack([own, nothing]), np.vstack([nothing, own])


@right("lookup-head", "the score's scale in the query alone", make=True)
def head_scaled_query():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return 100 * token, previous, token

    return lookup_head


@right("lookup-head", "random directions for the tokens", make=True)
def head_random_directions():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        turn = np.linalg.qr(np.random.default_rng(0).normal(size=(vocabulary, vocabulary)))[0]
        return 30 * token @ turn, 30 * previous @ turn, token

    return lookup_head


@right("lookup-head", "written entry by entry, as lists", make=True)
def head_entries():
    def lookup_head(vocabulary):
        W_q = [[0.0] * vocabulary for _ in range(2 * vocabulary)]
        W_k = [[0.0] * vocabulary for _ in range(2 * vocabulary)]
        W_v = [[0.0] * vocabulary for _ in range(2 * vocabulary)]
        for i in range(vocabulary):
            W_q[i][i], W_k[vocabulary + i][i], W_v[i][i] = 9.0, 9.0, 1.0
        return W_q, W_k, W_v

    return lookup_head


@right("lookup-head", "codes of fewer numbers than tokens", make=True)
def head_circle():
    def lookup_head(vocabulary):
        angles = 2 * np.pi * np.arange(vocabulary) / vocabulary
        code = np.column_stack([np.cos(angles), np.sin(angles)])
        nothing = np.zeros_like(code)
        token, _ = _parts(vocabulary)
        return np.vstack([code, nothing]) * 20, np.vstack([nothing, code]) * 20, token

    return lookup_head


@wrong("lookup-head", "too-soft", make=True)
def head_soft():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return token, previous, token

    return lookup_head


@wrong("lookup-head", "query-and-key-swapped", make=True)
def head_swapped():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return 10 * previous, 10 * token, token

    return lookup_head


@wrong("lookup-head", "looks-at-same-token", make=True)
def head_same_token():
    def lookup_head(vocabulary):
        token, _ = _parts(vocabulary)
        return 10 * token, 10 * token, token

    return lookup_head


@wrong("lookup-head", "wrong-sign", make=True)
def head_negative():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return -10 * token, 10 * previous, token

    return lookup_head


@wrong("lookup-head", "looks-at-itself", make=True)
def head_previous_twice():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return 10 * previous, 10 * previous, token

    return lookup_head


@wrong("lookup-head", "wrong-value", make=True)
def head_previous_as_value():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return 10 * token, 10 * previous, previous

    return lookup_head


@wrong("lookup-head", "looks-everywhere", make=True)
def head_zeros():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return 0 * token, previous, token

    return lookup_head


@wrong("lookup-head", "looks-everywhere", make=True)
def head_constant_output():
    def lookup_head(vocabulary):
        nothing = np.zeros((2 * vocabulary, 1))
        return nothing, nothing, np.full((2 * vocabulary, vocabulary), 0.51)

    return lookup_head


@wrong("lookup-head", "wrong-value", make=True)
def head_all_tokens_at_once():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return 10 * token, 10 * previous, np.full((2 * vocabulary, vocabulary), 0.5)

    return lookup_head


@wrong("lookup-head", "wrong-value", make=True)
def head_present_token_too():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return 10 * token, 10 * previous, token + previous

    return lookup_head


@wrong("lookup-head", "wrong-shape", make=True)
def head_square():
    def lookup_head(vocabulary):
        return (np.eye(vocabulary),) * 3

    return lookup_head


@wrong("lookup-head", "wrong-count", make=True)
def head_two_matrices():
    def lookup_head(vocabulary):
        token, previous = _parts(vocabulary)
        return 10 * token, 10 * previous

    return lookup_head
