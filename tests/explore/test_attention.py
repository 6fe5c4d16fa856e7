"""Attention maps in the browser: stepping, selects, hovering; their numbers against NumPy's."""

import re

import numpy as np
import pytest

from dlcourse_utils.explore import Attention, bundle
from dlcourse_utils.explore.attention import visible
from dlcourse_utils.explore.traits import unpack

QUERIES, KEYS = list("1979-05-03"), list("3 May 1979")


def softmax(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def random_weights(*shape: int, seed: int = 0) -> np.ndarray:
    return softmax(np.random.default_rng(seed).normal(0, 2, shape)).astype(np.float32)


def dates(**options) -> Attention:
    return Attention(QUERIES, KEYS, random_weights(2, 3, 10, 10), ["first", "last"], **options)


def settle(page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def said(page) -> str:
    settle(page)
    return page.locator(".dl-live").inner_text()


def state(page, *names: str) -> list:
    return page.evaluate("(names) => names.map(model.get)", list(names))


def links(page) -> int:
    settle(page)
    return page.locator(".dl-attention-links path").count()


# Numbers


def test_the_weights_of_every_layer_and_head_are_pythons(show):
    figure = dates()
    page = show(figure)
    for layer in range(2):
        for head in (-1, 0, 1, 2):
            figure.layer, figure.head = layer, head
            on_page = page.evaluate(
                f"(given) => {{ {bundle.body('attention')};"
                "return weightsOf(floats(model.get('weights')), ...given); }",
                [[3, 10, 10], layer, head],
            )
            np.testing.assert_allclose(np.reshape(on_page, (10, 10)), figure.matrix(), atol=1e-6)


def test_the_mean_is_of_the_heads():
    weights = random_weights(2, 3, 4, 5)
    figure = Attention(list("abcd"), list("vwxyz"), weights, layer=1, head=-1, query=2)
    np.testing.assert_allclose(figure.row(), weights[1].mean(axis=0)[2], atol=1e-6)
    assert figure.strongest() == "vwxyz"[weights[1].mean(axis=0)[2].argmax()]


def test_spread_counts_equal_keys():
    rows = [[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25] * 4]
    for query, expected in enumerate((1, 2, 4)):
        assert Attention("abc", "wxyz", [rows], query=query).spread() == pytest.approx(expected)


@pytest.mark.parametrize("query", [0, 4, 9])
def test_the_sentence_says_pythons_numbers(show, query):
    figure = dates(layer=1, head=2, query=query)
    row = figure.row()
    words = said(show(figure))
    assert words.startswith(f"Query {query + 1} of 10, “{QUERIES[query]}”, looks most at key ")
    found = re.findall(r"(\d+) “(.)” (\d\.\d\d)", words)
    assert 1 <= len(found) <= 3
    for (number, token, weight), expected in zip(
        found, np.argsort(-row, kind="stable"), strict=False
    ):
        assert (int(number), token) == (expected + 1, visible(KEYS[expected]))
        assert float(weight) == pytest.approx(row[expected], abs=0.0051)
    spread = float(re.search(r"Spread like ([\d.]+) equal", words)[1])
    assert spread == pytest.approx(figure.spread(), abs=0.051)


def test_keys_carry_their_weights_and_the_strong_ones_are_linked(show):
    figure = dates(query=3)
    page = show(figure)
    shares = page.locator(".dl-attention-key small").all_inner_texts()
    np.testing.assert_allclose([float(text or 0) for text in shares], figure.row(), atol=0.0051)
    assert links(page) == (figure.row() >= 0.04).sum()


def test_a_key_is_readable_on_its_colour(show):
    # 4.5:1 or better, for the lightest, the darkest and whatever lies between
    page = show(Attention("a", KEYS, [[np.arange(1, 11) / 55]]))
    colours = page.evaluate(
        "[...document.querySelectorAll('.dl-attention-key')].map((key) => "
        "['background-color', 'color'].map((name) => "
        "getComputedStyle(key).getPropertyValue(name).match(/[\\d.]+/g).slice(0, 3).map(Number)))"
    )
    for pair in np.array(colours) / 255:
        linear = np.where(pair <= 0.04045, pair / 12.92, ((pair + 0.055) / 1.055) ** 2.4)
        darker, lighter = sorted(linear @ (0.2126, 0.7152, 0.0722))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


# Stepping


def test_arrow_keys_step_through_the_queries(show):
    page = show(dates(query=4))
    page.get_by_role("radio").nth(4).focus()
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("Query 6 of 10")
    assert state(page, "query") == [5]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert said(page).startswith("Query 4 of 10")
    assert page.get_by_role("radio", checked=True).get_attribute("aria-label") == "9, 4 of 10"


def test_buttons_step_and_go_round(show):
    page = show(dates(query=9))
    page.get_by_role("button", name="Next query").click()
    assert state(page, "query") == [0]
    page.get_by_role("button", name="Previous query").click()
    assert said(page).startswith("Query 10 of 10")


def test_layer_and_head_change_the_numbers(show):
    figure = dates(query=2)
    page = show(figure)
    page.get_by_label("Layer", exact=True).select_option(label="last")
    page.get_by_label("Head", exact=True).select_option(label="mean of all")
    figure.layer, figure.head = 1, -1
    assert state(page, "layer", "head") == [1, -1]
    best = int(figure.row().argmax())
    assert f"most at key {best + 1} " in said(page)


def test_one_layer_and_one_head_need_no_selects(show):
    page = show(Attention("ab", "xyz", [random_weights(2, 3)]))
    assert page.locator("select").count() == 0


def test_the_map_is_read_by_pointing_and_chosen_by_a_click(show):
    figure = dates(query=0)
    page = show(figure)
    page.locator(".dl-attention-map").scroll_into_view_if_needed()
    box = page.locator(".dl-attention-map").bounding_box()
    right, down = box["x"] + box["width"] - 6, box["y"] + box["height"] - 6
    page.mouse.move(right - 4, down - 4)
    settle(page)
    note = page.locator(".dl-attention-note")
    assert note.inner_text() == f"“3” looks at 10 “9” with weight {figure.matrix()[9, 9]:.3f}."
    assert state(page, "query") == [0]
    page.mouse.click(right - 4, down - 4)
    assert state(page, "query") == [9]
    page.mouse.move(2, 2)
    settle(page)
    assert "Point at the map" in note.inner_text()


def test_a_query_that_may_look_at_nothing(show):
    page = show(Attention("ab", "xy", [[[0, 0], [1, 0]]], query=0))
    assert said(page) == "Query 1 of 2, “a”, looks at nothing."
    assert links(page) == 0


def test_blanks_and_line_ends_can_be_seen(show):
    page = show(Attention(["a b"], ["\n", "", " "], [[[0.5, 0.3, 0.2]]]))
    assert "“a␣b”, looks most at key 1 “⏎” 0.50, then 2 “∅” 0.30, then 3 “␣” 0.20" in said(page)


def test_tokens_are_text_not_markup(show):
    page = show(Attention(["<b>x</b>"], ["</script><i>"], [[[1.0]]]))
    assert "“<b>x</b>”, looks most at key 1 “</script><i>” 1.00" in said(page)
    assert page.locator(".dl-frame b, .dl-frame i").count() == 0


def test_the_address_holds_the_state_and_reset_empties_it(show):
    page = show(dates(query=1), hash="#attention?layer=1&head=2&query=7")
    assert state(page, "layer", "head", "query") == [1, 2, 7]
    assert page.get_by_label("Head", exact=True).input_value() == "2"
    page.get_by_role("button", name="Next query").click()
    assert "query=8" in page.evaluate("location.hash")
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("location.hash") == ""
    assert said(page).startswith("Query 2 of 10")


def test_a_broken_address_does_no_harm(show):
    page = show(dates(), hash="#attention?layer=7&head=x&query=2.4")
    assert said(page).startswith("Query 3 of 10")
    assert state(page, "layer", "head") == [1, 0]


def test_arguments_state_and_traits():
    weights = random_weights(3, 2, 4)
    figure = Attention(["a", "b"], list("wxyz"), weights)
    assert (figure.layer_names, figure.heads, figure.query) == (["1"], 3, 1)
    np.testing.assert_array_equal(unpack(figure.weights, (3, 2, 4)), weights)
    assert set(figure.state()) == {
        "caption", "head", "heads", "key_tokens", "layer", "layer_names", "query", "query_tokens",
        "weights",
    }  # fmt: skip


@pytest.mark.parametrize(
    "tokens",
    [list("To be, or not to be, that is the"), ["comfortable"] * 32, ["x" * 60, "y"]],
    ids=["characters", "words", "one long word"],
)
def test_many_and_long_tokens_fit_a_phone(show, tokens):
    page = show(Attention(tokens, tokens, random_weights(4, len(tokens), len(tokens))), width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = page.locator(".dl-attention-map").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360


GOOD = [[[0.5, 0.5]]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a", "xyz", GOOD), r"\(layers, heads, 1, 3\) or \(heads, 1, 3\).*got \(1, 1, 2\)"),
        (("a", "xy", [0.5, 0.5]), r"must have shape .* got \(2,\)"),
        (("", "xy", GOOD), "queries must hold 1 to 64 tokens, got 0"),
        (("a", "x" * 65, GOOD), "keys must hold 1 to 64 tokens, got 65"),
        (("a", "xy", [[[0.5, 0.7]]]), "after the softmax"),
        (("a", "xy", [[[1.5, -0.5]]]), "not negative"),
        (("a", "xy", [[[float("nan"), 1]]]), "after the softmax"),
        (("a", "xy", GOOD, ["one", "two"]), "layer_names must hold 1 names.*got 2"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        Attention(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": 2}, "layer must lie between 0 and 1, got 2"),
        ({"head": -2}, "head must lie between -1 and 2, got -2"),
        ({"query": 10}, "query must lie between 0 and 9, got 10"),
    ],
)
def test_a_start_out_of_range_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        dates(**options)
