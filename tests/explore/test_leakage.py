"""Leakage: the page against Python, the steps against scikit-learn's, who fools whom, controls."""

from functools import cache

import numpy as np
import pytest
from sklearn.feature_selection import f_classif
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dlcourse_utils.explore import Leakage, bundle
from dlcourse_utils.explore.leakage import STEPS, VISITS, drawn, select

RIGHT = {"duplicates": "before", "split": "patients", "selection": "after", "scaling": "after"}
WRONG = {"duplicates": "after", "split": "rows", "selection": "before", "scaling": "before"}
SETTINGS = [
    {},
    RIGHT,
    {**RIGHT, "model": "class means", "patients": 20, "features": 50, "signal": "none", "seed": 0},
    {"split": "patients", "model": "class means", "signal": "strong", "seed": 9999},
    {"duplicates": "before", "features": 10, "patients": 40},
]


@cache
def all_setups(**given):
    """The scores of all 16 setups, by the steps done wrong."""
    return {
        frozenset(name for name, choice in zip(STEPS, choices, strict=True)
                  if choice == WRONG[name]): scores
        for choices, scores in Leakage(**given).compare().items()
    }  # fmt: skip


def fooled(*wrong: str, **given) -> float:
    """By how much, over five tables, the steps done wrong fool in the mean."""
    return float(np.mean([all_setups(seed=s, **given)[frozenset(wrong)].fooled for s in range(5)]))


def run(page, expression: str, *arguments):
    """Evaluate with the module's own functions at hand, out of the very bundle that ships."""
    body = bundle.body("leakage")
    return page.evaluate(f"(given) => {{ {body}; return {expression}; }}", list(arguments))


def said(page) -> str:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".dl-live").inner_text()


def state(page, *names: str) -> list:
    return page.evaluate("(names) => names.map(model.get)", list(names))


def choose(page, step: str, choice: str) -> None:
    page.get_by_role("group", name=step).get_by_label(choice).check()


def table_rows(page) -> list[list[str]]:
    page.wait_for_function("!document.querySelector('tbody').textContent.includes('…')")
    return page.evaluate(
        "[...document.querySelectorAll('tbody tr')].map((row) => "
        "[...row.children].map((cell) => cell.textContent))"
    )


# ---- numbers -------------------------------------------------------------------------------------


def test_page_and_python_agree(show):
    page = show(Leakage(features=10, patients=20))
    for given in SETTINGS:
        figure = Leakage(**given)
        data = {name: getattr(figure, name) for name in ("seed", "patients", "features")}
        data["shift"] = {"none": 0, "weak": 0.4, "strong": 0.8}[figure.signal]
        setup = {name: getattr(figure, name) for name in STEPS}
        found = run(
            page, "scores(makeTable(given[0]), given[1], given[2])", data, setup, figure.model
        )
        np.testing.assert_allclose(found["reported"], figure.scores().reported, atol=1e-9)
        np.testing.assert_allclose(found["fresh"], figure.scores().new, atol=1e-9)


def test_the_table_is_the_same_on_the_page(show):
    figure = Leakage(features=10, patients=20)
    X, y, patient = figure.table()
    page = show(figure)
    made = "makeTable({ seed: 3, patients: 20, features: 10, shift: 0.4 })"
    found = run(page, f"[Array.from({made}.X), {made}.rows, Array.from(freshColumn({made}, 2))]")
    np.testing.assert_allclose(np.reshape(found[0], (-1, 10)), X[: 20 * VISITS], atol=1e-12)
    assert [row["patient"] for row in found[1]] == patient.tolist()
    assert [row["y"] for row in found[1]] == y.tolist()
    np.testing.assert_allclose(found[2], figure.new_patients([2])[0][:, 0], atol=1e-12)


def test_the_table_is_what_the_words_say():
    X, y, patient = Leakage(patients=40, features=10, signal="strong").table()
    assert X.shape == ((40 + 12) * VISITS, 10)
    # A copy has its original's values and class, and another patient number.
    np.testing.assert_array_equal(X[120:], X[:36])
    np.testing.assert_array_equal(y[120:], y[:36])
    assert not set(patient[120:]) & set(patient[:120])
    assert len(np.unique(X, axis=0)) == 120
    assert [len(set(y[patient == number])) for number in range(52)] == [1] * 52


def test_visits_resemble_each_other_and_only_five_features_know_the_class():
    X, y, _ = Leakage(patients=120, features=1000, signal="strong").table()
    X, y = X[:360], y[:360]
    first, second = X[::3, 5:].ravel(), X[1::3, 5:].ravel()
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.8, abs=0.01)
    apart = X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)
    assert np.all(apart[:5] > 1) and abs(apart[5:].mean()) < 0.02
    X_new, y_new = Leakage(signal="strong").new_patients([0, 7])
    apart = X_new[y_new == 1].mean(axis=0) - X_new[y_new == 0].mean(axis=0)
    np.testing.assert_allclose(apart, [1.6, 0], atol=0.3)


