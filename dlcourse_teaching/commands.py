"""The instructor's commands of ``dlcourse``: thin wrappers, imported without nbgrader."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlcourse_teaching.assignment_folder import AssignmentFolder

_PLACEHOLDER = "YOUR_ORG"  # in the repository's address until `dlcourse publish-as` has set it


def add_to(commands) -> None:
    """Add the instructor's commands to an argparse subparsers object."""
    assign = commands.add_parser("assign", help="make an assignment from chapters")
    assign.add_argument(
        "wanted", nargs="*", metavar="chapter",
        help="a chapter's number, or some of its exercises: 4:one-weight-slope,clip-by-norm",
    )  # fmt: skip
    assign.add_argument("--out", type=Path, required=True, help="the assignment's folder")
    assign.add_argument("--course", help="the course's id, such as cs101")
    assign.add_argument(
        "--due", metavar="DATE",
        help='when it is due: "2026-12-12 18:00", or 2026-12-12 for the end of that day',
    )  # fmt: skip
    assign.add_argument(
        "--timezone", help="of that date, such as Europe/Berlin; default: this machine's"
    )
    assign.add_argument(
        "--partial", action=argparse.BooleanOptionalAction,
        help="give a part of the points for an answer that is right on most inputs",
    )  # fmt: skip
    assign.add_argument("--points", action="append", default=[], metavar="EXERCISE=POINTS")
    assign.add_argument("--weight", action="append", default=[], metavar="CHAPTER=FACTOR")
    assign.add_argument(
        "--written", type=Path, metavar="FILE",
        help="questions that people mark, .md or .yaml; an empty file takes them out again",
    )  # fmt: skip
    _add_book(assign)
    assign.set_defaults(run=_assign)

    collect = commands.add_parser("collect", help="take in submissions")
    _add_folder(collect)
    collect.add_argument("sources", nargs="*", type=Path, help="folders, .zip or .tar files")
    collect.add_argument(
        "--exchange", nargs="?", const="", metavar="FOLDER", help="JupyterHub's exchange"
    )
    collect.add_argument(
        "--file-times", action="store_true",
        help="the files' times are when they were handed in (a server's folder of uploads)",
    )  # fmt: skip
    collect.set_defaults(run=_collect)

    grade = commands.add_parser("grade", help="grade what was collected, in the sandbox")
    _add_folder(grade)
    grade.add_argument("--only", nargs="+", metavar="STUDENT", help="only these, and again")
    grade.add_argument("--workers", type=int, help="processes on this machine; default: its cores")
    grade.add_argument("--scheduler", help="address of a Dask scheduler, tls://…")
    for name, what in (
        ("--tls-ca-file", "certificate by which the scheduler's machines know each other"),
        ("--tls-cert", "this machine's certificate for the scheduler"),
        ("--tls-key", "its key"),
    ):
        grade.add_argument(name, type=Path, metavar="FILE", help=what)
    grade.add_argument("--again", action="store_true", help="also what was graded before")
    grade.add_argument("--cell-seconds", type=int, help="time for a cell (default 60)")
    grade.add_argument(
        "--submission-seconds", type=int, help="time for all notebooks of one (default 1800)"
    )
    grade.add_argument(
        "--memory", type=float, metavar="GIB", help="for a submission, in the sandbox (default 6)"
    )
    grade.add_argument(
        "--no-sandbox", action="store_true",
        help="run student code with all your rights (never do this with work of others)",
    )  # fmt: skip
    grade.set_defaults(run=_grade)

    rubric = commands.add_parser("rubric", help="mark written answers in tables")
    _add_folder(rubric)
    rubric.add_argument(
        "--read", nargs="+", type=Path, metavar="TABLE",
        help="tables that graders filled in; without it, write one to fill in",
    )  # fmt: skip
    rubric.add_argument(
        "--replace", action="store_true", help="let marks replace those of another grader"
    )
    rubric.set_defaults(run=_rubric)

    feedback = commands.add_parser("feedback", help="write feedback pages for students")
    _add_folder(feedback)
    feedback.add_argument(
        "--roster", type=Path, help="a table with e-mail addresses: writes one for a mail merge"
    )
    _add_book(feedback)
    feedback.set_defaults(run=_feedback)

    package = commands.add_parser("package", help="pack an assignment for another autograder")
    _add_folder(package)
    package.add_argument(
        "--for", dest="target", choices=("gradescope", "github-classroom"), required=True,
        help="an autograder's archive (private), or a repository for students (public)",
    )  # fmt: skip
    _add_book(package)
    package.set_defaults(run=_package)

    report = commands.add_parser("report", help="write the instructor's report")
    _add_folder(report)
    _add_book(report)
    report.set_defaults(run=_report)

    slides = commands.add_parser("slides", help="write a deck of slides for each chapter")
    slides.add_argument("--out", type=Path, default=Path("_build/extra/slides"))
    slides.add_argument("--pdf", action="store_true", help="also print handouts, with Chromium")
    _add_book(slides)
    slides.set_defaults(run=_slides)

    quiz = commands.add_parser("export-quiz", help="write quizzes for a learning platform")
    quiz.add_argument(
        "names", nargs="*", metavar="chapter", help="04-backpropagation; default: all"
    )
    quiz.add_argument("--format", choices=("qti", "moodle"), required=True)
    quiz.add_argument("--out", type=Path, default=Path("_build/quizzes"))
    quiz.set_defaults(run=_export_quiz)

    export = commands.add_parser("export", help="write the marks as a table")
    _add_folder(export)
    export.add_argument("--format", choices=("csv", "canvas", "moodle"), default="csv")
    export.add_argument(
        "--roster",
        type=Path,
        help="Canvas' gradebook, Moodle's worksheet, or for csv a table with a column student",
    )
    export.add_argument("--grade-column", help="what Moodle calls the column for the mark")
    export.set_defaults(run=_export)

    total = commands.add_parser("total", help="put the marks of several assignments together")
    total.add_argument("folders", nargs="+", type=Path, help="the assignments' folders")
    total.add_argument(
        "--weight", action="append", default=[], metavar="ASSIGNMENT=FACTOR",
        help="how much an assignment counts, such as hw2=2; default 1",
    )  # fmt: skip
    total.add_argument(
        "--drop-lowest", type=int, default=0, metavar="N",
        help="leave out each student's N lowest assignments",
    )  # fmt: skip
    total.add_argument(
        "--roster", type=Path,
        help="who is in the class: Canvas' gradebook, Moodle's worksheet, or a table with a "
        "column student; sections come from it",
    )  # fmt: skip
    total.add_argument(
        "--out", type=Path, help="the table's file; default: total.csv in the last folder"
    )
    total.set_defaults(run=_total)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the assignment's folder")


