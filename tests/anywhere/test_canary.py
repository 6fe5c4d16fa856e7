"""Small mistakes in the helper package, of the kind that people make: each is noticed.

Each is made in a copy of the course, and the test that ought to notice it is run there.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from dlcourse_authoring import chromium
from dlcourse_authoring.course_copy import copy_course

ROOT = Path(__file__).parents[2]


class Mistake(NamedTuple):
    """What a file has, what it has by mistake, and the test that must fail then."""

    name: str
    file: str
    right: str
    wrong: str
    noticed_by: str


MISTAKES = [
    Mistake(
        "a sign in an exercise's answer",
        "exercises/neurons/weighted_sum.py",
        "expected=lambda x, w, b: np.sum(w * x) + b",
        "expected=lambda x, w, b: np.sum(w * x) - b",
        "exercises/test_kept_answers.py::test_right_answers_pass",
    ),
    Mistake(
        "a sign in a folded batch normalisation",
        "explore/digit_network.py",
        "(bias - mean) * scale + beta",
        "(bias + mean) * scale + beta",
        "explore/test_draw_digit.py::test_arrays_compute_what_keras_computes",
    ),
    Mistake(
        "rows and columns swapped in the confusion matrix",
        "plotting/confusion_matrix.py",
        "np.add.at(counts, (y_true, y_pred), 1)",
        "np.add.at(counts, (y_pred, y_true), 1)",
        "package/test_plotting.py::test_confusion_matrix_counts_rows_true_columns_predicted",
    ),
    Mistake(
        "a frozen layer in the playground",
        "explore/playground/view.js",
        "let i = layers.length - 1; i >= 0; i -= 1",
        "let i = layers.length - 1; i >= 1; i -= 1",
        "explore/test_playground.py::test_losses_and_steps_equal_numpy",
    ),
    Mistake(
        "Adam's bias correction one step late",
        "explore/optimizers/view.js",
        "(1 - 0.9 ** t)",
        "(1 - 0.9 ** (t + 1))",
        "explore/test_optimizers.py::test_page_and_python_agree",
    ),
    Mistake(
        "swapped labels",
        "data/mnist.py",
        'digits.target.astype("uint8")',
        '(9 - digits.target).astype("uint8")',
        "package/test_data.py::test_default_digits_carry_their_own_label_and_place",
    ),
    Mistake(
        "other images in the test set",
        "data/mnist.py",
        "[::5]] = True",
        "[1::5]] = True",
        "package/test_data.py::test_default_digits_carry_their_own_label_and_place",
    ),
    Mistake(
        "a seed that is not the reader's",
        "session.py",
        "set_random_seed(seed)",
        "set_random_seed(seed + 1)",
        "package/test_session.py::test_start_fixes_the_randomness",
    ),
    Mistake(
        "a first row lost while reading",
        "data/co2.py",
        ".splitlines()[1:]",
        ".splitlines()[2:]",
        "package/test_data.py::test_co2_is_monthly_without_holes_in_time_and_rises",
    ),
    Mistake(
        "attention's mean over the wrong axis",
        "explore/attention/__init__.py",
        "mean(axis=0)",
        "mean(axis=1)",
        "explore/test_attention.py::test_the_mean_is_of_the_heads",
    ),
    Mistake(
        "a bias forgotten in a still picture",
        "explore/neuron/__init__.py",
        "wrong = (X @ [self.w1, self.w2] + self.b > 0) != y",
        "wrong = (X @ [self.w1, self.w2] > 0) != y",
        "explore/test_neuron.py::test_the_still_picture_counts_and_rings_as_the_page_does",
    ),
    Mistake(
        "half as many bytes for logits",
        "explore/budget/__init__.py",
        "(work.activations * number + work.outputs * 4)",
        "(work.activations + work.outputs) * number",
        "explore/test_budget.py::test_page_and_python_agree",
    ),
    Mistake(
        "a quiz that forgets nothing",
        "explore/quiz_view/view.js",
        "else localStorage.removeItem(key);",
        "",
        "explore/test_quiz_view.py::test_the_browser_remembers_and_try_again_forgets",
    ),
    Mistake(
        "gradients that point to the other side",
        "explore/losses/view.js",
        "gradient < 0 ? 50 - part : 50",
        "gradient < 0 ? 50 : 50 - part",
        "explore/test_losses.py::test_a_gradients_bar_points_to_its_side",
    ),
    Mistake(
        "near-duplicates that count what they share twice",
        "data/near_duplicates.py",
        "size[shared.row] + size[shared.col] - shared.data",
        "size[shared.row] + size[shared.col]",
        "package/test_data.py::test_near_duplicates_share_a_group_also_through_others",
    ),
]

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(
        chromium.is_missing() and "CI" not in os.environ,
        reason="some mistakes show in a browser alone",
    ),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    return copy_course(ROOT, tmp_path_factory.mktemp("canary"))


def run(course: Path, *tests: str) -> subprocess.CompletedProcess:
    """Run tests in the copy, stopping at the first that fails."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider"]
        + [f"tests/{test}" for test in tests],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(course), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )


def test_the_tests_pass_where_nothing_is_wrong(course):
    done = run(course, *dict.fromkeys(mistake.noticed_by for mistake in MISTAKES))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name.replace(" ", "-"))
def test_the_mistake_is_noticed(course, mistake):
    file = course / "dlcourse_utils" / mistake.file
    source = file.read_text("utf-8")
    assert source.count(mistake.right) == 1, "the mistake is no longer possible: choose another"
    file.write_text(source.replace(mistake.right, mistake.wrong), "utf-8")
    try:
        done = run(course, mistake.noticed_by)
    finally:
        file.write_text(source, "utf-8")
    assert done.returncode == 1 and f"FAILED tests/{mistake.noticed_by}" in done.stdout, done.stdout