def test_features_are_selected_as_scikit_learn_does():
    X, y, _ = Leakage(features=200).table()
    np.testing.assert_array_equal(select(X, y), np.argsort(-f_classif(X, y)[0])[:10])


@pytest.mark.parametrize("unit", ["patients", "rows"])
def test_a_split_keeps_units_whole_and_classes_even(unit):
    _, y, patient = Leakage(features=10).table()
    units = patient if unit == "patients" else np.arange(len(y))
    test = drawn(units, y, 5)
    assert np.mean(test) == pytest.approx(1 / 3, abs=0.02)
    assert y[test].mean() == pytest.approx(0.5, abs=0.01)
    assert not set(units[test]) & set(units[~test])
    assert bool(set(patient[test]) & set(patient[~test])) == (unit == "rows")


@pytest.mark.parametrize(
    ("name", "model"),
    [("nearest row", KNeighborsClassifier(1)), ("class means", NearestCentroid())],
)
def test_the_honest_way_is_scikit_learns(name, model):
    figure = Leakage(**RIGHT, model=name, features=50)
    X, y, patient = (part[: 60 * VISITS] for part in figure.table())
    scores = figure.scores()
    for number in (0, 7):
        test = drawn(patient, y, 2**31 + 4096 * figure.seed + number)
        columns = select(X[~test], y[~test])
        line = make_pipeline(StandardScaler(), model).fit(X[np.ix_(~test, columns)], y[~test])
        assert scores.reported[number] == line.score(X[np.ix_(test, columns)], y[test])
        assert scores.new[number] == line.score(*figure.new_patients(columns))


# ---- what the caption asks -----------------------------------------------------------------------


def test_done_right_it_hardly_fools():
    assert abs(fooled()) < 0.05


def test_scaling_before_the_split_hardly_matters():
    assert abs(fooled("scaling") - fooled()) < 0.01
    for seed in range(5):
        setups = all_setups(seed=seed)
        for wrong, scores in setups.items():
            if "scaling" in wrong:
                assert abs(scores.fooled - setups[wrong - {"scaling"}].fooled) < 0.05


@pytest.mark.parametrize("step", ["duplicates", "split", "selection"])
def test_the_other_steps_fool_much_each_alone(step):
    assert fooled(step) - fooled() > 0.1
    for seed in range(5):
        setups = all_setups(seed=seed)
        assert setups[frozenset({step})].fooled > setups[frozenset()].fooled + 0.06


def test_mending_one_step_alone_seems_to_do_nothing():
    for step in ("duplicates", "selection", "scaling"):
        mended = set(WRONG) - {step}
        assert fooled(*WRONG) - fooled(*mended) < 0.05


def test_class_means_are_fooled_by_many_features_and_not_by_few():
    means = {"model": "class means"}
    assert fooled("selection", **means) - fooled(**means) > 0.1
    assert fooled("selection", features=10, **means) == fooled(features=10, **means)
    assert fooled(*WRONG, features=10, **means) < 0.08


def test_without_a_signal_one_reports_much_where_there_is_nothing():
    scores = Leakage(signal="none").scores()
    assert scores.reported.mean() > 0.85
    assert scores.new.mean() == pytest.approx(0.5, abs=0.05)


def test_the_start_is_fooled_and_its_honest_setup_is_not():
    setups = all_setups()
    assert setups[frozenset(WRONG)].fooled > 0.3
    assert abs(setups[frozenset()].fooled) < 0.04


# ---- the page ------------------------------------------------------------------------------------


def test_it_starts_fooled_and_says_so(show):
    scores = Leakage().scores()
    text = said(show(Leakage()))
    assert f"accuracy of {scores.reported.mean():.2f} ± {scores.reported.std():.2f};" in text
    assert f"reach {scores.new.mean():.2f} ± {scores.new.std():.2f}." in text
    assert text.endswith(f"You are fooled by {scores.fooled:.2f}.")


def test_steps_are_switched_and_what_was_tried_stays_in_sight(show):
    page = show(Leakage())
    for step, choice in (
        ("Duplicates removed", "before the split"),
        ("Table split", "patient by patient"),
        ("10 best features chosen", "after it, on training rows"),
        ("Scaling fitted", "after it, on training rows"),
    ):
        choose(page, step, choice)
    assert state(page, *STEPS) == list(RIGHT.values())
    assert said(page).endswith("may be the luck of this table.")
    rows = table_rows(page)
    assert [row[:4] for row in rows] == [
        list({**WRONG, **dict(list(RIGHT.items())[:mended])}.values()) for mended in range(5)
    ]
    compared = Leakage().compare()
    for *choices, by in rows:
        assert float(by.replace("−", "-")) == round(compared[tuple(choices)].fooled, 2)
    assert page.locator("tbody tr[aria-current]").count() == 1
    choose(page, "Scaling fitted", "before the split")
    said(page)
    assert len(table_rows(page)) == 5  # nothing is listed twice