def _add_book(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--book", type=Path, default=Path(), help="the course's own folder; default: this one"
    )


def _require_nbgrader() -> None:
    try:
        import nbgrader  # noqa: F401
    except ImportError:
        raise ValueError(
            "nbgrader is not installed here. Run `make teaching`, and use "
            ".venv-teaching/bin/dlcourse."
        ) from None


def _open(folder: Path) -> "AssignmentFolder":
    """An assignment's folder that is there; nobody else reads what is written from here on."""
    from dlcourse_teaching.assignment_folder import AssignmentFolder

    assignment = AssignmentFolder(folder)
    assignment.load()
    os.umask(0o077)
    assignment.keep_private()
    return assignment


def _assign(options: argparse.Namespace) -> None:
    _require_nbgrader()
    from dlcourse_teaching.assignment import assign
    from dlcourse_teaching.assignment_folder import SETTINGS, AssignmentFolder
    from dlcourse_teaching.deadline import in_words
    from dlcourse_utils.repository import repository_address

    os.umask(0o077)
    old = options.out / SETTINGS
    if options.course is None and not old.is_file():
        raise ValueError("name the course: --course cs101")
    changed = assign(
        options.out,
        options.wanted,
        book=options.book,
        course=options.course or AssignmentFolder(options.out).load().course,
        due=options.due,
        timezone=options.timezone,
        partial=options.partial,
        points=_numbers(options.points, "--points"),
        weights={int(k): v for k, v in _numbers(options.weight, "--weight").items()},
        written=options.written,
    )
    for path in changed:
        print(f"wrote {options.out / path}")
    settings = AssignmentFolder(options.out).load()
    count = sum(map(len, settings.exercises.values()))
    more = f" and {len(settings.written)} written questions" if settings.written else ""
    print(
        f"{'Nothing changed. ' if not changed else ''}{count} exercises{more}, "
        f"{settings.total:g} points."
    )
    if settings.deadline:
        print(f"Due {in_words(settings.deadline)}.")
    print(f"Hand out the notebooks in {options.out / 'release' / settings.name}.")
    if _PLACEHOLDER in repository_address(options.book):
        print(
            f"WARNING: the course's address is still the placeholder ({_PLACEHOLDER}). On Colab "
            "and Kaggle these notebooks cannot install the helper package. Set the address with "
            "`dlcourse publish-as` and assign again, before you hand out.",
            file=sys.stderr,
        )


