"""Bundling, state, still picture, and the ways of being shown."""

import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from traitlets import TraitError

from dlcourse_utils.explore import Neuron, Playground, bundle, parts
from dlcourse_utils.explore.traits import as_points, pack, unpack

EXPLORE = Path(bundle.__file__).parent


# Bundles


def test_bundles_are_made_in_an_environment_that_is_reached_through_a_link(tmp_path):
    """As /tmp is on macOS, or a virtual environment that someone has moved."""
    (tmp_path / "dlcourse_utils").symlink_to(EXPLORE.parent)
    code = "from dlcourse_utils.explore import bundle; print(bundle.body('neuron'))"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_kit_file_is_inlined_once():
    assert bundle.body("neuron").count("function uid(") == 1


def test_unknown_module():
    with pytest.raises(ValueError, match="explore/nothing-like-this/view.js is missing"):
        bundle.body("nothing-like-this")


@pytest.mark.parametrize(
    "source, reason",
    [
        ('import * as kit from "../kit/dom.js";\nexport default { render };\n', "cannot bundle"),
        ('import { h } from "../kit/dom.js";\nfunction h() {}\n', "'h' is declared"),
        ("const end = '</script>';\n", "would end the page's script"),
    ],
)
def test_what_cannot_be_bundled_is_refused(tmp_path, monkeypatch, source, reason):
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "dom.js").write_text("export function h() {}\n", encoding="utf-8")
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "view.js").write_text(source, encoding="utf-8")
    monkeypatch.setattr(parts, "HERE", tmp_path.resolve())
    with pytest.raises(ValueError, match=reason):
        bundle.body.__wrapped__("wrong")


# State and still picture


def test_preview_leaves_pyplot_alone():
    plt.close("all")
    with plt.rc_context({"font.size": 23}):
        Neuron().preview()
        assert plt.rcParams["font.size"] == 23
    assert plt.get_fignums() == []


def test_pack_and_unpack_are_inverse():
    values = np.array([[1, -2.5], [3, 1e-3]], dtype=np.float32)
    np.testing.assert_array_equal(unpack(pack(values), (2, 2)), values)


def test_binary_traits_take_what_the_browser_sends():
    playground = Playground()
    playground.weights = memoryview(pack([1, 2]))
    assert playground.weights == pack([1, 2])
    playground.weights = np.array([3.0])
    assert playground.weights == pack([3])
    with pytest.raises(TraitError):
        playground.weights = "text"


@pytest.mark.parametrize(
    "X, y, message",
    [
        (np.zeros((4, 3)), np.zeros(4), r"X must have shape \(n, 2\), got \(4, 3\)"),
        (np.zeros((0, 2)), np.zeros(0), r"got \(0, 2\)"),
        (np.zeros((4, 2)), np.zeros(5), r"shape \(4,\).* got \(5,\)"),
        ([[0, np.nan]], [0], "finite"),
        (np.zeros((2, 2)), [1, 2], "only 0 and 1"),
    ],
)
def test_points_of_a_wrong_kind_are_refused(X, y, message):
    with pytest.raises(ValueError, match=message):
        as_points(X, y)


# Ways of being shown


def test_two_on_one_page_do_not_share_their_state(open_page):
    one = Neuron([[0, 0], [1, 1]], [0, 1]).to_html()
    page = open_page(f"<!doctype html><html lang='en'><title>Kaggle</title>{one}{one}</html>")
    second = page.locator(".dl-live").nth(1)
    page.get_by_label("b", exact=True).first.fill("1")
    page.wait_for_function("!document.querySelector('.dl-live').textContent.includes('+ 0.00')")
    assert "+ 0.00" in second.inner_text()


def test_a_figure_that_cannot_start_keeps_its_picture(open_page):
    broken = Neuron().to_html().replace('"feature_names": ', '"lost": ')
    page = open_page(f"<!doctype html><html lang='en'><title>Lost</title>{broken}</html>")
    assert page.locator(".dl-standalone img").is_visible()
    assert page.locator(".dl-standalone > div").count() == 1
    assert any("TypeError" in error for error in page.errors)
    page.errors.clear()


def test_html_cannot_be_broken_by_text_in_the_state(open_page):
    nasty = "</script><script>document.title = 'broken'</script>"
    explorable = Neuron(feature_names=(nasty, "<b>x</b>"), caption=nasty)
    page = open_page(f"<!doctype html><html lang='en'><title>whole</title>{explorable.to_html()}")
    assert page.title() == "whole"
    assert nasty in page.locator("figcaption").inner_text()
