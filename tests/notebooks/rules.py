"""The rules that chapters of the first edition were not written by: each says what is to be done.

A rule takes a chapter and yields one sentence for each thing that is against it, in words that name
the cell and the cure. Which chapters do not meet it yet stands in `exempt.yaml`.
"""

import re
import statistics
from collections.abc import Iterator

from cell_names import names_of, needs_from_above

from book.admonitions import KINDS as REMARKS
from book.in_page.exercises import page_cells
from dlcourse_utils import quizzes
from dlcourse_utils.chapter import Cell, Chapter, ChapterError

LARGEST = 1_000_000  # bytes: what GitHub still shows
MOST_IN_A_ROW, LONGEST, USUAL = 2, 25, 8
# What somebody else's machine printed, or would print otherwise.
_OF_A_MACHINE = re.compile(r"DLCOURSE_DATA|/home/|/root/|/tmp/|C:\\|not installed here")
_FILLERS = re.compile(r"\b(simply|just|obviously|powerful)\b", re.IGNORECASE)
_COMPARED = re.compile(r"\bassert.*(allclose|isclose|array_equal)|assert_(allclose|array_)")
_FOLD = re.compile(r"<details>\s*<summary>[^\n]+</summary>\n\n.+?\n\n</details>", re.DOTALL)
_NEED = re.compile(r"\]\((\d\d-[a-z0-9-]+)\.ipynb")
_PASSED_OVER = {"explorable", "figure", "quiz", "setup", "check", "solution"}
_OF_EXERCISES = {"exercise", "check", "solution"}
_FUNCTION = re.compile(r"@|def |class |\w+ = lambda\b")
_ENDING = ("Quiz", "What to remember", "Look ahead", "Read on")
_OPENING = ("**You will be able to**", "**You need**", "**Time**")


def opening_says_what_the_metadata_says(chapter: Chapter) -> Iterator[str]:
    opening = chapter.cells[0].source
    if not opening.startswith(f"# {chapter.title}\n"):
        yield f"open with the heading `# {chapter.title}`, which is metadata's title"
    if any(part not in opening for part in _OPENING):
        yield f"the first cell has {', '.join(_OPENING)}"
        return
    goals, needs, time = re.split("|".join(map(re.escape, _OPENING)), opening)[1:]
    listed = tuple(line.rstrip(";.") for line in re.findall(r"^- (.+)$", goals, re.MULTILINE))
    if listed != tuple(goal.rstrip(";.") for goal in chapter.goals):
        yield "list metadata's goals under **You will be able to**, each as it stands there"
    if set(_NEED.findall(needs)) != set(chapter.needs):
        yield f"link these chapters under **You need**, and no other: {', '.join(chapter.needs)}"
    if f"{chapter.minutes} minutes" not in time:
        yield f"**Time** says `{chapter.minutes} minutes`, as metadata does"


def exercises_have_their_facts(chapter: Chapter) -> Iterator[str]:
    try:
        exercises = chapter.exercises
    except ChapterError as error:
        yield str(error)
        return
    starters = {cell.facts["exercise"]: cell for cell in chapter.cells if "exercise" in cell.tags}
    for exercise in exercises:
        if not starters[exercise.id].facts.get("points"):
            yield f"{exercise.id}: write its points into the starter's metadata.dlcourse"


def it_has_seven_exercises(chapter: Chapter) -> Iterator[str]:
    if len(chapter.exercises) < 7:
        yield f"it has {len(chapter.exercises)} exercises, and seven or more train better"


def its_exercises_are_of_four_kinds(chapter: Chapter) -> Iterator[str]:
    kinds = sorted({exercise.kind for exercise in chapter.exercises})
    if len(kinds) < 4:
        yield f"its exercises are of {', '.join(kinds)} alone, and four kinds are usual"


def its_file_is_small(chapter: Chapter) -> Iterator[str]:
    size = chapter.path.stat().st_size
    if size >= LARGEST:
        yield f"the file has {size:,} bytes, and GitHub shows none above {LARGEST:,}"