def _collect(options: argparse.Namespace) -> None:
    _require_nbgrader()
    from dlcourse_teaching.collect import collect, collect_exchange
    from dlcourse_utils.exercises.engine import plural

    assignment = _open(options.folder)
    if options.exchange is None and not options.sources:
        raise ValueError("name a folder or an archive with submissions, or use --exchange.")
    if options.exchange is not None:
        found = collect_exchange(assignment, Path(options.exchange) if options.exchange else None)
    else:
        found = collect(assignment, options.sources, file_times=options.file_times)
    for problem in found.problems:
        _show(f"look at  {problem}")
    notebooks, students = found.notebooks, len(found.students)
    print(f"{plural(notebooks, 'notebook')} of {plural(students, 'student')}.")


def _grade(options: argparse.Namespace) -> None:
    _require_nbgrader()
    from dlcourse_teaching.grade import grade
    from dlcourse_teaching.pool import Keys
    from dlcourse_teaching.sandbox import Limits
    from dlcourse_utils.data.sources import data_folder

    if options.no_sandbox:
        print(
            "WARNING: no sandbox. Each submission can read and change everything that you can: "
            "the gradebook, other submissions, your files. Use this for work of your own only.",
            file=sys.stderr,
        )
    chosen = {}
    if options.cell_seconds:
        chosen["cell_seconds"] = options.cell_seconds
    if options.submission_seconds:
        chosen["submission_seconds"] = options.submission_seconds
    if options.memory:
        chosen["memory_mib"] = round(1024 * options.memory)
    if os.environ.get("DLCOURSE_DATA") and data_folder() is None:
        raise ValueError("the folder in DLCOURSE_DATA does not exist: correct it or unset it.")
    files = (options.tls_ca_file, options.tls_cert, options.tls_key)
    if any(files) and not all(path and path.is_file() for path in files):
        raise ValueError("give all three: --tls-ca-file, --tls-cert and --tls-key, each a file.")
    keys = Keys(*files) if all(files) else None
    assignment = _open(options.folder)
    notes = grade(
        assignment,
        workers=options.workers,
        scheduler=options.scheduler,
        keys=keys,
        guarded=not options.no_sandbox,
        again=options.again,
        only=options.only,
        limits=Limits(**chosen),
        data=data_folder(),
    )
    attention = {s: n for s, n in notes.items() if n.get("status") == "attention"}
    graded = sum(note.get("status") == "graded" for note in notes.values())
    print(f"{graded} graded, {len(attention)} need attention.")
    for student, note in attention.items():
        _show(f"needs attention  {student}: {note['reason']}")
    if assignment.load().written:
        print(f"Written answers are marked by hand: dlcourse rubric {options.folder}")


def _rubric(options: argparse.Namespace) -> None:
    _require_nbgrader()
    from dlcourse_teaching.rubric import read_tables, write_table

    assignment = _open(options.folder)
    if options.read:
        count = read_tables(assignment, options.read, replace=options.replace)
        print(f"{count} marks are in the gradebook.")
        return
    path, count, waiting = write_table(assignment)
    print(f"wrote {path}: {count} answers, {waiting} of them without a mark.")


