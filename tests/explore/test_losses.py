"""Losses in the browser: mouse, keyboard, address; its numbers against NumPy's and finite steps."""

import re

import numpy as np
import pytest

from dlcourse_utils.explore import Losses, bundle


def settle(page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def handle(page, example: int):
    return page.get_by_role("slider", name=f"Prediction for example {example}", exact=True)


def drag(page, example: int, dy: float) -> None:
    box = handle(page, example).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 9, y + dy / 2)
    page.mouse.move(x + 30, y + dy)
    page.mouse.up()
    settle(page)


def numbers(text: str) -> list[float]:
    return [float(word) for word in re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-"))]


def rows(page) -> np.ndarray:
    """The table as the reader sees it: share, gradient, share, gradient; one row an example."""
    return np.array([numbers(row)[1:] for row in page.locator("tbody tr").all_inner_texts()])


def said(page) -> str:
    return page.locator(".dl-live").inner_text().replace("−", "-")


def as_left(page, figure: Losses) -> Losses:
    """The Python figure with what the page holds now."""
    state = page.evaluate(
        "Object.fromEntries(['y_true', 'y_pred', 'labels', 'probabilities', 'against', 'delta']"
        ".map((key) => [key, model.get(key)]))"
    )
    return Losses(**state)


def judge_on_page(page, figure: Losses, loss: str) -> dict:
    """The page's own `judge`, out of the very bundle that ships."""
    truth, predicted = figure.pair()
    return page.evaluate(
        f"(given) => {{ {bundle.body('losses')}; return judge(...given); }}",
        [loss, truth.tolist(), predicted.tolist(), figure.delta, figure.against == "cross-entropy"],
    )


@pytest.mark.parametrize("against", ["mae", "huber", "cross-entropy"])
def test_page_and_python_agree(show, against):
    random = np.random.default_rng(0)
    page = show(Losses())
    for size in (2, 5, 8):
        figure = Losses(
            random.normal(size=size) * 5,
            random.normal(size=size) * 5,
            labels=random.integers(0, 2, size),
            probabilities=random.random(size),
            against=against,
            delta=0.5 + random.random() * 3,
        )
        for loss in ("mse", against):
            found = judge_on_page(page, figure, loss)
            assert found["value"] == pytest.approx(figure.value(loss), abs=1e-4)
            np.testing.assert_allclose(found["shares"], figure.shares(loss), atol=1e-4)
            np.testing.assert_allclose(found["gradients"], figure.gradients(loss), atol=1e-4)


@pytest.mark.parametrize("against", ["mae", "huber", "cross-entropy"])
def test_gradients_are_those_of_the_values(against):
    """Central differences; for probabilities in z, the sum before the sigmoid."""
    figure = Losses(against=against, delta=0.7)
    trait = "probabilities" if against == "cross-entropy" else "y_pred"
    start = np.array(getattr(figure, trait))

    def moved(i, by):
        changed = start.copy()
        if against == "cross-entropy":
            z = np.log(changed[i] / (1 - changed[i])) + by
            changed[i] = 1 / (1 + np.exp(-z))
        else:
            changed[i] += by
        return Losses(**{trait: changed}, against=against, delta=0.7)

    for loss in ("mse", against):
        numerical = [
            (moved(i, 1e-5).value(loss) - moved(i, -1e-5).value(loss)) / 2e-5
            for i in range(len(start))
        ]
        np.testing.assert_allclose(figure.gradients(loss), numerical, atol=1e-7)


def test_it_starts_as_python_says(show):
    figure = Losses()
    page = show(figure)
    expected = np.column_stack(
        [
            100 * figure.shares("mse"),
            figure.gradients("mse"),
            100 * figure.shares("mae"),
            figure.gradients("mae"),
        ]
    )
    np.testing.assert_allclose(rows(page), expected, atol=0.5)
    np.testing.assert_allclose(rows(page)[:, 1::2], expected[:, 1::2], atol=6e-4)
    assert said(page).startswith(f"MSE {figure.value('mse'):.2f}, MAE {figure.value('mae'):.2f}.")
    assert "Example 5 makes 92% of MSE and 64% of MAE" in said(page)


def test_dragging_moves_one_prediction_and_only_up_and_down(show):
    figure = Losses()
    page = show(figure)
    drag(page, 5, -60)
    now = as_left(page, figure)
    assert now.y_pred[:4] == figure.y_pred[:4]
    assert now.y_pred[4] > figure.y_pred[4] + 0.5
    assert f"MSE {now.value('mse'):.2f}" in said(page)
    np.testing.assert_allclose(rows(page)[:, 1], now.gradients("mse"), atol=6e-4)
    drag(page, 5, 900)
    assert min(as_left(page, figure).y_pred) >= 0, "it stays inside the picture"


def test_arrow_keys_move_a_prediction(show):
    figure = Losses()
    page = show(figure)
    point = handle(page, 2)
    point.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    settle(page)
    assert as_left(page, figure).y_pred[1] == pytest.approx(4.1)
    assert point.get_attribute("aria-valuetext") == "4.1, truth 3.5"


def test_one_prediction_for_all_finds_mean_and_median(show):
    figure = Losses()
    page = show(figure)
    page.get_by_label("One prediction for all").check()
    settle(page)
    assert as_left(page, figure).y_pred == pytest.approx([3.1] * 5)  # the mean of the predictions
    handle(page, 1).focus()
    page.keyboard.press("ArrowDown")
    settle(page)
    assert "all at 3.0" in said(page) and "0.00 (MAE)" in said(page)  # 3 is the median
    for _ in range(10):
        page.keyboard.press("ArrowUp")
    settle(page)
    assert as_left(page, figure).y_pred == pytest.approx([4.0] * 5)  # the mean
    assert numbers(said(page).split("add up to")[1])[0] == 0.0


def test_huber_has_a_delta(show):
    figure = Losses(delta=2.0)
    page = show(figure)
    delta = page.get_by_label("δ", exact=True)
    assert not delta.is_visible()
    page.get_by_label("MSE beside").select_option("huber")
    settle(page)
    delta.focus()
    page.keyboard.press("ArrowLeft")
    settle(page)
    now = as_left(page, figure)
    assert (now.against, now.delta) == ("huber", pytest.approx(1.9))
    np.testing.assert_allclose(rows(page)[:, 3], now.gradients("huber"), atol=6e-4)
    assert f"Huber {now.value('huber'):.2f}" in said(page)


def test_cross_entropy_brings_its_own_examples(show):
    figure = Losses()
    page = show(figure)
    page.get_by_label("MSE beside").select_option("cross-entropy")
    settle(page)
    now = as_left(page, figure)
    np.testing.assert_allclose(rows(page)[:, 1], now.gradients("mse"), atol=6e-4)
    np.testing.assert_allclose(rows(page)[:, 3], now.gradients("cross-entropy"), atol=6e-4)
    assert "probability" in page.locator(".dl-losses-plot svg").first.text_content()
    drag(page, 5, 400)
    assert as_left(page, figure).probabilities[4] == pytest.approx(0.001)
    page.get_by_label("MSE beside").select_option("mae")
    settle(page)
    assert handle(page, 5).count() == 1
    assert as_left(page, figure).y_pred == figure.y_pred


def test_no_error_at_all(show):
    page = show(Losses([1, 2], [1, 2]))
    assert "No errors at all" in said(page)
    np.testing.assert_array_equal(rows(page), 0)


def test_the_address_holds_the_state_and_reset_empties_it(show):
    figure = Losses()
    page = show(figure, hash="#losses?against=cross-entropy&probabilities=0.9,0.1,0.9,0.1,0.5")
    assert as_left(page, figure).probabilities == pytest.approx([0.9, 0.1, 0.9, 0.1, 0.5])
    page.get_by_label("MSE beside").select_option("huber")
    assert "against=huber" in page.evaluate("location.hash")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert as_left(page, figure).state() == figure.state()
    assert page.evaluate("location.hash") == ""


def test_a_broken_address_does_no_harm(show):
    figure = Losses()
    page = show(figure, hash="#losses?y_pred=1,2&against=hinge&delta=-4&probabilities=x")
    assert rows(page).shape == (5, 4)
    assert as_left(page, figure).y_pred == figure.y_pred


def test_the_address_says_whether_one_prediction_is_for_all(show):
    page = show(Losses())
    page.get_by_label("One prediction for all").check()
    there = show(Losses(), hash="#" + page.url.split("#")[1])
    assert there.get_by_label("One prediction for all").is_checked()
    assert there.locator(".dl-losses-one").count() == 1
    back = show(Losses(together=True), hash="#losses?together=false")
    assert not back.get_by_label("One prediction for all").is_checked()


def test_python_moves_the_page(show):
    figure = Losses()
    page = show(figure)
    page.evaluate("model.set('y_pred', [2, 3.5, 2.5, 3, 4])")
    settle(page)
    assert "Example 5 makes 100% of MSE" in said(page)


@pytest.mark.parametrize("width", [1280, 360])
def test_the_axis_starts_at_0_and_gradients_have_a_zero_line(show, width):
    page = show(Losses(), width=width)
    ticks = page.locator(".dl-losses-plot .dl-tick[text-anchor=end]").all_text_contents()
    assert ticks[0] == "0"
    assert len(ticks) >= 3
    line = page.evaluate(
        "Array.from(document.querySelectorAll('.dl-losses-middle'), (bar) => "
        "getComputedStyle(bar, '::before').left)"
    )
    assert len(line) == 10
    assert min(float(left[:-2]) for left in line) > 10
    scales = page.locator(".dl-losses-scale")
    assert [scales.nth(i).locator("span").all_inner_texts() for i in (1, 3)] == [
        ["−1.7", "0", "1.7"],
        ["−0.2", "0", "0.2"],
    ]


def test_a_gradients_bar_points_to_its_side(show):
    page = show(Losses())
    bars = page.evaluate(
        """() => [...document.querySelectorAll(".dl-losses-gradient")].map((bar) => {
          const [own, all] = [bar, bar.parentElement].map((one) => one.getBoundingClientRect());
          return (own.left + own.right - all.left - all.right) / 2;
        })"""
    )
    gradients = rows(page)[:, 1::2].ravel()
    assert len(bars) == len(gradients) and gradients.min() < 0 < gradients.max()
    assert [np.sign(round(side, 2)) for side in bars] == list(np.sign(gradients))


def test_an_axis_far_from_0_does_not_start_there(show):
    page = show(Losses(y_true=(200, 210, 220), y_pred=(205, 204, 221)))
    ticks = page.locator(".dl-losses-plot .dl-tick[text-anchor=end]").all_text_contents()
    assert float(ticks[0]) > 190


def test_each_loss_has_a_preview_of_its_own():
    assert len({Losses(against=against).preview() for against in ("mae", "huber")}) == 2


@pytest.mark.parametrize("width", [1280, 360])
def test_one_prediction_for_probabilities_is_accessible_and_fits(show, axe, width):
    page = show(Losses(against="cross-entropy", together=True), width=width)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"y_true": [1, 2, 3], "y_pred": [1, 2]},
            "y_pred must hold as many numbers as y_true, 3, got 2",
        ),
        ({"y_true": [[1, 2]]}, "y_true must hold 2 to 8 finite numbers"),
        ({"y_true": range(9), "y_pred": range(9)}, "2 to 8 finite numbers"),
        ({"y_pred": [1, 2, 3, 4, np.nan]}, "y_pred must hold 2 to 8 finite numbers"),
        ({"labels": [0, 1, 2, 0, 1]}, "values out of 0.0, 1.0"),
        ({"probabilities": [0, 1, 2, 0, 1]}, "2 to 8 numbers from 0 to 1"),
        ({"against": "hinge"}, "got 'hinge'"),
        ({"delta": 0}, "delta must be a number above 0, got 0"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        Losses(**arguments)


def test_only_the_losses_shown_can_be_asked_for():
    with pytest.raises(ValueError, match='"mse" or "mae"'):
        Losses().gradients("huber")
