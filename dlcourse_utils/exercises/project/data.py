"""Exercises before training: what leaked, and what guessing costs."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _form(sentence: str) -> str:
    return sentence.strip().lower()


def _leaked(train, test):
    known = {_form(sentence) for sentence in train}
    return sum(_form(sentence) in known for sentence in test)


@exercise(
    "leaked",
    next_question="a film's title stands in training and in test sentences. Has something leaked?",
)
def check_leaked(answer: Any, rng: np.random.Generator) -> Passed:
    """``leaked(train, test)`` counts test sentences that are in train, in any capitals."""

    def count_by(form):
        return lambda train, test: sum(form(s) in set(map(form, train)) for s in test)

    drawn = ["Fine.", "fine.", " a mess.", "A MESS. ", "good", "dull"]
    return check_function(
        answer,
        parameters=("train", "test"),
        returns=Returns("whole number"),
        expected=_leaked,
        cases=[
            (["fine"], ["dull"]),
            (["fine"], ["fine"]),
            (["Fine"], ["fine"]),
            (["fine"], [" fine "]),
            ([" fine "], ["fine"]),
            (["fine"], ["dull", "fine", "dull"]),
            (["fine", "fine"], ["fine"]),
            (["fine", "good"], ["fine", "Fine", "dull"]),
            (["A mess.", "Fine"], ["a mess. ", "fine", "good"]),
            (["a very fine film", "dull"], ["a fine", "film", "dull."]),
            (["a fine film"], ["a finefilm", "afinefilm"]),
            *(
                ([str(s) for s in rng.choice(drawn, 5)], [str(s) for s in rng.choice(drawn, 4)])
                for _ in range(3)
            ),
        ],
        misconceptions=[
            Misconception(
                "exact-copies-only",
                count_by(str),
                "Only exact copies are counted. Bring both sides into one form first: without "
                "spaces at the ends, in small letters.",
            ),
            Misconception(
                "capitals-matter",
                count_by(str.strip),
                "Capitals still make a difference: compare the sentences in small letters.",
            ),
            Misconception(
                "spaces-matter",
                count_by(str.lower),
                "Spaces at the ends still make a difference: `strip` takes them off.",
            ),
            Misconception(
                "all-spaces-removed",
                count_by(lambda s: s.replace(" ", "").lower()),
                "Spaces between words are gone too. Only those at the ends do not matter.",
            ),
            Misconception(
                "distinct-only",
                lambda train, test: len(set(map(_form, train)) & set(map(_form, test))),
                "Each sentence is counted once, however often it stands in the test set. Count "
                "test sentences: it is they that make the score too good.",
            ),
            Misconception(
                "unknown-once",
                lambda train, test: len(test) - len(set(map(_form, test)) - set(map(_form, train))),
                "The sentences that did not leak are counted once each, however often they stand "
                "in the test set.",
            ),
            Misconception(
                "counts-training",
                lambda train, test: _leaked(test, train),
                "You count training sentences that occur in the test set. It is the other way "
                "round: how many of the *test* sentences are known?",
            ),
            Misconception(
                "counts-pairs",
                lambda train, test: sum(_form(a) == _form(b) for a in train for b in test),
                "You count pairs. A test sentence that stands twice in the training set has "
                "leaked once.",
            ),
            Misconception(
                "one-side-only",
                lambda train, test: sum(_form(s) in train for s in test),
                "The test sentences are brought into one form, the training sentences are not.",
            ),
            Misconception(
                "one-side-only",
                lambda train, test: sum(_form(s) in {t.lower() for t in train} for s in test),
                "Spaces at the ends of the training sentences still make a difference.",
            ),
            Misconception(
                "one-side-only",
                lambda train, test: sum(s in set(map(_form, train)) for s in test),
                "The training sentences are brought into one form, the test sentences are not.",
            ),
            Misconception(
                "part-of-a-sentence",
                lambda train, test: sum(any(_form(s) in _form(t) for t in train) for s in test),
                "A sentence is counted when it is a part of a longer one. Compare whole sentences.",
            ),
            Misconception(
                "counts-the-rest",
                lambda train, test: len(test) - _leaked(train, test),
                "You count those that did not leak.",
            ),
        ],
    )


@exercise(
    "guessing-loss",
    next_question="99% of the examples are negative. Which first loss do you expect if the "
    "network starts at probability 0.5 all the same?",
)
def check_guessing_loss(answer: Any, rng: np.random.Generator) -> Passed:
    """``guessing_loss(p)`` is the entropy of a coin that shows 1 with probability p."""

    def loss(p):
        return -p * np.log(p) - (1 - p) * np.log(1 - p)

    return check_function(
        answer,
        parameters=("p",),
        returns=Returns("number"),
        expected=loss,
        cases=[(0.5,), (0.1,), (0.9,), (0.25,), (float(rng.uniform(0.02, 0.98)),)],
        misconceptions=[
            Misconception(
                "base-two",
                lambda p: loss(p) / np.log(2),
                "This is in bits, with the logarithm to base 2. Losses use the natural logarithm, "
                "`np.log`.",
            ),
            Misconception(
                "base-ten",
                lambda p: loss(p) / np.log(10),
                "This is the logarithm to base 10. Losses use the natural logarithm, `np.log`.",
            ),
            Misconception(
                "subtracted",
                lambda p: -p * np.log(p) + (1 - p) * np.log(1 - p),
                "The negatives are subtracted: both logarithms are negative, so both terms need "
                "the minus.",
            ),
            Misconception(
                "missing-minus",
                lambda p: -loss(p),
                "The sign is missing: the logarithm of a probability is negative, a loss is not.",
            ),
            Misconception(
                "positives-only",
                lambda p: -p * np.log(p),
                "Only the positives are counted. The rest, a share of 1 − p, costs something too.",
            ),
            Misconception(
                "not-weighted",
                lambda p: -np.log(p),
                "This is the loss of one positive example. Average over all of them: a share p is "
                "positive, the rest negative.",
            ),
            Misconception(
                "not-weighted",
                lambda p: -np.log(p) - np.log(1 - p),
                "Positives and negatives are not equally many: weight their losses by p and 1 − p.",
            ),
            Misconception(
                "half-weights",
                lambda p: -(np.log(p) + np.log(1 - p)) / 2,
                "Positives and negatives are not equally many: weight their losses by p and 1 − p.",
            ),
            Misconception(
                "always-half",
                lambda p: np.log(2),
                "That is the loss of answering 0.5 to everyone. A model that knows the share p "
                "answers p.",
            ),
            Misconception(
                "swapped-weights",
                lambda p: -(1 - p) * np.log(p) - p * np.log(1 - p),
                "The weights are exchanged: the share of positives, p, meets the logarithm of p.",
            ),
            Misconception(
                "squared-error",
                lambda p: p * (1 - p),
                "This is the mean squared error of guessing. Asked for is the cross-entropy.",
            ),
        ],
    )
