"""``block_parameters(width, hidden)``: attention, two dense layers, two layer norms."""

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _count(width, hidden, projections=4, biases=True, norms=2, norm_parts=2, dense=True):
    attention = projections * (width * width + width * biases)
    mlp = 2 * width * hidden + (hidden + width) * biases
    return attention + dense * mlp + norms * norm_parts * width


def but(**changes):
    return lambda width, hidden: _count(width, hidden, **changes)


def fixed_hidden(width, hidden):
    return _count(width, 4 * width)


def cases(rng):
    return [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 3),
        (64, 128),
        (768, 3072),
        tuple(rng.integers(3, 40, size=2).tolist()),
        tuple(rng.integers(3, 40, size=2).tolist()),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "with hidden = 4 · width, about how many times width² are in a block? Compare "
        "with 12 · 768² · 12 for BERT-base's 12 blocks."
    ),
    parameters=("width", "hidden"),
    returns=Returns("whole number"),
    expected=_count,
    cases=cases,
    misconceptions=(
        Misconception(
            "output-projection-missing",
            but(projections=3),
            "You count three matrices in the attention. There is a fourth: the heads' outputs "
            "are mixed by an output projection.",
        ),
        Misconception(
            "missing-bias",
            but(biases=False),
            "The biases are missing: each of the four projections and both dense layers have some.",
        ),
        # Each of the two is right about a number that another mistake gives too: name both.
        Misconception(
            "four-widths-missing",
            but(norms=0),
            "4 · width are missing. So many numbers have the two layer normalisations, a gain and "
            "an offset for each feature, and so many are the biases of the four projections.",
        ),
        Misconception(
            "two-widths-missing",
            but(norms=1),
            "2 · width are missing: one of the two layer normalisations, or one of the two numbers "
            "that each of them has for each feature, a gain and an offset.",
        ),
        Misconception(
            "dense-missing",
            but(dense=False),
            "The two dense layers are missing.",
        ),
        Misconception(
            "attention-missing",
            lambda width, hidden: _count(width, hidden, projections=0),
            "The attention is missing.",
        ),
        Misconception(
            "one-dense",
            lambda width, hidden: _count(width, hidden) - width * hidden - width,
            "You count one dense layer. The second leads back from hidden to width.",
        ),
        Misconception(
            "one-dense",
            lambda width, hidden: _count(width, hidden) - width * hidden - hidden,
            "You count one dense layer. The first leads from width to hidden.",
        ),
        Misconception(
            "hidden-ignored",
            fixed_hidden,
            "You take 4 · width for the hidden units. Use `hidden`.",
        ),
        Misconception(
            "biases-of-dense-missing",
            lambda width, hidden: _count(width, hidden) - hidden - width,
            "The biases of the two dense layers are missing: hidden + width.",
        ),
        Misconception(
            "biases-of-hidden-twice",
            lambda width, hidden: _count(width, hidden) + hidden - width,
            "Both dense layers get `hidden` biases. The second has `width` units.",
        ),
    ),
)
