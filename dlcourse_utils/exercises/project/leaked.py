"""``leaked(train, test)`` counts test sentences that are in train, in any capitals."""

import re

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _form(sentence: str) -> str:
    return sentence.strip().lower()


def _leaked(train, test):
    known = {_form(sentence) for sentence in train}
    return sum(_form(sentence) in known for sentence in test)


_PUNCTUATION = (
    "Punctuation is gone too: `dull` and `dull.` are two different sentences. Only capitals and "
    "spaces at the ends do not matter."
)


def count_by(form):
    return lambda train, test: sum(form(s) in set(map(form, train)) for s in test)


def cases(rng):
    drawn = ["Fine.", "fine.", " a mess.", "A MESS. ", "good", "dull"]
    return [
        (["fine"], ["dull"]),
        (["fine"], ["fine"]),
        (["Fine"], ["fine"]),
        (["fine"], [" fine "]),
        ([" fine "], ["fine"]),
        (["fine"], ["dull", "fine", "dull"]),
        (["fine", "fine"], ["fine"]),
        (["fine", "good"], ["fine", "Fine", "dull"]),
        (["A mess.", "Fine"], ["a mess. ", "fine", "good"]),
        (["a very fine film", "dull"], ["a fine", "film", "very fine", "dull."]),
        (["a fine film"], ["a finefilm", "afinefilm"]),
        *(
            ([str(s) for s in rng.choice(drawn, 5)], [str(s) for s in rng.choice(drawn, 4)])
            for _ in range(3)
        ),
    ]


def edges(rng):
    return [
        (["it's fine, really"], ["its fine really"]),
    ]


EXERCISE = FunctionExercise(
    next_question="a film's title stands in training and in test sentences. Has something leaked?",
    parameters=("train", "test"),
    returns=Returns("whole number"),
    expected=_leaked,
    cases=cases,
    edges=edges,
    misconceptions=(
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
            "punctuation-removed",
            count_by(lambda s: re.sub(r"[^\w\s]", "", s).strip().lower()),
            _PUNCTUATION,
        ),
        Misconception(
            "punctuation-removed",
            count_by(lambda s: s.strip().strip(".,;:!?").strip().lower()),
            _PUNCTUATION,
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
    ),
)
