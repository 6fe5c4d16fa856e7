"""What a chapter is, checked by machine. These tests run no notebook."""

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from dlcourse_authoring.execution import LIVE_MIME_TYPES
from dlcourse_authoring.fingerprint import has_outputs_of_its_code
from dlcourse_utils import exercises, quizzes
from dlcourse_utils.explore import MIME
from dlcourse_utils.repository import repository_address

ROOT = Path(__file__).parents[2]
COLUMNS = 80  # what the code column of a page holds at 1280 px without scrolling
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
TAGS = {
    "setup", "explorable", "figure", "exercise", "check", "solution", "quiz", "live", "agreement",
    "try-it",
    "hide-cell", "hide-input", "nbval-check-output", "nbval-ignore-output",
}  # fmt: skip
HIDDEN_CODE = {"explorable", "figure", "quiz"}
COLLAPSED = {"cellView": "form", "jupyter": {"source_hidden": True}, "_kg_hide-input": True}


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def tags(cell):
    return set(cell.metadata.get("tags", []))


def exercise_id(cell):
    return cell.metadata.get("dlcourse", {}).get("exercise")


def test_there_are_chapters():
    assert CHAPTERS, "no chapters/*.ipynb found"


def test_what_the_tests_below_look_at_is_there():
    chapters = [nbformat.read(path, as_version=4) for path in CHAPTERS]
    seen = Counter(
        tag for chapter in chapters for cell in code_cells(chapter) for tag in tags(cell)
    )
    assert min(seen[tag] for tag in ("figure", "explorable", "exercise", "check", "solution")) > 10
    assert seen["setup"] == seen["quiz"] == len(CHAPTERS)
    prose = "".join(map(markdown, chapters))
    assert prose.count("$$") > 100 and prose.count("**") > 500


def test_file_is_valid(notebook):
    nbformat.validate(notebook)
    assert code_cells(notebook)


def test_cell_ids_are_unique_readable_words(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    unreadable = [id for id in ids if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id)]
    assert not unreadable, "ids are short words such as relu-gradient-check"
    assert not [id for id in ids if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]+)*", id)], "random ids"


def test_opening_says_what_for_whom_and_how_long(notebook):
    first = notebook.cells[0].source
    assert first.startswith("# ")
    for promise in ("**You will be able to**", "**You need**", "**Time**"):
        assert promise in first
    goals = re.findall(r"^- ", first, re.MULTILINE)
    assert 3 <= len(goals) <= 5


def test_headings_make_a_table_of_contents(notebook):
    levels = [len(marks) for marks in re.findall(r"^(#+) ", markdown(notebook), re.MULTILINE)]
    assert levels.count(1) == 1
    jumps = [pair for pair in zip(levels, levels[1:], strict=False) if pair[1] > pair[0] + 1]
    assert not jumps, "a heading level was skipped"


def test_closing_sections(notebook):
    for heading in ("## Quiz", "## What to remember", "## Read on"):
        assert re.search(rf"^{heading}$", markdown(notebook), re.MULTILINE)


def test_setup_cell_is_the_same_everywhere(notebook):
    first_chapter = nbformat.read(CHAPTERS[0], as_version=4)
    (setup,), (reference,) = (
        [cell.source for cell in code_cells(chapter) if "setup" in tags(cell)]
        for chapter in (notebook, first_chapter)
    )
    assert setup == reference
    assert code_cells(notebook)[0].source == setup, "the setup cell comes first"
    assert f"git+{repository_address(ROOT)}\n" in setup, "run `dlcourse publish-as ADDRESS`"


def test_lines_fit_the_page(notebook):
    long = [
        (cell.id, line)
        for cell in code_cells(notebook)
        for line in cell.source.splitlines()
        if len(line) > COLUMNS
    ]
    assert not long


def test_markdown_is_plain(notebook):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", markdown(notebook), flags=re.DOTALL)
    raw = markdown(notebook)
    assert not re.search(r"^\s*(```|:::+)\s*\{", raw, re.MULTILINE), "a MyST directive"
    assert not re.search(r"\{[a-z:-]+\}`", raw), "a MyST role"
    assert "<img" not in text, "pictures are made by code or are Markdown pictures with alt text"
    assert not re.search(r"^\s*[-*] \[[ x]\] ", text, re.MULTILINE), "a task list"
    assert not re.search(r"\[\^[^\]]+\]", text), "a footnote"
    assert not any(cell.get("attachments") for cell in notebook.cells)


