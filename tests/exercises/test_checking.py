"""What every check must stand: unfinished, broken, endless and odd answers."""

import functools
import signal
import threading
import time

import answers_data_preparation
import answers_hardware
import answers_optimizers
import answers_transformers
import numpy as np
import pytest

import dlcourse_utils as dl
from dlcourse_utils import exercises
from dlcourse_utils.exercises import Feedback, verify
from dlcourse_utils.exercises.engine import OpenExercise, time_limit


@pytest.fixture
def short_limit(monkeypatch):
    monkeypatch.setattr(time_limit, "SECONDS", 0.3)


# Not started


def only_ellipsis(x, w, b): ...


def only_docstring(x, w, b):
    """The weighted sum."""


def docstring_and_ellipsis(x, w, b):
    """The weighted sum."""
    ...


def returns_ellipsis(x, w, b):
    return ...


def half_filled(x, w, b):
    products = ...
    return np.sum(products) + b


def ellipsis_into_matmul(x, w, b):
    z = w @ ...
    return z + b


def forgets_return_and_keeps_ellipsis(x, w, b):
    z = ...
    print(z)


@pytest.mark.parametrize(
    "starter",
    [
        ...,
        only_ellipsis,
        only_docstring,
        docstring_and_ellipsis,
        returns_ellipsis,
        half_filled,
        ellipsis_into_matmul,
        forgets_return_and_keeps_ellipsis,
        lambda x, w, b: ...,
    ],
    ids=lambda starter: getattr(starter, "__name__", "ellipsis"),
)
def test_a_starter_is_not_started_in_one_line(starter):
    feedback = verify("weighted-sum", starter)
    assert feedback.status == "not-started"
    assert str(feedback).startswith("○ weighted-sum: not started")
    assert len(str(feedback).splitlines()) == 1


@pytest.mark.parametrize("exercise", exercises.exercise_ids())
def test_every_exercise_knows_its_untouched_starter(exercise):
    def starter(*arguments):
        """What to do."""
        ...

    assert verify(exercise, ...).status == "not-started"
    if exercise not in ("edge-kernel", "tiny-cnn", "small-data", "twenty-labels"):  # no functions
        assert verify(exercise, starter).status == "not-started"


def test_arrays_and_tuples_with_ellipsis_are_not_started():
    assert verify("edge-kernel", np.array([[..., 0, 0]] * 3)).status == "not-started"
    assert verify("edge-kernel", [[0, 0, 0], ..., [1, 1, 1]]).status == "not-started"
    assert verify("xor-network", lambda: (np.ones((2, 2)), ..., ..., 0)).status == "not-started"
    step = verify("perceptron-step", lambda w, b, x, y, learning_rate: (w, ...))
    assert step.status == "not-started"


def test_numpy_ellipsis_in_an_index_is_no_starter():
    def with_index(x, w, b):
        return x[..., 0] * w[0] + undefined_name  # noqa: F821

    feedback = verify("weighted-sum", with_index)
    assert feedback.misconception == "raised"
    assert "undefined_name" in str(feedback)


# Broken answers


def test_an_exception_shows_the_line_and_goes_on():
    def stumbles(x, w, b):
        z = 0
        for i in range(10):
            z += x[i] * w[i]
        return z + b

    feedback = verify("weighted-sum", stumbles)
    line = stumbles.__code__.co_firstlineno + 3
    assert feedback.misconception == "raised"
    assert f"line {line}: `z += x[i] * w[i]`" in feedback.message
    assert feedback.counter_example.got.startswith("IndexError: ")
    assert "last index" in feedback.message


def test_an_exception_in_a_helper_is_placed_in_the_learners_file():
    def helper(x):
        return np.reshape(x, (7, 7))

    feedback = verify("weighted-sum", lambda x, w, b: helper(x))
    line = helper.__code__.co_firstlineno + 1
    assert f"line {line}: `return np.reshape(x, (7, 7))`" in feedback.message


@pytest.mark.parametrize("ending", [SystemExit, GeneratorExit, RecursionError, MemoryError])
def test_no_ending_leaves_the_check(ending):
    def ends(x, w, b):
        raise ending("out of here")

    feedback = verify("weighted-sum", ends)
    assert feedback.misconception == "raised"
    assert ending.__name__ in feedback.counter_example.got


