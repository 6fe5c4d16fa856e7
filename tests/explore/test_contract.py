"""What every explorable owes, asked of each that has a folder.

One visit of a page answers many questions. What is an explorable's own (its numbers beside
Python's, its drags and keys, its words) stands in the file of its name.
"""

import inspect
import io
import json
import re
import subprocess
import sys
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pytest
from traitlets import TraitError

from dlcourse_utils import explore
from dlcourse_utils.explore import bundle, parts
from dlcourse_utils.explore.base import MIME, Explorable
from dlcourse_utils.explore.traits import Choice, Number, Several, Whole

EVERY = pytest.mark.parametrize("name", parts.names())
# The quiz keeps answers in the reader's browser, a drawing is not for the address.
WITHOUT_ADDRESS = {"quiz_view", "draw_digit"}
# Questions and measurements are checked whole; a plane is as wide as its codes.
WITHOUT_BOUNDS = {"quiz_view", "transfer", "latent_space"}
LARGEST = 25_000  # bytes of an explorable's own script


@cache
def class_of(name: str) -> type[Explorable]:
    return getattr(explore, parts.class_name(name))


@cache
def example(name: str) -> Explorable:
    return class_of(name).example()


def state_of(page) -> dict:
    """The model's state as text, binary values too."""
    keys = page.evaluate("Object.keys(JSON.parse(document.querySelector('#state').textContent))")
    read = """(key) => {
      const value = model.get(key);
      return JSON.stringify(value instanceof DataView ? [...new Uint8Array(value.buffer)] : value);
    }"""
    return {key: page.evaluate(read, key) for key in keys}


def rounded(state: dict, keys: list[str]) -> dict:
    """Some of the state as an address holds it: numbers with four decimals."""
    values = {key: json.loads(state[key]) for key in keys}
    return {key: round(v, 4) if isinstance(v, float) else v for key, v in values.items()}


def said(page) -> str:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".dl-live").inner_text()


def touch_all_controls(page) -> None:
    """Move every slider and number by a key, choose another option, checkbox and radio."""
    for control in page.locator(".dl-frame :is(input, select)").all():
        if not control.is_visible() or not control.is_enabled():
            continue
        kind = control.get_attribute("type") or "select"
        if kind == "range":
            at_end = control.evaluate("(one) => one.valueAsNumber >= Number(one.max)")
            control.press("ArrowLeft" if at_end else "ArrowRight")
        elif kind == "select":
            other = "(one) => [...one.options].findLast((o) => o.value !== one.value)?.value ?? ''"
            control.select_option(control.evaluate(other))
        elif kind == "checkbox":
            control.click()
        elif kind == "radio" and not control.is_checked():
            control.press("Space")
        elif kind == "number":
            control.press("ArrowUp")
            control.press("Enter")


# ---- the folder ----------------------------------------------------------------------------------


def test_every_folder_is_a_class_and_its_name_the_module():
    assert len(parts.names()) >= 18
    assert sorted(explore.__all__) == sorted(map(parts.class_name, parts.names()))
    for name in parts.names():
        assert class_of(name).module == name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = explore.Nothing


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("__init__.py", "class Name(Explorable)"),
        ("view.js", "export default"),
        ("style.css", "rules that this explorable alone needs"),
    ],
)
def test_a_part_that_is_missing_is_named_with_what_belongs_there(
    tmp_path, monkeypatch, file, words
):
    monkeypatch.setattr(parts, "HERE", tmp_path)
    (tmp_path / "new").mkdir()
    for other in set(parts.PARTS) - {file}:
        (tmp_path / "new" / other).write_text("class New(Explorable):\n")
    assert parts.names() == ["new"]
    sentence = rf"explore/new/{file} is missing: write there .*{re.escape(words)}"
    with pytest.raises(ValueError, match=sentence):
        parts.require_all()


@pytest.mark.parametrize("source", ["", "class A(Explorable):\nclass B(Explorable):\n"])
def test_a_folder_without_one_class_is_named(tmp_path, monkeypatch, source):
    monkeypatch.setattr(parts, "HERE", tmp_path)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "__init__.py").write_text(source)
    with pytest.raises(ValueError, match=r"explore/new/__init__.py must define one explorable"):
        parts.class_name("new")


