"""Kept answers to the exercises of chapter 14."""

# Learners write zip(x, w), so these answers do.
# ruff: noqa: B905

import math
import re
from collections import Counter

import numpy as np
from kept import right, wrong

from dlcourse_utils.data import load_movie_reviews

# leaked


@right("leaked", "loops and a flag")
def with_loops(train, test):
    count = 0
    for sentence in test:
        found = False
        for other in train:
            if other.lower().strip() == sentence.lower().strip():
                found = True
        if found:
            count += 1
    return count


@right("leaked", "NumPy's isin, a NumPy integer")
def by_isin(train, test):
    def plain(texts):
        return np.char.lower(np.char.strip(np.array(texts)))

    return np.isin(plain(test), plain(train)).sum()


@right("leaked", "casefold and a Counter, other names")
def by_counter(a, b):
    seen = Counter(text.casefold().strip() for text in a)
    return len([text for text in b if seen[text.casefold().strip()]])


@wrong("leaked", "exact-copies-only")
def exact(train, test):
    return sum(sentence in train for sentence in test)


@wrong("leaked", "capitals-matter")
def only_strip(train, test):
    return sum(s.strip() in [t.strip() for t in train] for s in test)


@wrong("leaked", "distinct-only")
def by_sets(train, test):
    return len({s.strip().lower() for s in train} & {s.strip().lower() for s in test})


@wrong("leaked", "unknown-once")
def by_difference(train, test):
    unknown = {s.strip().lower() for s in test} - {s.strip().lower() for s in train}
    return len(test) - len(unknown)


@wrong("leaked", "one-side-only")
def training_keeps_its_spaces(train, test):
    known = [t.lower() for t in train]
    return sum(s.strip().lower() in known for s in test)


@wrong("leaked", "counts-training")
def the_other_way(train, test):
    return with_loops(test, train)


@wrong("leaked", "counts-pairs")
def nested_loops(train, test):
    count = 0
    for sentence in test:
        for other in train:
            if sentence.strip().lower() == other.strip().lower():
                count += 1
    return count


@wrong("leaked", "one-side-only")
def forgets_the_training_side(train, test):
    return sum(sentence.lower().strip() in train for sentence in test)


@wrong("leaked", "part-of-a-sentence")
def substring(train, test):
    everything = [t.strip().lower() for t in train]
    return sum(any(s.strip().lower() in t for t in everything) for s in test)


@wrong("leaked", "constant")
def the_example(train, test):
    return 2


# guessing-loss


@right("guessing-loss", "the mean over a thousand examples, as Keras would")
def from_examples(p):
    total = 0.0
    for share, answer in [(p, p), (1 - p, 1 - p)]:
        total += share * math.log(1 / answer)
    return total


@right("guessing-loss", "scipy's entropy")
def by_entropy(p):
    from scipy.stats import entropy

    return entropy([p, 1 - p])


@right("guessing-loss", "float32, log1p")
def by_log1p(share):
    share = np.float32(share)
    return -(share * np.log(share) + (1 - share) * np.log1p(-share))


@wrong("guessing-loss", "base-two")
def in_bits(p):
    return -p * np.log2(p) - (1 - p) * np.log2(1 - p)


@wrong("guessing-loss", "base-ten")
def log_ten(p):
    return -p * math.log10(p) - (1 - p) * math.log10(1 - p)


@wrong("guessing-loss", "subtracted")
def one_minus_for_both(p):
    return -np.log(p) * p + (1 - p) * np.log(1 - p)


@right("guessing-loss", "softplus of the logit")
def from_the_logit(share):
    logit = math.log(share / (1 - share))
    return math.log1p(math.exp(logit)) - share * logit


@wrong("guessing-loss", "missing-minus")
def negative(p):
    return p * np.log(p) + (1 - p) * np.log(1 - p)


@wrong("guessing-loss", "positives-only")
def one_class(p):
    return -p * np.log(p)


@wrong("guessing-loss", "not-weighted")
def one_example(p):
    return -np.log(p)


@wrong("guessing-loss", "always-half")
def log_two(p):
    return np.log(2)


@wrong("guessing-loss", "squared-error")
def brier(p):
    return p * (1 - p) ** 2 + (1 - p) * p**2


# paired-difference