@pytest.mark.parametrize(
    ("value", "reason", "words"),
    [
        (None, "returned-nothing", "`return`"),
        (float("nan"), "not-finite", "NaN"),
        (float("inf"), "not-finite", "infinity"),
        (float("inf"), "not-finite", "`np.exp` of a large number"),
        ("seven", "wrong-type", "a string"),
        ({}, "wrong-type", "a dictionary"),
        (len, "wrong-type", "a function"),
        (np.ones(3), "constant", "the same whatever"),
        ([[1, 2], [3]], "wrong-type", "rows have different lengths"),
        (([1, 2], 3), "wrong-type", "several values of different shapes"),
        (1j, "wrong-type", "complex"),
        ((1.0, 2.0), "constant", "the same whatever"),
    ],
)
def test_what_is_no_right_number_is_named(value, reason, words):
    feedback = verify("weighted-sum", lambda x, w, b: value)
    assert feedback.misconception == reason
    assert words in str(feedback).replace("\n  ", " ")


def test_several_values_may_come_in_one_array():
    feedback = verify("divide-backward", lambda a, b, g: np.array([g / b, -g * a / b**2]))
    assert feedback.passed
    feedback = verify("divide-backward", lambda a, b, g: np.array([g / b, g * a / b**2]))
    assert feedback.misconception == "missing-minus"
    feedback = verify("divide-backward", lambda a, b, g: np.array([a, g / b, -g * a / b**2]))
    assert feedback.misconception == "wrong-count" and "3 values" in feedback.message


def test_one_array_is_no_list_of_its_rows():
    feedback = verify("fold-layers", lambda W1, b1, W2, b2: np.vstack([W1 @ W2, b1 @ W2 + b2]))
    assert feedback.misconception == "wrong-count" and "one value" in feedback.message
    feedback = verify("momentum-step", lambda theta, *others: theta + 1)
    assert feedback.misconception == "wrong-count" and "one value" in feedback.message


def test_printing_instead_of_returning():
    def prints(x, w, b):
        print(w @ x + b)

    feedback = verify("weighted-sum", prints)
    assert feedback.misconception == "returned-nothing"
    assert "`return` instead of `print`" in feedback.message
    assert "7.0" in feedback.notes[0]


def test_what_the_code_prints_stays_out_of_the_notebook(capsys):
    def chatty(x, w, b):
        print("x" * 100_000)
        np.float64(1) / np.float64(0)
        return w @ x + b

    assert verify("weighted-sum", chatty).passed
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (lambda x, w: 1, "wrong-arguments", "takes (x, w)"),
        (lambda: 1, "wrong-arguments", "takes ()"),
        (lambda x, w, b, c: 1, "wrong-arguments", "must take 3 arguments (x, w, b)"),
        (7.0, "not-a-function", "without calling it"),
        ("weighted_sum", "not-a-function", "a string"),
        (None, "not-a-function", "None"),
        (int, "not-a-function", "class int"),
    ],
)
def test_what_is_no_such_function_is_named(answer, reason, words):
    feedback = verify("weighted-sum", answer)
    assert (feedback.status, feedback.misconception) == ("failed", reason)
    assert words in feedback.message


def test_other_names_defaults_and_further_optional_arguments_are_fine():
    def renamed(inputs, weights, bias=0.0, *, verbose=False):
        return np.dot(inputs, weights) + bias

    assert verify("weighted-sum", renamed).passed
    assert verify(
        "weighted-sum", lambda *arguments: arguments[0] @ arguments[1] + arguments[2]
    ).passed


def test_returning_the_input_itself():
    feedback = verify("max-pool", lambda image, size=2: image)
    assert feedback.misconception == "returned-input"
    assert "`image`" in feedback.message


def test_changed_input_is_told_and_does_not_reach_the_next_case():
    def ruins(x, w, b):
        z = w @ x + b
        x[:] = 0
        return z

    feedback = verify("weighted-sum", ruins)
    assert feedback.misconception == "changed-input"
    assert "`x`" in feedback.message
    assert verify("weighted-sum", lambda x, w, b: w @ x + b).passed


def test_one_array_used_for_every_result_is_compared_in_time():
    buffer = np.zeros((1, 1))

    def reuses(image, size=2):
        rows, columns = image.shape[0] // size, image.shape[1] // size
        buffer.resize((rows, columns), refcheck=False)
        for i, j in np.ndindex(rows, columns):
            buffer[i, j] = image[i * size : (i + 1) * size, j * size : (j + 1) * size].max()
        return buffer

    assert verify("max-pool", reuses).passed


