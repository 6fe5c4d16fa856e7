"""What the extension makes of a notebook's parts, without building a site."""

import base64
import json

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document
from nbformat.v4 import new_code_cell, new_notebook, new_output

from book.admonitions import BoxRemarks
from book.chapters import SetExercises, SetFrontMatter
from book.explorables import MIME, figure_html
from book.notebook_reader import read

STORED = {"module": "neuron", "state": {"w": 1, "text": "</script>"}, "caption": "Turn it."}


def notebook(*cells) -> str:
    return nbformat.writes(new_notebook(cells=list(cells)))


def explorable():
    data = {
        MIME: STORED,
        "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
        "image/png": base64.b64encode(b"png").decode(),
        "text/plain": "Turn it.",
    }
    return new_code_cell("", outputs=[new_output("display_data", data)])


def paragraph(*children) -> nodes.paragraph:
    # MyST sets an empty text before emphasis that opens a paragraph.
    return nodes.paragraph("", "", nodes.Text(""), *children)


def test_a_stored_explorable_becomes_a_figure_and_keeps_its_picture():
    first, second = read(notebook(explorable(), explorable())).cells
    data = first.outputs[0].data
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert 'data-place="neuron"' in data["text/html"]
    # An address with a state must mean one figure of the page.
    assert 'data-place="neuron-2"' in second.outputs[0].data["text/html"]


def test_the_state_cannot_end_its_script_element():
    page = figure_html(STORED, "neuron")
    state = page.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(state) == STORED["state"]


@pytest.mark.parametrize(
    ("tags", "prompt"),
    [
        (["solution", "hide-cell"], "Show the solution"),
        (["setup", "hide-cell"], "Show the setup"),
        (["figure", "hide-input"], "Show the code"),
    ],
)
def test_hidden_cells_say_what_they_hide(tags, prompt):
    (cell,) = read(notebook(new_code_cell("1", metadata={"tags": tags}))).cells
    assert cell.metadata.mystnb.code_prompt_show == prompt


def test_what_only_colab_reads_is_not_shown():
    (cell,) = read(notebook(new_code_cell("# @title Solution\nz = w @ x"))).cells
    assert cell.source == "z = w @ x"


def test_the_words_for_a_figure_stay_beside_its_prompt():
    metadata = {"tags": ["figure", "hide-input"], "mystnb": {"image": {"alt": "A line falls."}}}
    (cell,) = read(notebook(new_code_cell("1", metadata=metadata))).cells
    assert cell.metadata.mystnb.image.alt == "A line falls."


@pytest.mark.parametrize("kind", ["Note", "Warning", "History"])
def test_a_remark_becomes_a_box(kind):
    document = new_document("page")
    document += nodes.block_quote(
        "", paragraph(nodes.strong("", f"{kind}."), nodes.Text(" Guess first.")), paragraph()
    )
    BoxRemarks(document).apply()
    (box,) = document.findall(nodes.admonition)
    assert box["classes"] == ["remark", kind.lower()]
    assert [child.astext() for child in box.children[:2]] == [kind, "Guess first."]


def test_any_other_quotation_stays_one():
    document = new_document("page")
    document += nodes.block_quote("", paragraph(nodes.strong("", "Bold"), nodes.Text(" words")))
    document += nodes.block_quote("", paragraph(nodes.Text("Note. said somebody")))
    BoxRemarks(document).apply()
    assert not list(document.findall(nodes.admonition))


def test_front_matter_is_gathered_and_nothing_after_it():
    document = new_document("page")
    section = nodes.section("", nodes.title("", "Neurons"), paragraph(nodes.Text("Why.")))
    for label in ("You will be able to", "You need", "Time"):
        section += paragraph(nodes.strong("", label), nodes.Text(" …"))
    section += paragraph(nodes.Text("It begins."))
    document += section
    SetFrontMatter(document).apply()
    front = section.children[2]
    assert front["classes"] == ["dl-front"]
    assert len(front.children) == 3
    assert section.children[-1].astext() == "It begins."


def cell(tag: str) -> nodes.container:
    return nodes.container(nb_element="cell_code", cell_metadata={"tags": [tag]})


def test_an_exercise_ends_with_its_solution():
    document = new_document("page")
    title = nodes.title("", "Exercise ★★ One correction")
    section = nodes.section("", title, paragraph(nodes.Text("Write it.")))
    section += [cell("exercise"), cell("check"), cell("solution")]
    section += paragraph(nodes.Text("On to the next thing."))
    document += section
    SetExercises(document).apply()
    assert title.astext() == "Exercise ★★ One correction"
    assert title[0]["classes"] == ["dl-kicker"]
    _, task, after = section.children
    labels = [child.astext() for child in task.children if "dl-label" in child.get("classes", [])]
    assert labels == ["Starter", "Check"]
    assert after.astext() == "On to the next thing."
