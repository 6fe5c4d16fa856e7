"""Kept answers to the exercises of chapter 7."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import numpy as np
from kept import right, wrong

from dlcourse_utils.data import load_co2

# rnn-step


@right("rnn-step", "loops over units and sources")
def unit_by_unit(x, h, W, U, b):
    state = []
    for unit in range(len(b)):
        total = b[unit]
        for value, row in zip(x, W):
            total += value * row[unit]
        for value, row in zip(h, U):
            total += value * row[unit]
        state.append(np.tanh(total))
    return state


@right("rnn-step", "one product of the joined inputs, float32")
def joined_inputs(x, h, W, U, b):
    both = np.concatenate([x, h]).astype("float32")
    return np.tanh(np.dot(both, np.vstack([W, U])) + b)


@right("rnn-step", "transposed matrices, tanh by exponentials, other names")
def columns(features, state, kernel, recurrent, bias):
    z = kernel.T @ features + recurrent.T @ state + bias
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


@wrong("rnn-step", "missing-activation")
def linear_step(x, h, W, U, b):
    return x @ W + h @ U + b


@wrong("rnn-step", "other-activation")
def sigmoid_step(x, h, W, U, b):
    return 1 / (1 + np.exp(-(x @ W + h @ U + b)))


@wrong("rnn-step", "missing-recurrence")
def forgets_everything(x, h, W, U, b):
    return np.tanh(x @ W + b)


@wrong("rnn-step", "transposed-recurrence")
def recurrent_from_the_left(x, h, W, U, b):
    return np.tanh(x @ W + U @ h + b)


@wrong("rnn-step", "activation-too-early")
def two_tanhs(x, h, W, U, b):
    return np.tanh(x @ W) + np.tanh(h @ U) + b


@wrong("rnn-step", "missing-bias")
def no_bias(x, h, W, U, b):
    return np.tanh(x @ W + h @ U)


@wrong("rnn-step", "old-state-added")
def with_a_shortcut(x, h, W, U, b):
    return h + np.tanh(x @ W + h @ U + b)


@wrong("rnn-step", "constant")
def visible_example(x, h, W, U, b):
    return np.array([0.99505475, 0.76159416])


# reach-back


@right("reach-back", "cumulative products of the reversed slopes")
def by_cumprod(h, u):
    factors = u * (1 - h[1:] ** 2)
    return np.concatenate([np.cumprod(factors[::-1])[::-1], [1]])


@right("reach-back", "each product by itself, a list")
def each_anew(h, u):
    return [float(np.prod([u * (1 - later**2) for later in h[t + 1 :]])) for t in range(len(h))]


@right("reach-back", "recursion")
def recursive(states, weight):
    if len(states) == 1:
        return np.ones(1)
    later = recursive(states[1:], weight)
    return np.append(later[0] * weight * (1 - states[1]) * (1 + states[1]), later)


@wrong("reach-back", "slope-too-early")
def slope_of_the_step_before(h, u):
    slopes = np.ones(len(h))
    for t in reversed(range(len(h) - 1)):
        slopes[t] = slopes[t + 1] * u * (1 - h[t] ** 2)
    return slopes


@wrong("reach-back", "one-factor-too-many")
def own_step_too(h, u):
    return np.array([np.prod(u * (1 - h[t:] ** 2)) for t in range(len(h))])


@wrong("reach-back", "missing-weight")
def slopes_only(h, u):
    return each_anew(h, 1)


@wrong("reach-back", "missing-slope")
def weights_only(h, u):
    return u ** np.arange(len(h))[::-1].astype(float)


@wrong("reach-back", "slope-of-sigmoid")
def sigmoid_slope(h, u):
    return np.array([np.prod(u * h[t + 1 :] * (1 - h[t + 1 :])) for t in range(len(h))])


@wrong("reach-back", "tanh-twice")
def tanh_of_a_state(h, u):
    return by_cumprod(np.tanh(h), u)


@wrong("reach-back", "from-the-start")
def turned_round(h, u):
    return by_cumprod(h, u)[::-1]


@wrong("reach-back", "not-multiplied")
def single_steps(h, u):
    return np.append(u * (1 - h[1:] ** 2), 1)


@wrong("reach-back", "summed")
def added_up(h, u):
    slopes = np.ones(len(h))
    for t in reversed(range(len(h) - 1)):
        slopes[t] = slopes[t + 1] + u * (1 - h[t + 1] ** 2)
    return slopes


# lstm-update


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


@right("lstm-update", "loop over the units, lists")
def unit_for_unit(z, c):
    h_new, c_new = [], []
    for i, f, g, o, old in zip(*z, c):
        new = _sigmoid(f) * old + _sigmoid(i) * np.tanh(g)
        c_new.append(new)
        h_new.append(_sigmoid(o) * np.tanh(new))
    return h_new, c_new


@right("lstm-update", "sigmoid through tanh, a list of two")
def all_tanh(z, c):
    i, f, o = (np.tanh(z[[0, 1, 3]] / 2) + 1) / 2
    c = c * f + np.tanh(z[2]) * i
    return [np.tanh(c) * o, c]


@right("lstm-update", "all gates at once, float32")
def gates_at_once(sums, memory):
    sums = sums.astype("float32")
    gates = 1 / (1 + np.exp(-sums))
    memory = np.float32(memory) * gates[1] + gates[0] * np.tanh(sums[2])
    return gates[3] * np.tanh(memory), memory


@wrong("lstm-update", "swapped-result")
def memory_first(z, c):
    return all_tanh(z, c)[::-1]


@wrong("lstm-update", "swapped-gates")
def forget_gate_first(z, c):
    return all_tanh(z[[1, 0, 2, 3]], c)


@wrong("lstm-update", "swapped-gates")
def output_before_candidate(z, c):
    return all_tanh(z[[0, 1, 3, 2]], c)


@wrong("lstm-update", "sums-as-gates")
def no_sigmoids(z, c):
    c = z[1] * c + z[0] * np.tanh(z[2])
    return z[3] * np.tanh(c), c


@wrong("lstm-update", "sigmoid-candidate")
def four_sigmoids(z, c):
    i, f, g, o = _sigmoid(z)
    c = f * c + i * g
    return o * np.tanh(c), c


@wrong("lstm-update", "output-without-tanh")
def memory_shown_as_it_is(z, c):
    i, f, _, o = _sigmoid(z)
    c = f * c + i * np.tanh(z[2])
    return o * c, c


@wrong("lstm-update", "old-memory-shown")
def shows_before_it_changes(z, c):
    i, f, _, o = _sigmoid(z)
    return o * np.tanh(c), f * c + i * np.tanh(z[2])


@wrong("lstm-update", "forget-inverted")
def forget_means_forget(z, c):
    i, f, _, o = _sigmoid(z)
    c = (1 - f) * c + i * np.tanh(z[2])
    return o * np.tanh(c), c


@wrong("lstm-update", "tied-gates")
def like_a_gru(z, c):
    _, f, _, o = _sigmoid(z)
    c = f * c + (1 - f) * np.tanh(z[2])
    return o * np.tanh(c), c


@wrong("lstm-update", "changed-input")
def in_place(z, c):
    i, f, _, o = _sigmoid(z)
    c *= f
    c += i * np.tanh(z[2])
    return o * np.tanh(c), c


@wrong("lstm-update", "wrong-count")
def only_h(z, c):
    return all_tanh(z, c)[0]


# recurrent-parameters


@right("recurrent-parameters", "by cases")
def by_cases(cell, inputs, units):
    dense = units * inputs + units**2 + units
    if cell == "LSTM":
        return 4 * dense
    if cell == "GRU":
        return 3 * (dense + units)
    return dense


@right("recurrent-parameters", "counts the numbers in arrays")
def counts_arrays(cell, inputs, units):
    width = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[cell] * units
    bias = np.zeros((2, width)) if cell == "GRU" else np.zeros(width)
    return np.zeros((inputs, width)).size + np.zeros((units, width)).size + bias.size


@right("recurrent-parameters", "match on the name, numpy integers")
def numpy_integers(name, n, m):
    blocks = np.int64(1 + 3 * (name == "LSTM") + 2 * (name == "GRU"))
    return blocks * m * (n + m + 1) + 3 * m * (name == "GRU")


@wrong("recurrent-parameters", "one-bias-in-gru")
def as_in_the_paper(cell, inputs, units):
    return {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[cell] * units * (inputs + units + 1)


@wrong("recurrent-parameters", "two-biases-everywhere")
def as_in_pytorch(cell, inputs, units):
    return {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[cell] * units * (inputs + units + 2)


@wrong("recurrent-parameters", "missing-biases")
def weights_without_biases(cell, inputs, units):
    return {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[cell] * units * (inputs + units)


@wrong("recurrent-parameters", "missing-recurrence")
def like_dense_layers(cell, inputs, units):
    return {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[cell] * units * (inputs + 1)


@wrong("recurrent-parameters", "no-gates")
def one_block(cell, inputs, units):
    return units * (inputs + units + 1)


@wrong("recurrent-parameters", "only-gates-counted")
def gates_without_candidate(cell, inputs, units):
    blocks = {"SimpleRNN": 1, "GRU": 2, "LSTM": 3}[cell]
    return blocks * units * (inputs + units + (2 if cell == "GRU" else 1))


@wrong("recurrent-parameters", "not-whole")
def a_float(cell, inputs, units):
    return float(by_cases(cell, inputs, units))


# masked-mean


@right("masked-mean", "a loop over the rows, a list")
def row_by_row(values, lengths):
    return [sum(row[:length]) / length for row, length in zip(values, lengths)]


@right("masked-mean", "cumulative sums")
def by_cumulative_sums(values, lengths):
    return np.cumsum(values, axis=1)[range(len(values)), lengths - 1] / lengths


@right("masked-mean", "NumPy's masked arrays")
def by_masked_array(values, lengths):
    hidden = np.arange(values.shape[1])[None] >= lengths[:, None]
    return np.ma.masked_array(values, hidden).mean(axis=1).filled()


@wrong("masked-mean", "padding-counted")
def mean_of_everything(values, lengths):
    return values.mean(axis=1)


@wrong("masked-mean", "divided-by-all-steps")
def mean_of_masked_zeros(values, lengths):
    return (values * (np.arange(values.shape[1]) < lengths[:, None])).mean(axis=1)


@wrong("masked-mean", "zeros-as-padding")
def mean_of_what_is_not_zero(values, lengths):
    real = values != 0
    return (values * real).sum(axis=1) / real.sum(axis=1)


@wrong("masked-mean", "padding-summed")
def sum_of_everything(values, lengths):
    return values.sum(axis=1) / lengths


@wrong("masked-mean", "one-step-too-many")
def up_to_and_including(values, lengths):
    return np.array([row[: n + 1].sum() / n for row, n in zip(values, lengths)])


@wrong("masked-mean", "one-mean-for-all")
def over_the_whole_batch(values, lengths):
    real = np.arange(values.shape[1]) < lengths[:, None]
    return np.full(len(values), values[real].mean())


@wrong("masked-mean", "averaged")
def one_number(values, lengths):
    return np.mean(row_by_row(values, lengths))


# temperature


@right("temperature", "logsumexp")
def by_logsumexp(logits, temperature):
    z = logits / temperature
    return np.exp(z - np.logaddexp.reduce(z))


@right("temperature", "powers of the shifted exponentials, a list")
def powers(logits, temperature):
    top = max(logits)
    weights = [np.exp((value - top) / temperature) for value in logits]
    return [weight / sum(weights) for weight in weights]


@right("temperature", "inverse temperature, other names")
def inverse(z, tau):
    beta = 1 / tau
    p = np.exp(beta * (z - z.max()))
    return p / np.sum(p)


@wrong("temperature", "multiplied")
def hotter_is_sharper(logits, temperature):
    return powers(logits * temperature, 1)


@wrong("temperature", "ignored-temperature")
def plain_softmax(logits, temperature):
    return powers(logits, 1)


@wrong("temperature", "divided-too-late")
def divides_probabilities(logits, temperature):
    return np.array(powers(logits, 1)) / temperature


@wrong("temperature", "divided-too-late")
def softmax_twice(logits, temperature):
    return powers(np.array(powers(logits, 1)), temperature)


@wrong("temperature", "not-normalised")
def no_sum(logits, temperature):
    return np.exp((logits - logits.max()) / temperature)


@wrong("temperature", "overflow")
def overflows(logits, temperature):
    with np.errstate(all="ignore"):
        p = np.exp(logits / temperature)
        return p / p.sum()


@wrong("temperature", "not-finite")
def takes_off_the_largest_unscaled(logits, temperature):
    p = np.exp(logits / temperature - max(logits))
    return p / p.sum()


@wrong("temperature", "largest-only")
def greedy(logits, temperature):
    return np.eye(len(logits))[np.argmax(logits)]


# beat-the-baseline


def _years(history, years):
    return history[-12 * (years + 1) :].reshape(years + 1, 12)


def _mean_wave(years):
    def forecast(history):
        recent = _years(history, min(years, len(history) // 12 - 1))
        rise = (recent[-1].mean() - recent[0].mean()) / (12 * (len(recent) - 1))
        wave = (recent - rise * np.arange(12)).mean(axis=0)
        return history[-1] + wave - wave[-1] + rise * np.arange(1, 13)

    return forecast


@right("beat-the-baseline", "the wave of five years, a list")
def five_years(history):
    return _mean_wave(5)(history).tolist()


@right("beat-the-baseline", "linear regression on the last 24 months")
def regression(history):
    ends = range(24, len(history) - 11)
    X = np.array([[*(history[e - 24 : e] - history[e - 1]), 1] for e in ends])
    Y = np.array([history[e : e + 12] - history[e - 1] for e in ends])
    now = np.append(history[-24:] - history[-1], 1)
    return now @ np.linalg.lstsq(X, Y, rcond=None)[0] + history[-1]


@right("beat-the-baseline", "curve fit: a line with two waves, hung on the last months")
def line_and_waves(history):
    recent = history[-120:]

    def columns(t):
        waves = [f(2 * np.pi * k * t / 12) for k in (1, 2) for f in (np.sin, np.cos)]
        return np.column_stack([np.ones(len(t)), t, *waves])

    past, future = np.arange(-len(recent), 0), np.arange(12)
    fit = np.linalg.lstsq(columns(past), recent, rcond=None)[0]
    error = (recent - columns(past) @ fit)[-2:].mean()
    return columns(future) @ fit + error


@wrong("beat-the-baseline", "last-value")
def stays(history):
    return np.full(12, history[-1])


@wrong("beat-the-baseline", "no-rise")
def same_as_last_year(history):
    return history[-12:]


@wrong("beat-the-baseline", "the-baseline")
def the_baseline(history):
    return history[-12:] + history[-1] - history[-13]


@wrong("beat-the-baseline", "no-season")
def a_straight_line(history):
    rise = (history[-1] - history[-25]) / 24
    return history[-1] + rise * np.arange(1, 13)


@wrong("beat-the-baseline", "shifted-season")
def one_month_late(history):
    return history[-13:-1] + history[-1] - history[-13]


@wrong("beat-the-baseline", "biased")
def rise_counted_twice(history):
    return history[-12:] + 2 * (history[-1] - history[-13])


@wrong("beat-the-baseline", "not-better")
def two_years_only(history):
    return _mean_wave(2)(history)


@wrong("beat-the-baseline", "worse")
def changes_not_summed(history):
    return history[-1] + np.diff(history[-13:])


@wrong("beat-the-baseline", "looks-ahead")
def from_the_whole_series(history):
    ppm = load_co2()[1]
    whole = ppm[np.flatnonzero(np.isnan(ppm))[-1] + 1 :]
    return whole[len(history) :][:12]


@wrong("beat-the-baseline", "wrong-shape")
def one_month_only(history):
    return history[-1:]