def test_display_formulas_stand_alone(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            blocks = re.findall(r"(^|\n\n)\$\$.*?\$\$(?=\n\n|$)", cell.source, re.DOTALL)
            assert cell.source.count("$$") == 2 * len(blocks), cell.id


def test_links_between_chapters_lead_somewhere(path, notebook):
    targets = re.findall(r"\]\(([^):]+\.(?:ipynb|md))(?:#[^)]*)?\)", markdown(notebook))
    assert targets, "a chapter links to others"
    for target in targets:
        assert (path.parent / target).is_file(), target


def test_tags_are_known(notebook):
    for cell in code_cells(notebook):
        assert tags(cell) <= TAGS, cell.id
        checks = tags(cell) & {"nbval-check-output", "nbval-ignore-output"}
        assert len(checks) == 1, f"{cell.id}: say whether its output is compared"


def test_code_that_is_not_the_lesson_is_folded(notebook):
    for cell in code_cells(notebook):
        if tags(cell) & HIDDEN_CODE:
            assert "hide-input" in tags(cell), cell.id


def test_pictures_say_what_they_show(notebook):
    for cell in code_cells(notebook):
        pictures = any(
            kind.startswith("image/") for output in cell.outputs for kind in output.get("data", {})
        )
        if pictures or tags(cell) & HIDDEN_CODE:
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt.split()) >= 5, f"{cell.id} has no alt text that says what it shows"


def test_exercises_come_as_starter_check_solution(notebook):
    cells = [cell for cell in code_cells(notebook) if exercise_id(cell)]
    parts = {"exercise", "check", "solution"}
    kinds = [(exercise_id(cell), *(tags(cell) & parts)) for cell in cells]
    names = list(dict.fromkeys(name for name, *_ in kinds))
    assert names
    wanted = [(name, kind) for name in names for kind in ("exercise", "check", "solution")]
    assert kinds == wanted
    assert set(names) <= set(exercises.exercise_ids()), "an exercise without a check in the package"


def test_starters_are_unsolved_and_named_after_their_exercise(notebook):
    for cell in code_cells(notebook):
        if "exercise" in tags(cell):
            assert re.search(r"(^|= |    )\.\.\.", cell.source, re.MULTILINE), cell.id
            assert cell.id == exercise_id(cell)
        if tags(cell) & {"check", "solution"}:
            assert f'dl.check("{exercise_id(cell)}", ' in cell.source


def test_solutions_are_collapsed_everywhere(notebook):
    for cell in code_cells(notebook):
        if "solution" in tags(cell):
            assert "hide-cell" in tags(cell)
            assert COLLAPSED.items() <= cell.metadata.items(), cell.id
            title, reasoning = cell.source.splitlines()[:2]
            assert title == "# @title Solution"
            assert reasoning.startswith("# "), "a solution opens with its reasoning"


def test_exercises_are_marked_by_stars_in_rising_order(notebook):
    stars = [len(marks) for marks in re.findall(r"^### Exercise (★+) ", markdown(notebook), re.M)]
    assert len(stars) == len({exercise_id(cell) for cell in code_cells(notebook)} - {None})
    assert stars[0] == 1 and stars[-1] == 3
    assert "Try it" in markdown(notebook)


def test_outputs_are_those_of_the_code(notebook):
    assert has_outputs_of_its_code(notebook), (
        "outputs are older than the code: run `make notebooks`"
    )
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "not run from top to bottom in one go"


def test_outputs_are_clean(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type != "error", cell.id
            assert output.get("name") != "stderr", cell.id
            assert not set(output.get("data", {})) & set(LIVE_MIME_TYPES), cell.id
    assert "widgets" not in notebook.metadata


def test_stored_solutions_passed(notebook):
    for cell in code_cells(notebook):
        shown = "".join(str(output.get("text", output.get("data"))) for output in cell.outputs)
        if "solution" in tags(cell):
            assert "✓" in shown, f"{cell.id} did not pass its check"
        if "check" in tags(cell):
            assert "○" in shown, f"{cell.id}: the starter should be reported as not started"


def test_every_exercise_of_the_package_is_in_a_chapter():
    used = {
        exercise_id(cell)
        for chapter in CHAPTERS
        for cell in code_cells(nbformat.read(chapter, as_version=4))
    }
    assert set(exercises.exercise_ids()) == used - {None}


def test_bold_terms_are_in_the_glossary(notebook):
    glossary = (ROOT / "appendix" / "glossary.md").read_text(encoding="utf-8").lower()
    known = set(re.findall(r"^(?!:::|#)(\S.*)\n  ", glossary, re.MULTILINE))
    prose = "\n".join(cell.source for cell in notebook.cells[1:] if cell.cell_type == "markdown")
    # A bold opening of a list item or remark ends in a full stop; it is no term.
    bold = {term.lower() for term in re.findall(r"\*\*([^*]+)\*\*", prose) if term[-1] not in ".:"}
    missing = {term for term in bold if not {term, term.removesuffix("s")} & known}
    assert not missing, "define these in appendix/glossary.md, or do not print them bold"


def test_the_stored_quiz_is_the_one_that_ships(path, notebook):
    (cell,) = [cell for cell in code_cells(notebook) if "quiz" in tags(cell)]
    stored = cell.outputs[0].data[MIME]["state"]["questions"]
    assert stored == quizzes.load(path.stem)["questions"], "run the chapter again"
