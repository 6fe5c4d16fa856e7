"""The rules of `rules.py` over all chapters, and each rule on a chapter that breaks it."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import rules
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from dlcourse_authoring.new_chapter import new_chapter
from dlcourse_utils.chapter import read

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
# Rule -> numbers of the chapters that do not meet it yet.
EXEMPT = yaml.safe_load(Path(__file__).with_name("exempt.yaml").read_text("utf-8")) or {}
EXEMPT.pop("run_twice", None)  # which is a matter of cells: test_run_twice.py


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_chapter_meets_the_rule(rule, path):
    chapter = read(path)
    against = list(rule(chapter))
    if chapter.number in EXEMPT.get(rule.__name__, ()):
        assert against, (
            f"take {chapter.number} from {rule.__name__} in exempt.yaml: it meets it now"
        )
    else:
        assert not against, "\n".join([path.name, *against])


def test_what_is_exempt_is_a_rule_and_a_chapter():
    assert len(CHAPTERS) >= 14
    assert set(EXEMPT) <= {rule.__name__ for rule in rules.RULES}
    numbers = {read(path).number for path in CHAPTERS}
    assert {number for exempt in EXEMPT.values() for number in exempt} <= numbers


@pytest.fixture
def spoiled(tmp_path, monkeypatch):
    """``spoiled(edit)`` is a chapter from the template, after `edit` was let loose on it."""
    for folder in ("chapters", "dlcourse_utils/quizzes", "dlcourse_utils/exercises"):
        (tmp_path / folder).mkdir(parents=True)
    first = CHAPTERS[0].name
    (tmp_path / "chapters" / first).write_bytes(CHAPTERS[0].read_bytes())
    monkeypatch.setattr(rules.quizzes, "load", lambda name: {"questions": [{}] * 6})
    path = new_chapter(tmp_path, 15, "made-up")[0]

    def spoiled(edit: Callable):
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata.dlcourse.seconds = 60
        edit(notebook)
        nbformat.write(notebook, path)
        return read(path)

    return spoiled


def cell(notebook, id: str):
    (found,) = [cell for cell in notebook.cells if cell.id == id]
    return found


def rewrite(id: str, old: str, new: str) -> Callable:
    def edit(notebook):
        one = cell(notebook, id)
        assert old in one.source
        one.source = one.source.replace(old, new)

    return edit


def tag(id: str, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Callable:
    def edit(notebook):
        one = cell(notebook, id)
        assert set(remove) <= set(one.metadata.tags)
        one.metadata.tags = sorted({*one.metadata.tags, *add} - set(remove))

    return edit


def append(*cells) -> Callable:
    return lambda notebook: notebook.cells.extend(cells)


def facts(**changed) -> Callable:
    return lambda notebook: notebook.metadata.dlcourse.chapter.update(changed)


def without(fact: str) -> Callable:
    return lambda notebook: cell(notebook, "made-up-write").metadata.dlcourse.pop(fact)


def one_kind(notebook) -> None:
    for one in notebook.cells:
        if "kind" in one.metadata.get("dlcourse", {}):
            one.metadata.dlcourse.kind = "write"


def code(*sources: str) -> Callable:
    return append(*map(new_code_cell, sources))


def says(text: str) -> Callable:
    outputs = [new_output("stream", text=text)]
    return append(new_code_cell("1", id="printed", outputs=outputs))


AGREES = "np.testing.assert_allclose(keras.ops.exp(x), np.exp(x))"
BROKEN = [
    ("opening_says_what_the_metadata_says", facts(title="Another")),
    ("opening_says_what_the_metadata_says", facts(minutes=61)),
    ("opening_says_what_the_metadata_says", facts(goals=["do another thing"] * 3)),
    ("opening_says_what_the_metadata_says", facts(needs=[])),
    ("opening_says_what_the_metadata_says", facts(needs=["01-neurons", "02-activations"])),
    ("opening_says_what_the_metadata_says", rewrite("title", "**Time**", "Time")),
    ("exercises_have_their_facts", without("kind")),
    ("exercises_have_their_facts", without("stars")),
    ("exercises_have_their_facts", without("points")),
    ("exercises_have_their_facts", rewrite("exercise-made-up-write", "★★ ", "★ ")),
    ("it_has_seven_exercises", lambda notebook: None),  # the template has five
    ("its_exercises_are_of_four_kinds", one_kind),
    ("its_file_is_small", append(new_markdown_cell("word " * 200_000))),
    ("agreement_is_tagged", tag("agrees-with-keras", remove=("agreement",))),
    ("agreement_is_tagged", append(new_code_cell(AGREES))),
    ("agreement_is_tagged", append(new_code_cell(AGREES, metadata={"tags": ["agreement"]}))),
    ("agreement_is_tagged", tag("from-scratch", add=("agreement",))),
    ("code_alternates_with_sentences", append(*(new_code_cell("1") for _ in range(3)))),
    ("cells_are_short", append(new_code_cell("1\n" * 26))),
    ("cells_are_short", append(*(new_code_cell("1\n" * 9) for _ in range(20)))),
    ("it_ends_in_order_and_looks_ahead", rewrite("look-ahead", "Look ahead", "Outlook")),
    ("it_ends_in_order_and_looks_ahead", append(new_markdown_cell("## Afterthought"))),
    ("questions_to_oneself_have_folded_answers", append(new_markdown_cell("Ask yourself: why?"))),
    ("folds_have_blank_lines", rewrite("ask-yourself", "</summary>\n\n", "</summary>\n")),
    ("folds_have_blank_lines", rewrite("ask-yourself", "\n\n</details>", "\n</details>")),
    ("remarks_are_of_a_known_kind", rewrite("ask-yourself", "**Note.**", "**Nota bene.**")),
    ("no_output_speaks_of_a_machine", says("the folder in DLCOURSE_DATA")),
    ("no_output_speaks_of_a_machine", says("PyTorch: not installed here")),
    ("no_word_is_filler", append(new_markdown_cell("It is simply the sum."))),
    ("it_runs_in_time", lambda notebook: notebook.metadata.dlcourse.update(seconds=240)),
    ("it_runs_in_time", lambda notebook: notebook.metadata.dlcourse.pop("seconds")),
    ("the_setup_is_folded", tag("setup", remove=("hide-cell",))),
    ("cells_to_try_run_in_a_page", tag("agrees-with-keras", add=("try-it",))),
    ("no_lesson_needs_an_exercise", code("print(made_up_compute)")),
    ("no_lesson_needs_an_exercise", code("def four(): return made_up_write(2)", "four()")),
    ("names_keep_their_meaning", code("values = [1]")),
    ("names_keep_their_meaning", code("for values in [[1]]: print(values)")),
    ("names_keep_their_meaning", code("values[0] = 1")),
    ("names_keep_their_meaning", code("h = 1", "def f(): return h", "f()", "h = 2")),
    ("names_keep_their_meaning", rewrite("made-up-compute", "made_up_compute", "values")),
    ("a_name_is_a_function_or_a_value", code("def values(): ...")),
    ("a_name_is_a_function_or_a_value", rewrite("made-up-design", "made_up_design", "step")),
]
# What looks like names used against their rules, and is not.
KEPT = {
    "loop": ("for i in range(2): print(i)", "for i in range(3): print(i)"),
    "comprehension": ("i = 1", "print(i)", "print([i for i in range(2)])"),
    "bound first": ("a = 1\nprint(a)", "a = 2\nprint(a)"),
    "figure": ("figure, axes = plt.subplots()\naxes.plot([1])", "figure = plt.figure()\nfigure"),
    "bound the same way": ("a = 1", "print(a)", "a = 1"),
    "imported with another": ("from math import e, pi", "print(pi)", "from math import pi"),
    "a function's own": ("a = 1", "print(a)", "def f(a):\n    a[0] = 1\n    b = a"),
    "another item": ("t = {}", "t['a'] = 1", "print(t['a'])", "t['b'] = 2"),
    "not needed again": ("a = 1", "print(a)\na = 2", "print(a)"),
}


@pytest.mark.parametrize(("rule", "edit"), BROKEN, ids=[name for name, _ in BROKEN])
def test_a_rule_notices_what_breaks_it(rule, edit, spoiled):
    assert list(getattr(rules, rule)(spoiled(edit)))


@pytest.mark.parametrize("sources", KEPT.values(), ids=KEPT)
def test_names_that_keep_their_rules_raise_no_alarm(sources, spoiled):
    chapter = spoiled(code(*sources))
    of_names = (
        rules.no_lesson_needs_an_exercise,
        rules.names_keep_their_meaning,
        rules.a_name_is_a_function_or_a_value,
    )
    assert not [sentence for rule in of_names for sentence in rule(chapter)]


@pytest.mark.parametrize("count", [4, 9])
def test_a_quiz_of_too_few_or_too_many_questions_is_noticed(count, spoiled, monkeypatch):
    monkeypatch.setattr(rules.quizzes, "load", lambda name: {"questions": [{}] * count})
    assert list(rules.its_quiz_has_five_to_eight_questions(spoiled(lambda notebook: None)))


def test_each_rule_is_tried():
    tried = {name for name, _ in BROKEN} | {"its_quiz_has_five_to_eight_questions"}
    assert tried == {rule.__name__ for rule in rules.RULES}


def test_the_template_of_a_chapter_meets_all_but_the_number_of_exercises(spoiled):
    chapter = spoiled(lambda notebook: None)
    broken = {rule.__name__: list(rule(chapter)) for rule in rules.RULES}
    assert {name for name, against in broken.items() if against} == {"it_has_seven_exercises"}, (
        broken
    )