@right("paired-difference", "counts of the two kinds of disagreement, a list")
def by_counts(right_a, right_b):
    n = len(right_a)
    only_a = sum(a > b for a, b in zip(right_a, right_b))
    only_b = sum(b > a for a, b in zip(right_a, right_b))
    d = (only_a - only_b) / n
    return [d, math.sqrt((only_a + only_b) / n - d**2) / math.sqrt(n)]


@right("paired-difference", "variance from the covariance, an array")
def by_covariance(right_a, right_b):
    c = np.cov(right_a, right_b, bias=True)
    variance = c[0, 0] + c[1, 1] - 2 * c[0, 1]
    return np.array([np.mean(right_a) - np.mean(right_b), np.sqrt(max(variance, 0) / len(right_a))])


@right("paired-difference", "scipy's standard error, float32")
def by_scipy(a, b):
    from scipy.stats import sem

    d = np.subtract(a, b, dtype="float32")
    return d.mean(), sem(d, ddof=0)


@wrong("paired-difference", "unpaired")
def two_samples(right_a, right_b):
    pa, pb, n = right_a.mean(), right_b.mean(), len(right_a)
    return pa - pb, np.sqrt(pa * (1 - pa) / n + pb * (1 - pb) / n)


@wrong("paired-difference", "about-zero")
def from_the_disagreements(right_a, right_b):
    d = right_a - right_b
    return d.mean(), np.sqrt((d != 0).sum()) / len(d)


@wrong("paired-difference", "missing-root")
def divided_by_n(right_a, right_b):
    d = right_a - right_b
    return d.mean(), d.std() / len(d)


@wrong("paired-difference", "not-divided")
def spread(right_a, right_b):
    d = right_a - right_b
    return d.mean(), d.std()


@wrong("paired-difference", "other-sign")
def b_minus_a(right_a, right_b):
    d = right_b - right_a
    return d.mean(), d.std() / np.sqrt(len(d))


@wrong("paired-difference", "sample-deviation")
def unbiased(right_a, right_b):
    d = right_a - right_b
    return d.mean(), np.std(d, ddof=1) / np.sqrt(len(d))


@wrong("paired-difference", "error-of-one")
def error_of_a(right_a, right_b):
    return (right_a - right_b).mean(), np.sqrt(right_a.var() / len(right_a))


@wrong("paired-difference", "wrong-count")
def difference_only(right_a, right_b):
    return (right_a - right_b).mean()


@wrong("paired-difference", "changed-input")
def in_place(right_a, right_b):
    right_a -= right_b
    return right_a.mean(), right_a.std() / np.sqrt(len(right_a))


# calibration-error


@right("calibration-error", "the definition, with masks")
def by_definition(p, y, bins=10):
    total = 0
    for k in range(bins):
        chosen = (p >= k / bins) & (p < (k + 1) / bins)
        if chosen.any():
            total += chosen.sum() / len(p) * abs(p[chosen].mean() - y[chosen].mean())
    return total


@right("calibration-error", "a dictionary of lists")
def by_dictionary(p, y, bins=10):
    members = {}
    for probability, label in zip(p, y):
        members.setdefault(int(probability * bins), []).append((probability, label))
    gaps = 0.0
    for pairs in members.values():
        mean = sum(q for q, _ in pairs) / len(pairs)
        share = sum(label for _, label in pairs) / len(pairs)
        gaps += abs(mean - share) * len(pairs)
    return gaps / len(p)


@right("calibration-error", "bincount with weights, float32")
def by_bincount(probabilities, truth, n=10):
    which = np.digitize(probabilities, np.arange(1, n) / n)
    gap = np.bincount(which, weights=probabilities.astype("float32") - truth, minlength=n)
    return np.abs(gap).mean() * n / len(truth)


@wrong("calibration-error", "not-weighted")
def mean_of_bins(p, y, bins=10):
    gaps = []
    for k in range(bins):
        chosen = (p >= k / bins) & (p < (k + 1) / bins)
        if chosen.any():
            gaps.append(abs(p[chosen].mean() - y[chosen].mean()))
    return np.mean(gaps)


@wrong("calibration-error", "signs-cancel")
def no_absolute_value(p, y, bins=10):
    return abs(p.mean() - y.mean())


@wrong("calibration-error", "answer-by-answer")
def without_bins(p, y, bins=10):
    return np.abs(p - y).mean()


@wrong("calibration-error", "largest-bin")
def maximum(p, y, bins=10):
    number = (p * bins).astype(int)
    return max(abs((p - y)[number == k].mean()) for k in set(number))