def test_a_constant_of_one_fixed_case_fails_on_fresh_ones():
    def remembers(sizes):
        known = {(1, 1): 2, (2, 1): 3, (2, 3): 9, (3, 2, 1): 11, (2, 2, 2, 2): 18}
        known[(784, 64, 1)] = 50305
        return known.get(tuple(sizes), 0)

    assert verify("count-parameters", remembers).status == "failed"


def test_no_drawn_case_comes_twice():
    sizes = []

    def remembers(*case):
        sizes.append(case)
        return 2 * np.prod(case)

    assert verify("dense-flops", remembers).passed
    assert len(set(sizes)) == len(sizes) - 1  # the first is tried again at the end


# Endless answers


def plain_loop(x, w, b):
    while True:
        pass


def loop_that_catches_exceptions(x, w, b):
    while True:
        try:
            x = x + 1
        except Exception:
            pass


def loop_that_catches_everything(x, w, b):
    while True:
        try:
            sum(range(50))
        except:  # noqa: E722
            pass


def sleeps(x, w, b):
    time.sleep(60)


def compute(seconds):
    """Keep the processor at work for so long."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.mark.parametrize(
    "endless", [plain_loop, loop_that_catches_exceptions, loop_that_catches_everything, sleeps]
)
def test_a_function_that_never_returns_is_stopped(endless, short_limit):
    before = signal.getsignal(signal.SIGINT)
    feedback = verify("weighted-sum", endless)
    assert feedback.misconception == "too-slow"
    assert "0.3 seconds" in feedback.message and "line " in feedback.message
    assert feedback.counter_example.inputs[0] == ("x", "[2]")
    assert signal.getsignal(signal.SIGINT) is before
    time.sleep(0.3)  # nothing interrupts what comes after


@pytest.mark.parametrize(
    ("exercise", "right"),
    [
        ("group-split", answers_data_preparation.by_choice),
        ("own-augmentation", answers_data_preparation.small_shifts),
        ("honest-time", answers_hardware.one_loop),
        ("mini-batches", answers_optimizers.batches_choice),
        ("lookup-head", answers_transformers.head_entries()),
    ],
)
def test_the_calls_of_a_check_share_its_time(exercise, right, short_limit):
    @functools.wraps(right)
    def slow(*arguments):
        compute(0.25)  # any single call is quick enough
        return right(*arguments)

    feedback = verify(exercise, slow)
    assert feedback.misconception == "too-slow", feedback
    assert "after 0.3 seconds" in feedback.message


def test_time_that_runs_out_inside_the_fifty_layers_is_placed_in_the_learners_code(short_limit):
    def slow(z):
        compute(0.03)
        return 1.414 * np.maximum(0, z)

    feedback = verify("own-activation", slow)
    assert feedback.misconception == "too-slow"
    places = (": `while time.thread_time() < end:`", ": `return 1.414 * np.maximum(0, z)`")
    assert any(place in feedback.message for place in places), feedback.message


def test_a_function_that_waits_while_others_compute_has_its_time(short_limit):
    """As on a machine whose processors are busy with something else."""

    def waits(x, w, b):
        time.sleep(0.1)
        return x @ w + b

    assert verify("weighted-sum", waits).passed  # eight cases


def test_a_late_interrupt_leaves_nothing_behind(monkeypatch):
    """The watcher strikes at any moment, also while the limit is being lifted."""
    monkeypatch.setattr(time_limit, "INTERRUPT_AGAIN", 1e-5)
    monkeypatch.setattr(time_limit, "SECONDS", 0.0)
    before = signal.getsignal(signal.SIGINT)
    for _ in range(20):
        verify("weighted-sum", lambda x, w, b: compute(0.06))
        assert signal.getsignal(signal.SIGINT) is before


def test_a_learners_own_interrupt_goes_through():
    def interrupted(x, w, b):
        signal.raise_signal(signal.SIGINT)
        return w @ x + b

    with pytest.raises(KeyboardInterrupt):
        dl.check("weighted-sum", interrupted)


def test_outside_the_main_thread_there_is_no_limit():
    found = []
    thread = threading.Thread(
        target=lambda: found.append(verify("weighted-sum", lambda x, w, b: w @ x + b))
    )
    thread.start()
    thread.join()
    assert found[0].passed


# Unknown exercises, broken checks


def test_an_unknown_id_names_those_that_are_near(capsys):
    dl.check("weigthed_sum", lambda x, w, b: 0)
    assert 'Did you mean "weighted-sum"?' in capsys.readouterr().out
    with pytest.raises(ValueError, match='"weighted-sum"'):
        verify("weigthed_sum", None)


def test_an_id_like_no_other_says_where_ids_stand(capsys):
    dl.check("zzz", None)
    assert 'no exercise "zzz"' in capsys.readouterr().out


def test_arguments_the_wrong_way_round(capsys):
    dl.check(plain_loop, "weighted-sum")
    assert "the id comes first" in capsys.readouterr().out


def test_a_check_that_breaks_says_that_it_is_not_the_learners_fault(capsys, monkeypatch):
    def breaks(answer, rng):
        raise ZeroDivisionError

    monkeypatch.setattr(exercises, "load", lambda id: OpenExercise(check=breaks))
    dl.check("weighted-sum", lambda x, w, b: 0)
    assert "the course's mistake" in capsys.readouterr().out.replace("\n  ", " ")


# The verdict


def test_the_same_answer_gets_the_same_feedback():
    def off(X, W, b):
        return X @ W + b + 0.01

    assert verify("dense-forward", off) == verify("dense-forward", off)


def test_a_check_draws_nothing_from_the_global_generator():
    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    verify("convolve", lambda image, kernel: 0)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_close_numbers_are_shown_with_the_digits_that_differ():
    feedback = verify("weighted-sum", lambda x, w, b: w @ x + b + 0.001)
    assert (feedback.counter_example.expected, feedback.counter_example.got) == ("7", "7.001")
    slightly = verify("conv-parameters", lambda k, c, f: (k * k * c + 1) * f * 1.0002)
    assert slightly.counter_example.expected != slightly.counter_example.got


def test_a_wrong_number_is_shown_before_a_right_one_of_the_wrong_type():
    feedback = verify("output-size", lambda n, k, s=1, p=0: (n + 2 * p - k) / s + 1)
    assert (feedback.counter_example.expected, feedback.counter_example.got) == ("2", "2.5")


def test_large_results_name_the_first_difference():
    def last_row_wrong(image, kernel):
        windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        result = np.einsum("ijkl,kl->ij", windows, kernel)
        if len(result) > 4:
            result[-1] += 1
        return result

    feedback = verify("convolve", last_row_wrong)
    assert "numbers differ, the first at index [5, 0]" in feedback.message
    assert "array of shape" in feedback.counter_example.inputs[0][1]


def test_graders_get_an_assertion_error_with_the_whole_text():
    feedback = verify("weighted-sum", lambda x, w, b: w @ x)
    with pytest.raises(AssertionError, match="The bias is missing") as raised:
        feedback.raise_unless_passed()
    assert str(raised.value) == str(feedback)
    with pytest.raises(AssertionError, match="not started"):
        verify("weighted-sum", ...).raise_unless_passed()
    verify("weighted-sum", lambda x, w, b: w @ x + b).raise_unless_passed()


def test_html_escapes_what_comes_from_the_learner():
    def hostile(x, w, b):
        raise ValueError("<script>alert(1)</script> & `code")

    html = verify("weighted-sum", hostile)._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("status", "mark", "colour"),
    [("passed", "✓", "#157F4F"), ("failed", "✗", "#B8263F"), ("not-started", "○", "#5B6470")],
)
def test_the_mark_is_readable_on_light_and_dark_pages(status, mark, colour):
    feedback = Feedback("some-id", status, "words with `code`.")
    html = feedback._repr_html_()
    assert str(feedback).startswith(f"{mark} some-id: ")
    assert f"background:{colour}" in html and "<code>code</code>" in html
    assert contrast(colour, "#FFFFFF") >= 4.5  # the mark is white on its own disc
    for page in ("#FFFFFF", "#14181F"):
        assert contrast(colour, page) >= 2.8  # the disc itself carries no meaning alone


def contrast(one, other):
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return np.dot(linear, [0.2126, 0.7152, 0.0722])

    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)
