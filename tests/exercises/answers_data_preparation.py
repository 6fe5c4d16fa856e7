"""Kept answers to the exercises of chapter 12."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import numpy as np
from kept import right, wrong

# one-unit


@right("one-unit", "a loop, a list")
def row_by_row(values, in_mmol):
    result = []
    for value, marked in zip(values, in_mmol):
        result.append(value * 18 if marked else value)
    return result


@right("one-unit", "one product")
def by_factor(values, in_mmol):
    return values * (1 + 17 * in_mmol)


@right("one-unit", "a copy changed by mask, float32")
def by_mask(glucose, mask):
    result = glucose.astype("float32")
    result[mask] *= 18
    return result


@wrong("one-unit", "all-converted")
def everything(values, in_mmol):
    return values * 18


@wrong("one-unit", "mask-inverted")
def the_others(values, in_mmol):
    return np.where(in_mmol, values, values * 18)


@wrong("one-unit", "divided")
def wrong_way(values, in_mmol):
    return np.where(in_mmol, values / 18, values)


@wrong("one-unit", "guessed-by-size")
def by_size(values, in_mmol):
    return np.where(values < 30, values * 18, values)


@wrong("one-unit", "rows-dropped")
def only_the_good_ones(values, in_mmol):
    return values[~in_mmol]


@wrong("one-unit", "changed-input")
def in_place(values, in_mmol):
    values[in_mmol] *= 18
    return values


# standardise


@right("standardise", "column by column, lists")
def columns(train, test):
    scaled = []
    for rows in (train, test):
        result = []
        for column, reference in zip(rows.T, train.T):
            spread = np.sqrt(np.mean((reference - np.mean(reference)) ** 2))
            result.append((column - np.mean(reference)) / (spread if spread else 1))
        scaled.append(np.array(result).T)
    return scaled


@right("standardise", "scikit-learn")
def by_library(train, test):
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(train)
    return scaler.transform(train), scaler.transform(test)


@right("standardise", "a helper, zero replaced by one")
def with_helper(train, test):
    mean, spread = np.mean(train, 0), np.std(train, 0)
    spread[spread == 0] = 1

    def scale(rows):
        return ((rows - mean) / spread).astype("float32")

    return scale(train), scale(test)


@wrong("standardise", "constant-column")
def divides_by_zero(train, test):
    mean, spread = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / spread, (test - mean) / spread


@wrong("standardise", "tiny-spread")
def adds_a_tiny_number(train, test):
    mean, spread = train.mean(axis=0), train.std(axis=0) + 1e-8
    return (train - mean) / spread, (test - mean) / spread


@wrong("standardise", "wrong-test")
def infinity_to_a_number(train, test):
    mean, spread = train.mean(axis=0), train.std(axis=0)
    with np.errstate(all="ignore"):
        return tuple(np.nan_to_num((rows - mean) / spread) for rows in (train, test))


@wrong("standardise", "all-rows")
def leaks(train, test):
    rows = np.vstack([train, test])
    spread = rows.std(axis=0)
    spread[spread == 0] = 1
    return (train - rows.mean(axis=0)) / spread, (test - rows.mean(axis=0)) / spread


@wrong("standardise", "own-statistics")
def each_alone(train, test):
    return with_helper(train, train)[0], with_helper(test, test)[0]


@wrong("standardise", "one-mean-for-all")
def whole_table(train, test):
    return (train - train.mean()) / train.std(), (test - train.mean()) / train.std()


@wrong("standardise", "sample-spread")
def as_pandas_does(train, test):
    spread = train.std(axis=0, ddof=1)
    spread[spread == 0] = 1
    return (train - train.mean(axis=0)) / spread, (test - train.mean(axis=0)) / spread


@wrong("standardise", "test-untouched")
def only_train(train, test):
    return with_helper(train, test)[0], test


@wrong("standardise", "wrong-count")
def one_result(train, test):
    return with_helper(train, test)[0]


# group-split


@right("group-split", "choice without replacement")
def by_choice(groups, share, seed):
    names = np.unique(groups)
    count = round(share * len(names))
    drawn = np.random.default_rng(seed).choice(names, count, replace=False)
    return np.isin(groups, drawn)


@right("group-split", "Python's random, a list")
def by_sample(groups, share, seed):
    import random

    names = sorted(set(groups.tolist()))
    drawn = random.Random(seed).sample(names, round(share * len(names)))
    return [group in drawn for group in groups]


@right("group-split", "groups in an order by random numbers; zeros and ones")
def by_order(groups, share, seed):
    names, number = np.unique(groups, return_inverse=True)
    rank = np.random.default_rng(seed).permutation(len(names))
    return (rank[number] < round(share * len(names))).astype(int)


@right("group-split", "draws the same of two groups for every seed tried")
def same_side_of_two(groups, share, seed):
    names = np.unique(groups)
    rng = np.random.default_rng(seed if len(names) > 2 else 0)
    return np.isin(groups, rng.permutation(names)[: round(share * len(names))])


@wrong("group-split", "group-on-both-sides")
def draws_rows(groups, share, seed):
    count = round(share * len(groups))
    mask = np.zeros(len(groups), dtype=bool)
    mask[np.random.default_rng(seed).permutation(len(groups))[:count]] = True
    return mask


@wrong("group-split", "not-random")
def the_first_groups(groups, share, seed):
    names = np.unique(groups)
    return np.isin(groups, names[: round(share * len(names))])


@wrong("group-split", "train-for-test")
def the_other_side(groups, share, seed):
    return ~by_choice(groups, share, seed)


@wrong("group-split", "wrong-number-of-groups")
def share_of_rows(groups, share, seed):
    rows = np.random.default_rng(seed).permutation(groups)
    return np.isin(groups, rows[: round(share * len(groups))])


@wrong("group-split", "not-rounded")
def cut_off(groups, share, seed):
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    return np.isin(groups, names[: max(1, int(share * len(names)))])


@wrong("group-split", "not-rounded")
def rounded_up(groups, share, seed):
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    return np.isin(groups, names[: int(np.ceil(share * len(names)))])


@wrong("group-split", "wrong-number-of-groups")
def with_replacement(groups, share, seed):
    names = np.unique(groups)
    rng = np.random.default_rng(seed)
    return np.isin(groups, rng.choice(names, size=round(share * len(names))))


@wrong("group-split", "seed-ignored")
def another_each_time(groups, share, seed):
    names = np.random.default_rng().permutation(np.unique(groups))
    return np.isin(groups, names[: round(share * len(names))])


@wrong("group-split", "wrong-shape")
def row_numbers(groups, share, seed):
    return np.flatnonzero(by_choice(groups, share, seed))


# merge-pair


@right("merge-pair", "a while loop")
def while_loop(ids, pair, new):
    result, i = [], 0
    while i < len(ids):
        if i + 1 < len(ids) and ids[i] == pair[0] and ids[i + 1] == pair[1]:
            result.append(new)
            i += 2
        else:
            result.append(ids[i])
            i += 1
    return result


@right("merge-pair", "looks back at what it has written")
def looking_back(ids, pair, new):
    result, first_is_raw = [], False
    for token in ids:
        if first_is_raw and (result[-1], token) == tuple(pair):
            result[-1] = new
            first_is_raw = False
        else:
            result.append(token)
            first_is_raw = True
    return result


@right("merge-pair", "replaces in a text")
def as_text(ids, pair, new):
    text = "".join(chr(i) for i in ids)
    return np.array([ord(c) for c in text.replace(chr(pair[0]) + chr(pair[1]), chr(new))])


@right("merge-pair", "takes from a stack")
def from_a_stack(ids, pair, new):
    waiting, result = list(ids)[::-1], []
    while waiting:
        token = waiting.pop()
        if waiting and [token, waiting[-1]] == list(pair):
            waiting.pop()
            token = new
        result.append(token)
    return tuple(result)


@wrong("merge-pair", "digits-merged")
def as_digits(ids, pair, new):
    text = " ".join(str(i) for i in ids)
    return [int(i) for i in text.replace(f"{pair[0]} {pair[1]}", str(new)).split()]


@wrong("merge-pair", "first-only")
def once(ids, pair, new):
    for i in range(len(ids) - 1):
        if (ids[i], ids[i + 1]) == pair:
            return ids[:i] + [new] + ids[i + 2 :]
    return list(ids)


@wrong("merge-pair", "nothing-skipped")
def second_token_stays(ids, pair, new):
    result = []
    for i in range(len(ids)):
        result.append(new if tuple(ids[i : i + 2]) == pair else ids[i])
    return result


@wrong("merge-pair", "overlap")
def middle_used_twice(ids, pair, new):
    starts = {i for i in range(len(ids) - 1) if (ids[i], ids[i + 1]) == pair}
    return [
        new if i in starts else token
        for i, token in enumerate(ids)
        if i in starts or i - 1 not in starts
    ]


@wrong("merge-pair", "from-the-right")
def backwards(ids, pair, new):
    return while_loop(ids[::-1], pair[::-1], new)[::-1]


@wrong("merge-pair", "order-ignored")
def as_a_set(ids, pair, new):
    result, i = [], 0
    while i < len(ids):
        if sorted(ids[i : i + 2]) == sorted(pair):
            result.append(new)
            i += 2
        else:
            result.append(ids[i])
            i += 1
    return result


@wrong("merge-pair", "last-token-lost")
def stops_early(ids, pair, new):
    result, i = [], 0
    while i < len(ids) - 1:
        if (ids[i], ids[i + 1]) == pair:
            result.append(new)
            i += 2
        else:
            result.append(ids[i])
            i += 1
    return result


# skip-gram-pairs


@right("skip-gram-pairs", "two loops, a list of tuples")
def two_loops(ids, window):
    pairs = []
    for i, centre in enumerate(ids):
        for j in range(max(0, i - window), min(len(ids), i + window + 1)):
            if j != i:
                pairs.append((centre, ids[j]))
    return pairs


@right("skip-gram-pairs", "slices before and behind")
def by_slices(ids, window):
    pairs = []
    for i in range(len(ids)):
        before, behind = ids[max(0, i - window) : i], ids[i + 1 : i + 1 + window]
        pairs += [[ids[i], other] for other in [*before, *behind]]
    return pairs


@right("skip-gram-pairs", "a matrix of distances")
def by_distance_matrix(ids, window):
    ids = np.asarray(ids)
    place = np.arange(len(ids))
    distance = np.abs(place[:, None] - place)
    return ids[np.argwhere((distance > 0) & (distance <= window))]


@wrong("skip-gram-pairs", "one-side")
def only_behind(ids, window):
    return [(ids[i], other) for i in range(len(ids)) for other in ids[i + 1 : i + 1 + window]]


@wrong("skip-gram-pairs", "pairs-with-itself")
def with_itself(ids, window):
    return [
        (ids[i], ids[j])
        for i in range(len(ids))
        for j in range(max(0, i - window), min(len(ids), i + window + 1))
    ]


@wrong("skip-gram-pairs", "off-by-one")
def short_range(ids, window):
    return [
        (ids[i], ids[j])
        for i in range(len(ids))
        for j in range(max(0, i - window), min(len(ids), i + window))
        if j != i
    ]


@wrong("skip-gram-pairs", "same-word-left-out")
def compares_words(ids, window):
    return [pair for pair in with_itself(ids, window) if pair[0] != pair[1]]


@wrong("skip-gram-pairs", "swapped")
def context_first(ids, window):
    return np.array(two_loops(ids, window))[:, ::-1]


@wrong("skip-gram-pairs", "wraps-around")
def negative_index(ids, window):
    return [
        (ids[i], ids[j])
        for i in range(len(ids))
        for j in range(i - window, min(len(ids), i + window + 1))
        if j != i
    ]


# own-augmentation


def _shifted(images, seed, most):
    rng = np.random.default_rng(seed)
    return np.stack([np.roll(i, rng.integers(-most, most + 1, 2), (0, 1)) for i in images])


@right("own-augmentation", "shift by a pixel, image by image")
def small_shifts(images, seed):
    return _shifted(images, seed, 1)


@right("own-augmentation", "turned and shifted, with SciPy")
def turned_and_shifted(images, seed):
    from scipy.ndimage import rotate

    rng = np.random.default_rng(seed)
    turned = [rotate(i, rng.uniform(-10, 10), reshape=False, order=1) for i in images]
    return _shifted(np.clip(turned, 0, 1), seed, 1)


@right("own-augmentation", "the whole batch moved by padding, a list")
def padded(images, seed):
    down, right = np.random.default_rng(seed).integers(0, 3, size=2)
    wide = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    return wide[:, down : down + 28, right : right + 28].tolist()


@wrong("own-augmentation", "unchanged")
def nothing(images, seed):
    return images.copy()


@wrong("own-augmentation", "same-every-time")
def always_right(images, seed):
    return np.roll(images, 1, axis=2)


@wrong("own-augmentation", "worse")
def flips(images, seed):
    return images[:, :, ::-1] if seed % 2 else images[:, ::-1]


@wrong("own-augmentation", "not-better")
def noisy(images, seed):
    noise = np.random.default_rng(seed).normal(size=images.shape)
    return np.clip(images + 0.2 * noise, 0, 1)


@wrong("own-augmentation", "out-of-range")
def bytes_again(images, seed):
    return _shifted(images, seed, 1) * 255


@wrong("own-augmentation", "wrong-shape")
def with_channel(images, seed):
    return _shifted(images, seed, 1)[..., np.newaxis]