def agreement_is_tagged(chapter: Chapter) -> Iterator[str]:
    seen = False
    for cell in _lesson(chapter):
        compares = re.search(r"\bkeras\b", cell.source) and _COMPARED.search(cell.source)
        if compares and "agreement" not in cell.tags:
            yield f"{cell.id}: it compares with Keras: tag it `agreement`"
        if "agreement" in cell.tags:
            if "assert" not in cell.source:
                yield f"{cell.id}: it has the tag `agreement` and asserts nothing"
            if seen and "hide-cell" not in cell.tags:
                yield f"{cell.id}: from the second on, fold an agreement away with `hide-cell`"
            seen = True


def code_alternates_with_sentences(chapter: Chapter) -> Iterator[str]:
    row: list[str] = []
    for cell in (*chapter.cells, None):
        if cell is None or cell.kind == "markdown":
            if len(row) > MOST_IN_A_ROW:
                yield f"{', '.join(row)}: a sentence belongs between these cells"
            row = []
        elif not cell.tags & {"check", "solution"}:
            row.append(cell.id)


def cells_are_short(chapter: Chapter) -> Iterator[str]:
    code = [cell for cell in chapter.cells if cell.kind == "code"]
    # What is read on the way: not the folded code, nor the check and solution of an exercise.
    read = [cell for cell in code if not cell.tags & _PASSED_OVER]
    usual = statistics.median(sum(map(bool, map(str.strip, _lines(cell)))) for cell in read)
    if usual > USUAL:
        yield f"half of its code cells have {usual:g} lines or more; {USUAL} is usual"
    for cell in code:
        if len(_lines(cell)) > LONGEST:
            yield f"{cell.id}: no cell has more than {LONGEST} lines"


def it_ends_in_order_and_looks_ahead(chapter: Chapter) -> Iterator[str]:
    headings = re.findall(r"^## (.+)$", _prose(chapter), re.MULTILINE)
    if tuple(headings[-len(_ENDING) :]) != _ENDING:
        yield f"its last sections are {', '.join(f'## {name}' for name in _ENDING)}"


def its_quiz_has_five_to_eight_questions(chapter: Chapter) -> Iterator[str]:
    count = len(quizzes.load(chapter.name)["questions"])
    if not 5 <= count <= 8:
        yield f"its quiz has {count} questions; five to eight are wanted"


def questions_to_oneself_have_folded_answers(chapter: Chapter) -> Iterator[str]:
    for cell in chapter.cells:
        if cell.kind == "markdown" and "Ask yourself" in cell.source:
            if "<details>" not in cell.source:
                yield f"{cell.id}: the answer to *Ask yourself* stands in <details>"


def folds_have_blank_lines(chapter: Chapter) -> Iterator[str]:
    for cell in chapter.cells:
        if cell.kind == "markdown":
            whole = re.findall(
                r"<details>\s*<summary>[^\n]+</summary>\n\n.+?\n\n</details>",
                cell.source,
                re.DOTALL,
            )
            if len(whole) != cell.source.count("<details"):
                yield f"{cell.id}: what <details> holds needs a blank line before and after it"


def remarks_are_of_a_known_kind(chapter: Chapter) -> Iterator[str]:
    for cell in chapter.cells:
        if cell.kind == "markdown":
            for kind in re.findall(r"^> \*\*([^*]+)\.\*\*", cell.source, re.MULTILINE):
                if kind not in REMARKS:
                    yield f"{cell.id}: `{kind}` is none of {', '.join(REMARKS)}"


def no_output_speaks_of_a_machine(chapter: Chapter) -> Iterator[str]:
    for cell in chapter.cells:
        if found := _OF_A_MACHINE.search("".join(map(str, cell.outputs))):
            yield f"{cell.id}: its output says `{found[0]}`, which is so on one machine alone"


def no_word_is_filler(chapter: Chapter) -> Iterator[str]:
    for cell in chapter.cells:
        if cell.kind == "markdown" and (found := _FILLERS.search(cell.source)):
            yield f"{cell.id}: leave out `{found[0]}`"


def it_runs_in_time(chapter: Chapter) -> Iterator[str]:
    most = 120 if chapter.number <= 5 else 240
    if chapter.seconds is None or chapter.seconds >= most:
        yield f"it ran {chapter.seconds} s; train once and ship what takes it over {most} s"


