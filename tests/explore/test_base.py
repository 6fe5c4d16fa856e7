"""Bundling, state, still picture, and the ways of being shown."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from traitlets import TraitError

from dlcourse_utils.explore import Neuron, Playground, QuizView, bundle
from dlcourse_utils.explore.base import MIME, as_points, pack, unpack

QUESTION = {"id": "q", "kind": "number", "text": "1 + 1?", "answer": 2, "feedback_right": "Yes.",
            "feedback_wrong": "No."}  # fmt: skip
NAMES = ("neuron", "playground", "quiz_view")
EXPLORE = Path(bundle.__file__).parent


def make(name: str):
    return {"neuron": Neuron, "playground": Playground,
            "quiz_view": lambda: QuizView("demo", [QUESTION])}[name]()  # fmt: skip


# Bundles


@pytest.mark.parametrize("name", NAMES)
def test_bundles_have_no_module_syntax_left(name):
    assert not re.search(r"^\s*(import|export)\b", bundle.body(name), re.MULTILINE)
    assert bundle.module_source(name).endswith("export default { render };\n")
    assert f'dlcourse.define("{name}", {{ render }})' in bundle.classic_source(name)


def test_bundles_are_made_in_an_environment_that_is_reached_through_a_link(tmp_path):
    """As /tmp is on macOS, or a virtual environment that someone has moved."""
    (tmp_path / "dlcourse_utils").symlink_to(EXPLORE.parent)
    code = "from dlcourse_utils.explore import bundle; print(bundle.body('neuron'))"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "path", sorted(EXPLORE.glob("*/view.js")), ids=lambda path: path.parent.name
)
def test_an_explorable_is_at_most_25_kB(path):
    assert path.stat().st_size <= 25_000


def test_a_kit_file_is_inlined_once():
    assert bundle.body("neuron").count("function uid(") == 1


@pytest.mark.parametrize("name", NAMES)
def test_what_starts_a_page_without_widgets_takes_no_name_of_the_module(name):
    # A second `decode` once took the place of the first, and the latent space drew black.
    assert bundle.standalone_source(name).count(f'standalone("{name}", render);') == 1


def test_unknown_module():
    with pytest.raises(ValueError, match="no such module"):
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
    monkeypatch.setattr(bundle, "HERE", tmp_path.resolve())
    with pytest.raises(ValueError, match=reason):
        bundle.body.__wrapped__("wrong")


# State and still picture


def test_state_is_json_and_holds_the_traits_of_the_explorable_alone():
    state = Neuron([[0, 0], [1, 2]], [0, 1]).state()
    assert json.loads(json.dumps(state)) == state
    assert {"points", "labels", "w1", "w2", "b", "activation", "caption"} <= set(state)
    assert not {"layout", "_esm", "_css", "comm", "tabbable", "tooltip"} & set(state)
    assert state["labels"] == {"$base64": "AAAAAAAAgD8="}


@pytest.mark.parametrize("name", NAMES)
def test_preview_is_a_png_of_700_px_and_always_the_same(name):
    picture = make(name).preview()
    assert picture == make(name).preview()
    pixels = plt.imread(io.BytesIO(picture))
    assert pixels.shape[1] == 700
    assert pixels[0, 0, 3] == 0, "the background is transparent"
    assert np.ptp(pixels[..., 3]) > 0, "something is drawn"
    assert len(picture) < 80_000


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
        (np.zeros((4, 3)), np.zeros(4), r"shape \(n, 2\) .* got \(4, 3\)"),
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


@pytest.mark.parametrize("name", NAMES)
def test_display_holds_widget_state_picture_and_caption(name):
    explorable = make(name)
    data, _ = explorable._repr_mimebundle_()
    assert data[MIME] == {"module": name, "state": explorable.state(),
                          "caption": explorable.caption}  # fmt: skip
    assert data["image/png"].startswith("iVBOR")
    assert data["text/plain"] == explorable.caption
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "text/html" not in data
    # With ipywidgets 7 a callable here would take the place of the bundle above.
    assert explorable._ipython_display_ is None


def test_without_anywidget_the_same_module_is_shown_as_html(open_page):
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        "from dlcourse_utils.explore import Neuron\n"
        "data, _ = Neuron([[0, 0], [1, 1]], [0, 1])._repr_mimebundle_()\n"
        "assert 'application/vnd.jupyter.widget-view+json' not in data\n"
        "print(data['text/html'])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    one = result.stdout
    page = open_page(f"<!doctype html><html lang='en'><title>Kaggle</title>{one}{one}</html>")
    assert page.locator(".dl-frame").count() == 2
    assert page.locator(".dl-standalone img").count() == 0, "the still picture makes room"
    first, second = page.locator(".dl-live").all()
    page.get_by_label("b", exact=True).first.fill("1")
    page.wait_for_function("!document.querySelector('.dl-live').textContent.includes('+ 0.00')")
    assert "+ 0.00" in second.inner_text(), "the two do not share their state"
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size") \
        == page.locator("[id]").count()  # fmt: skip


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


@pytest.mark.parametrize("name", NAMES)
def test_the_module_that_anywidget_gets_can_be_imported(open_page, name):
    page = open_page("<!doctype html><html lang='en'><title>Widget</title><body></body></html>")
    kinds = page.evaluate(
        """async (source) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const module = await import(url);
          return Object.keys(module).concat(typeof module.default.render);
        }""",
        make(name)._esm,
    )
    assert kinds == ["default", "function"]


def test_the_page_shows_the_caption_once(show):
    assert show(Neuron(caption="Where?")).locator("text=Where?").count() == 1
    assert show(Neuron(caption="Where?"), in_page=False).locator("text=Where?").count() == 1