def _feedback(options: argparse.Namespace) -> None:
    _require_nbgrader()
    from dlcourse_teaching import hand_back
    from dlcourse_teaching.feedback import write_feedback

    assignment = _open(options.folder)
    pages = write_feedback(assignment, options.book)
    print(f"{len(pages)} pages in {options.folder / 'feedback'}.")
    for pack in (hand_back.pack_for_moodle, hand_back.pack_for_canvas):
        if packed := pack(assignment, pages):
            print(f"wrote {packed}")
    if ready := hand_back.ready_for_exchange(assignment, pages):
        name = assignment.load().name
        print(
            f"{ready} pages for the exchange: cd {options.folder} && "
            f"nbgrader release_feedback {name}"
        )
    if options.roster:
        path, notes = hand_back.write_mail_merge(assignment, pages, options.roster)
        for note in notes:
            _show(f"look at  {note}")
        print(f"wrote {path}")


def _package(options: argparse.Namespace) -> None:
    _require_nbgrader()
    assignment = _open(options.folder)
    if options.target == "gradescope":
        from dlcourse_teaching.package_gradescope import package_gradescope

        print(f"wrote {package_gradescope(assignment, options.book)}")
        print("It holds the seed of the hidden tests: give it to Gradescope alone.")
    else:
        from dlcourse_teaching.package_classroom import package_classroom
        from dlcourse_utils.repository import repository_address

        print(f"wrote {package_classroom(assignment, options.book)}")
        if _PLACEHOLDER in repository_address(options.book):
            print(
                f"WARNING: the course's address is still the placeholder ({_PLACEHOLDER}), and "
                "GitHub would install the helper package from there. Set it with `dlcourse "
                "publish-as`, assign and package again.",
                file=sys.stderr,
            )
    if assignment.load().written:
        print("The written questions are not graded there: their points come on top, by hand.")


def _report(options: argparse.Namespace) -> None:
    _require_nbgrader()
    from dlcourse_teaching.report import write_report

    print(f"wrote {write_report(_open(options.folder), options.book)}")


def _export(options: argparse.Namespace) -> None:
    _require_nbgrader()
    from dlcourse_teaching.export import export

    path, notes = export(
        _open(options.folder),
        options.format,
        options.roster,
        grade_column=options.grade_column,
    )
    for note in notes:
        _show(f"look at  {note}")
    print(f"wrote {path}")


def _total(options: argparse.Namespace) -> None:
    _require_nbgrader()
    from dlcourse_teaching.assignment_folder import write
    from dlcourse_teaching.roster import to_bytes
    from dlcourse_teaching.total import course_total

    for folder in options.folders:
        _open(folder)
    table, notes = course_total(
        options.folders,
        weights=_numbers(options.weight, "--weight"),
        drop_lowest=options.drop_lowest,
        roster=options.roster,
    )
    for note in notes:
        _show(f"look at  {note}")
    path = options.out or options.folders[-1] / "total.csv"
    write(path, to_bytes(table))
    print(f"wrote {path}")


def _slides(options: argparse.Namespace) -> None:
    from dlcourse_teaching.slides import write_handouts, write_slides
    from dlcourse_utils.chapter import read_all

    chapters = read_all(options.book / "chapters")
    written = write_slides(chapters, options.out)
    if options.pdf:
        chromium = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        written += write_handouts(chapters, options.out, chromium)
    for path in sorted(written):
        print(f"wrote {path}")


def _export_quiz(options: argparse.Namespace) -> None:
    from dlcourse_teaching.quiz_export import export_quiz
    from dlcourse_utils import quizzes

    for name in options.names or quizzes.names():
        print(f"wrote {export_quiz(name, options.format, options.out)}")


def _show(text: str) -> None:
    """Print text that may hold what others wrote, without what would steer a terminal."""
    print("".join(sign if sign.isprintable() else "�" for sign in text))


def _numbers(texts: list[str], option: str) -> dict[str, float]:
    found = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise ValueError(f"{option} {text!r}: write NAME=NUMBER.") from None
    return found