def the_setup_is_folded(chapter: Chapter) -> Iterator[str]:
    for cell in chapter.cells:
        if "setup" in cell.tags and "hide-cell" not in cell.tags:
            yield f"{cell.id}: fold it with `hide-cell`"


def cells_to_try_run_in_a_page(chapter: Chapter) -> Iterator[str]:
    for cell in page_cells(chapter):
        if cell.needs:
            yield f"{cell.id}: a page lacks {', '.join(cell.needs)}; take the tag `try-it` off"


def no_lesson_needs_an_exercise(chapter: Chapter) -> Iterator[str]:
    for cell, name, above, _ in _needs(chapter):
        last, code = above[-1]
        in_lessons = [code for other, code in above if not other.tags & _OF_EXERCISES]
        if last.tags & _OF_EXERCISES and code not in in_lessons:
            yield f"{cell.id}: make `{name}` in a lesson: who skips {last.id} cannot go on"


def names_keep_their_meaning(chapter: Chapter) -> Iterator[str]:
    for cell, name, above, below in _needs(chapter):
        now = above[-1][1]
        for other in [other for other, code in below if code != now][:1]:
            yield (
                f"{cell.id}: who comes back to it finds another `{name}`: "
                f"take another name in {other.id}"
            )


def a_name_is_a_function_or_a_value(chapter: Chapter) -> Iterator[str]:
    first: dict[str, tuple[bool, str]] = {}
    for cell in chapter.cells:
        if cell.kind == "code":
            for name, statements in names_of(cell.source).binds.items():
                for statement in statements:
                    if statement.startswith("from "):  # may be either
                        continue
                    kind = bool(_FUNCTION.match(statement))
                    before, where = first.setdefault(name, (kind, cell.id))
                    if before != kind:
                        yield f"{cell.id}: `{name}` is something else in {where}: rename one"


RULES = (
    opening_says_what_the_metadata_says,
    exercises_have_their_facts,
    it_has_seven_exercises,
    its_exercises_are_of_four_kinds,
    its_file_is_small,
    agreement_is_tagged,
    code_alternates_with_sentences,
    cells_are_short,
    it_ends_in_order_and_looks_ahead,
    its_quiz_has_five_to_eight_questions,
    questions_to_oneself_have_folded_answers,
    folds_have_blank_lines,
    remarks_are_of_a_known_kind,
    no_output_speaks_of_a_machine,
    no_word_is_filler,
    it_runs_in_time,
    the_setup_is_folded,
    cells_to_try_run_in_a_page,
    no_lesson_needs_an_exercise,
    names_keep_their_meaning,
    a_name_is_a_function_or_a_value,
)


def _lesson(chapter: Chapter) -> list[Cell]:
    """Its code cells without the exercises' parts and the setup."""
    others = {"exercise", "check", "solution", "setup"}
    return [cell for cell in chapter.cells if cell.kind == "code" and not cell.tags & others]


def _needs(chapter: Chapter) -> Iterator[tuple[Cell, str, list, list]]:
    """Each name that a lesson's cell needs, and the cells above and below that make or change it.

    The latter two are lists of pairs: a cell and its statements that do so.
    """
    code = [cell for cell in chapter.cells if cell.kind == "code"]
    for cell in _lesson(chapter):
        place = code.index(cell)
        own = names_of(cell.source)
        above = [names_of(other.source) for other in code[:place]]
        for name in sorted(needs_from_above(own, above)):
            # A cell that takes or sets one item of a table does not mind those that come later.
            below = _makers(name, code[place + 1 :], items_count=name in own.whole)
            yield cell, name, _makers(name, code[:place]), below


def _makers(name: str, cells: list[Cell], items_count: bool = True) -> list:
    made = []
    for cell in cells:
        names = names_of(cell.source)
        statements = [*names.binds.get(name, ())]
        if items_count:
            statements += names.changes.get(name, ())
        if statements:
            made.append((cell, statements))
    return made


def _lines(cell: Cell) -> list[str]:
    return cell.source.splitlines()


def _prose(chapter: Chapter) -> str:
    return "\n\n".join(cell.source for cell in chapter.cells if cell.kind == "markdown")