@pytest.mark.parametrize("width", [1280, 360])
def test_the_list_moves_nothing_and_shows_the_setup_of_now(show, width):
    page = show(Leakage(), width=width)
    place = "document.querySelector('.dl-controls').getBoundingClientRect().top + scrollY"
    before = page.evaluate(place)
    assert page.get_by_text("Change a step").is_visible()
    page.evaluate("model.set('tried', [...Array(16).keys()].reverse())")
    choose(page, "Table split", "patient by patient")
    said(page)
    table_rows(page)
    assert page.evaluate(place) == before
    assert page.get_by_text("Change a step").is_hidden()
    box, row = (
        page.locator(name).bounding_box() for name in (".dl-leakage-list", "[aria-current]")
    )
    assert box["y"] < row["y"] <= box["y"] + box["height"] - row["height"] + 1


def test_switches_by_keyboard(show):
    page = show(Leakage())
    page.get_by_role("group", name="Table split").get_by_label("row by row").focus()
    page.keyboard.press("ArrowDown")
    assert state(page, "split") == ["patients"]
    assert "split=patients" in page.evaluate("location.hash")


def test_other_data_change_all_that_was_tried(show):
    page = show(Leakage(), hash="#leakage?tried=15,0,4")
    before = table_rows(page)
    page.get_by_label("Model").select_option("class means")
    page.get_by_label("Features to choose from").select_option("10")
    page.get_by_label("Patients", exact=True).select_option("20")
    page.get_by_label("Signal in 5 of them").select_option("strong")
    page.get_by_role("button", name="New table").click()
    assert state(page, "model", "features", "patients", "signal", "seed") == [
        "class means", 10, 20, "strong", 4,
    ]  # fmt: skip
    said(page)
    after = table_rows(page)
    assert [row[:4] for row in after] == [row[:4] for row in before]
    figure = Leakage(model="class means", features=10, patients=20, signal="strong", seed=4)
    shown = [float(row[4].replace("−", "-")) for row in after]
    compared = figure.compare()
    assert shown == [round(compared[tuple(row[:4])].fooled, 2) + 0.0 for row in after]


def test_the_address_holds_the_state_and_reset_empties_it(show):
    figure = Leakage()
    address = (
        "#leakage?duplicates=before&split=rows&selection=after&scaling=before&model=class%20means"
        "&patients=20&features=50&signal=none&seed=8&tried=15,10"
    )
    page = show(figure, hash=address)
    names = (*STEPS, "model", "patients", "features", "signal", "seed", "tried")
    assert state(page, *names) == [
        "before", "rows", "after", "before", "class means", 20, 50, "none", 8, [15, 10],
    ]  # fmt: skip
    page.get_by_role("button", name="New table").click()
    assert page.evaluate("location.hash") == address.replace("seed=8", "seed=9")
    page.get_by_role("button", name="Reset").click()
    assert state(page, *names) == [getattr(figure, name) for name in names]
    assert page.evaluate("location.hash") == ""


def test_a_broken_address_does_no_harm(show):
    page = show(
        Leakage(), hash="#leakage?split=me&patients=7&features=1e9&seed=-1&tried=2.5,99,x&signal="
    )
    assert state(page, "split", "patients", "features", "seed") == ["rows", 60, 500, 3]
    assert "fooled" in said(page)
    assert table_rows(page)


def test_the_choices_of_all_steps_stand_in_one_line(show):
    page = show(Leakage(), width=768)
    groups = page.locator(".dl-leakage-steps fieldset")
    tops = {
        round(groups.nth(i).locator("input").first.bounding_box()["y"])
        for i in range(groups.count())
    }
    assert len(tops) == 1


def test_the_preview_tells_of_no_step_alone():
    tried = Leakage()
    tried.tried = [0, 1, 2, 4, 8, 15]
    assert tried.preview() == Leakage().preview()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"duplicates": "never"}, "duplicates must be one of .*got 'never'"),
        ({"split": "groups"}, "split must be one of"),
        ({"selection": None}, "selection must be one of"),
        ({"scaling": "all"}, "scaling must be one of"),
        ({"model": "network"}, "model must be one of"),
        ({"patients": 50}, "patients must be one of .*got 50"),
        ({"features": 5}, "features must be one of .*got 5"),
        ({"signal": 0.4}, "signal must be one of"),
        ({"seed": 0.5}, "seed must be a whole number from 0 to 9999, got 0.5"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        Leakage(**arguments)