@EVERY
def test_it_is_small_and_its_rules_are_its_own(name):
    folder = parts.HERE / name
    assert sum(file.stat().st_size for file in folder.glob("*.js")) <= LARGEST
    kit = "".join(file.read_text("utf-8") for file in (parts.HERE / parts.KIT).glob("*"))
    mine = set(re.findall(r"\.(dl-[\w-]+)", (folder / "style.css").read_text("utf-8")))
    own = {one for one in mine if not re.search(rf"\b{one}\b(?!-)", kit)}
    for other in parts.names():
        source = parts.part(other, "view.js").read_text("utf-8")
        used = {one for one in own if re.search(rf"[\s\"'`.]{one}(?![\w-])", source)}
        assert not used if other != name else own == {} or used, f"{other} uses {used}"


@EVERY
def test_bundles_have_no_module_syntax_left(name):
    assert not re.search(r"^\s*(import|export)\b", bundle.body(name), re.MULTILINE)
    assert bundle.module_source(name).endswith("export default { render };\n")
    assert f'dlcourse.define("{name}", {{ render }})' in bundle.classic_source(name)
    # A second `decode` once took the place of the first, and the latent space drew black.
    assert bundle.standalone_source(name).count(f'standalone("{name}", render);') == 1


# ---- Python's side -------------------------------------------------------------------------------


@EVERY
def test_state_picture_and_caption_are_what_a_notebook_stores(name):
    figure = example(name)
    data, _ = figure._repr_mimebundle_()
    state = figure.state()
    assert json.loads(json.dumps(state)) == state
    assert not {"layout", "_esm", "_css", "comm", "tabbable", "tooltip"} & set(state)
    assert data[MIME] == {"module": name, "state": state, "caption": figure.caption}
    assert data["image/png"].startswith("iVBOR")
    assert data["text/plain"] == figure.caption == state["caption"]
    assert figure.caption.rstrip()[-1] in ".?!"
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "text/html" not in data
    # With ipywidgets 7 a callable here would take the place of the bundle above.
    assert figure._ipython_display_ is None
    assert bundle.style(name) == figure._css


@EVERY
def test_the_still_picture_is_700_px_wide_and_always_the_same(name):
    picture = example(name).preview()
    assert picture == class_of(name).example().preview()
    pixels = plt.imread(io.BytesIO(picture))
    assert pixels.shape[1:] == (700, 4)
    assert pixels[0, 0, 3] == 0, "the background is transparent"
    assert np.ptp(pixels[..., 3]) > 0, "something is drawn"
    assert len(picture) < 90_000


def bad_values(trait) -> list:
    if isinstance(trait, (Number, Whole)):
        low, high = (trait.low, trait.high) if np.isfinite(trait.low) else (trait.above, np.inf)
        beyond = [low - 1] + ([high + 1] if np.isfinite(high) else [])
        return [*beyond, float("nan"), "text", None, *([low + 0.5] if type(trait) is Whole else [])]
    if isinstance(trait, Choice):
        return ["none such", -7.5, None]
    too_many = [trait.each.default_value] * (trait.most + 1)
    return [3, None, [None] * max(trait.least, 1), too_many]


@EVERY
def test_a_wrong_value_is_refused_in_the_same_words_at_the_start_and_later(name):
    made = class_of(name)
    bounded = {key: one for key, one in made.class_traits(sync=True).items()
               if isinstance(one, (Number, Whole, Choice, Several))}  # fmt: skip
    assert bounded or name in WITHOUT_BOUNDS
    arguments = inspect.signature(made).parameters
    free = all(p.default is not p.empty for p in arguments.values() if p.kind != p.VAR_KEYWORD)
    for key, trait in bounded.items():
        for bad in bad_values(trait):
            with pytest.raises(ValueError, match=rf"^{key} must .*, got ") as later:
                setattr(example(name), key, bad)
            assert isinstance(later.value, TraitError)
            # None stands for "as usual" in some constructors.
            if free and key in arguments and bad is not None:
                with pytest.raises(ValueError) as first:
                    made(**{key: bad})
                assert str(first.value) == str(later.value)


def test_where_anywidget_is_missing_each_is_html(open_page, tmp_path):
    """On Kaggle, say: the same modules, through a plain HTML output, each twice on one page."""
    file = tmp_path / "found.json"
    code = (
        "import sys, json; sys.modules['anywidget'] = None\n"
        "from dlcourse_utils import explore\n"
        "found = {}\n"
        "for one in explore.__all__:\n"
        "    data, _ = getattr(explore, one).example()._repr_mimebundle_()\n"
        "    assert 'application/vnd.jupyter.widget-view+json' not in data\n"
        "    found[one] = data['text/html']\n"
        "json.dump(found, open(sys.argv[1], 'w'))"
    )
    subprocess.run([sys.executable, "-c", code, str(file)], check=True)
    found = json.loads(file.read_text("utf-8"))
    assert sorted(found) == sorted(explore.__all__)
    both = "".join(one + one for one in found.values())
    page = open_page(f"<!doctype html><html lang='en'><title>Kaggle</title>{both}</html>")
    page.wait_for_function(
        f"document.querySelectorAll('.dl-frame').length === {2 * len(found)}", timeout=60_000
    )
    assert page.locator(".dl-standalone img").count() == 0, "the still pictures make room"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))