@wrong("calibration-error", "not-divided")
def counts_only(p, y, bins=10):
    return by_definition(p, y, bins) * len(p)


@wrong("calibration-error", "bin-centres")
def middles(p, y, bins=10):
    number = (p * bins).astype(int)
    return sum(
        (number == k).mean() * abs((k + 0.5) / bins - y[number == k].mean()) for k in set(number)
    )


@wrong("calibration-error", "accuracy")
def right_answers(p, y, bins=10):
    return by_definition(p, ((p > 0.4999) == y).astype(int), bins)


@wrong("calibration-error", "bins-ignored")
def always_ten(p, y, bins=10):
    return by_definition(p, y)


@wrong("calibration-error", "not-finite")
def empty_bins(p, y, bins=10):
    total = 0
    for k in range(bins):
        chosen = (p >= k / bins) & (p < (k + 1) / bins)
        total += chosen.sum() / len(p) * abs(p[chosen].mean() - y[chosen].mean())
    return total


# better-baseline

_WORDS = r"\w+(?:['-]\w+)*|[^\w\s]"


def _linear_model(model, **settings):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    settings = {"token_pattern": _WORDS, "ngram_range": (1, 2), "min_df": 2} | settings
    return make_pipeline(TfidfVectorizer(sublinear_tf=True, **settings), model)


@right("better-baseline", "naive Bayes from counts, a list of probabilities")
def naive_bayes(sentences, labels):
    counts = [Counter(), Counter()]
    for sentence, label in zip(sentences, labels):
        found = re.findall(_WORDS, sentence)
        counts[label].update({*found, *zip(found, found[1:])})
    vocabulary = counts[0].keys() | counts[1].keys()
    sums = [sum(count.values()) + len(vocabulary) for count in counts]

    def score(sentence):
        found = re.findall(_WORDS, sentence)
        logit = 0.0
        for word in {*found, *zip(found, found[1:])} & vocabulary:
            logit += math.log((counts[1][word] + 1) / sums[1])
            logit -= math.log((counts[0][word] + 1) / sums[0])
        return 1 / (1 + math.exp(-max(-50, min(50, logit))))

    return lambda others: [score(sentence) for sentence in others]


@right("better-baseline", "scikit-learn's naive Bayes, the bound method itself")
def library_bayes(sentences, labels):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    counter = CountVectorizer(token_pattern=_WORDS, binary=True)
    return make_pipeline(counter, MultinomialNB()).fit(sentences, labels).predict


@right("better-baseline", "words and pieces of words, True and False")
def pieces_of_words(sentences, labels):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline, make_union

    words = TfidfVectorizer(token_pattern=_WORDS, ngram_range=(1, 2), binary=True)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    model = make_pipeline(make_union(words, pieces), MultinomialNB(alpha=0.5))
    model.fit(sentences, labels)
    return lambda others: model.predict_proba(others)[:, 1] > 0.5


@wrong("better-baseline", "the-baseline")
def the_baseline(sentences, labels):
    from sklearn.linear_model import LogisticRegression

    model = _linear_model(LogisticRegression(C=3, solver="liblinear"))
    return model.fit(sentences, labels).predict


@wrong("better-baseline", "worse")
def ten_words(sentences, labels):
    from sklearn.linear_model import LogisticRegression

    return _linear_model(LogisticRegression(), max_features=100).fit(sentences, labels).predict


@wrong("better-baseline", "labels-turned")
def column_zero(sentences, labels):
    from sklearn.naive_bayes import MultinomialNB

    model = _linear_model(MultinomialNB()).fit(sentences, labels)
    return lambda others: model.predict_proba(others)[:, 0]


@wrong("better-baseline", "guessing")
def everyone_likes_it(sentences, labels):
    return lambda others: np.ones(len(others))


@wrong("better-baseline", "not-probabilities")
def logits(sentences, labels):
    from sklearn.linear_model import LogisticRegression

    model = _linear_model(LogisticRegression()).fit(sentences, labels)
    return model.decision_function


@wrong("better-baseline", "returned-no-function")
def answers_at_once(sentences, labels):
    return labels


@wrong("better-baseline", "looks-ahead")
def looks_them_up(sentences, labels):
    known_sentences, known_labels, _ = load_movie_reviews(quiet=True)
    known = dict(zip(known_sentences, known_labels))
    return lambda others: [known[sentence] for sentence in others]