# ---- the page ------------------------------------------------------------------------------------


@EVERY
def test_in_the_page(show, name):
    """Names, nothing unasked, every control, what Python hears, Reset, the end."""
    figure = example(name)
    page = show(figure, reduced_motion=True)
    assert page.locator(".dl-frame[role=group][aria-label]").count() == 1
    assert page.locator("figcaption", has_text=figure.caption[:40]).count() == 1
    before, start = said(page), state_of(page)
    page.wait_for_timeout(150)
    assert said(page) == before, "nothing moves until it is asked to"
    sliders = page.locator("input[type=range], input[type=number]")
    quiet = sliders.evaluate_all("(all) => all.map((one) => one.dataset.lmSuppressShortcuts)")
    if name != "quiz_view":
        assert set(quiet) <= {"true"}, "arrow keys of a field are swallowed by JupyterLab"

    saved = page.evaluate("saved")
    touch_all_controls(page)
    assert page.evaluate("saved") > saved or name == "quiz_view", "Python hears of it"
    address = page.url.partition("#")[2]
    moved = state_of(page)
    assert moved != start or name == "quiz_view"
    if name not in WITHOUT_ADDRESS:
        keys = [pair.partition("=")[0] for pair in address.removeprefix(f"{name}?").split("&")]
        assert address.startswith(f"{name}?") and set(keys) <= set(start)
        there = show(figure, hash=f"#{address}")
        assert rounded(state_of(there), keys) == rounded(moved, keys)
        assert said(there)
        page.get_by_role("button", name="Reset").click()
        assert "#" not in page.url.rstrip("#")
        assert {key: state_of(page)[key] for key in keys} == {key: start[key] for key in keys}
    else:
        page.get_by_role("button", name=re.compile("Reset|Try again")).click()
    said(page)

    for button in page.locator("button.dl-primary").all():
        button.click()  # a training or a run begins
    page.evaluate("cleanup()")
    page.wait_for_timeout(50)
    stopped = page.locator(".dl-live").inner_text()
    page.wait_for_timeout(100)
    assert page.locator(".dl-live").inner_text() == stopped
    assert page.evaluate("listening()") == 0


@EVERY
def test_it_is_accessible_and_fits_a_phone(show, axe, name):
    page = show(example(name))
    touch_all_controls(page)
    for button in page.locator(".dl-frame button:not(.dl-primary, .dl-reset)").all():
        if button.is_enabled():
            button.click()
    turn = """([theme, paper]) => {
      document.documentElement.dataset.theme = theme;
      document.body.style.background = paper;
    }"""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for theme, paper in (("dark", "#14181F"), ("light", "#fff")):
            page.evaluate(turn, [theme, paper])
            said(page)
            assert axe(page) == [], (width, theme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    targets = page.locator(
        "button, select, input[type=range], input[type=number], .dl-handle-target"
    )
    for target in targets.all():
        box = target.bounding_box()
        assert box is None or min(box["height"], box["width"]) >= 40, target.evaluate(
            "(one) => one.outerHTML"
        )


@EVERY
def test_outside_the_website_it_brings_its_caption_and_leaves_the_address(show, name):
    page = show(example(name), in_page=False, hash=f"#{name}?seed=7")
    assert page.locator(".dl-caption", has_text=example(name).caption[:40]).count() == 1
    touch_all_controls(page)
    assert page.url.endswith(f"#{name}?seed=7")


@EVERY
def test_the_module_that_anywidget_gets_can_be_imported(open_page, name):
    page = open_page("<!doctype html><html lang='en'><title>Widget</title><body></body></html>")
    kinds = page.evaluate(
        """async (source) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const module = await import(url);
          return Object.keys(module).concat(typeof module.default.render);
        }""",
        example(name)._esm,
    )
    assert kinds == ["default", "function"]


@EVERY
def test_its_widget_carries_all_the_style_that_it_needs(show, name):
    """With its own rules and the kit's it looks as with all explorables' rules together."""
    alone, together = (
        show(example(name), reduced_motion=True, style=bundle.style(*names)).screenshot()
        for names in ([name], parts.names())
    )
    assert alone == together
