"""The contributor's commands of ``dlcourse``: thin wrappers."""

import argparse
import sys
from pathlib import Path


def add_to(commands) -> None:
    """Add the contributor's commands.

    Parameters
    ----------
    commands : argparse subparsers object
        Of the ``dlcourse`` command.
    """
    publish = commands.add_parser(
        "publish-as", help="set the course's addresses in configuration, pages and notebooks"
    )
    publish.add_argument("address", help="https://github.com/owner/repository")
    publish.add_argument(
        "--site",
        default="",
        metavar="ADDRESS",
        help="where the site will stand, if not at the repository's own GitHub Pages",
    )
    publish.set_defaults(run=_publish_as)

    execute = commands.add_parser("execute", help="run notebooks in place and store their outputs")
    execute.add_argument("notebooks", nargs="+", type=Path, metavar="notebook.ipynb")
    execute.add_argument("--force", action="store_true", help="also those that did not change")
    execute.set_defaults(run=_execute)

    due = commands.add_parser(
        "due", help="list the notebooks that `make test` runs; the reasons go to standard error"
    )
    due.add_argument("notebooks", nargs="+", type=Path, metavar="notebook.ipynb")
    due.add_argument(
        "--third", type=int, choices=range(3), help="those that run besides (else by the date)"
    )
    due.add_argument("--all", action="store_true", help="all of them, the longest first")
    due.set_defaults(run=_due)

    new = commands.add_parser("new-chapter", help="write a chapter's notebook from the template")
    new.add_argument("number", type=int)
    new.add_argument("name", help="small letters, digits, hyphens: diffusion-models")
    new.set_defaults(run=_new_chapter)

    exercise = commands.add_parser(
        "new-exercise", help="add a small exercise to a chapter, to be replaced by one's own"
    )
    exercise.add_argument("chapter", help="name or number: 01-neurons, 1")
    exercise.add_argument("id", help="small letters, digits, hyphens: weighted-sum")
    exercise.add_argument("--stars", type=int, default=1, help="1, 2 or 3 (default 1)")
    exercise.add_argument(
        "--kind", default="write", help="compute, predict, write, read or design (default write)"
    )
    _add_section(exercise)
    exercise.set_defaults(run=_new_exercise)

    explorable = commands.add_parser(
        "new-explorable", help="add a small figure to play with, to be replaced by one's own"
    )
    explorable.add_argument("name", help="small letters, digits, hyphens: straight-line")
    explorable.add_argument("chapter", help="the chapter that shows it: 01-neurons, 1")
    _add_section(explorable)
    explorable.set_defaults(run=_new_explorable)

    export = commands.add_parser(
        "export-network",
        help="write data/digit_network.npz from the network that chapter 6 has trained",
    )
    export.add_argument(
        "notebook", nargs="?", type=Path, default=Path("chapters/06-cnn-mnist.ipynb")
    )
    export.set_defaults(run=_export_network)

    train = commands.add_parser(
        "train-network",
        help="train on MNIST and write data/mnist_network.npz, which chapter 11 adapts",
    )
    train.set_defaults(run=_train_network)

    prose = commands.add_parser(
        "export-prose",
        help="write data/course_prose.txt, the text that stands in for Shakespeare, from chapters",
    )
    prose.add_argument("notebooks", nargs="+", type=Path, metavar="notebook.ipynb")
    prose.set_defaults(run=_export_prose)

    measure = commands.add_parser(
        "measure-device",
        help="time this machine's device as chapter 13 does and add the recording to a file",
    )
    measure.add_argument("--out", type=Path, required=True, metavar="recordings.json")
    measure.set_defaults(run=_measure_device)

    bench = commands.add_parser("bench", help="measure the course and write docs/measurements.md")
    bench.add_argument(
        "parts", nargs="*", help="package, site, training, notebooks; without any, all"
    )
    bench.set_defaults(run=_bench)

    picture = commands.add_parser(
        "moving-picture", help="play with the built site and store the README's moving picture"
    )
    picture.set_defaults(run=_moving_picture)


def _publish_as(options: argparse.Namespace) -> None:
    from dlcourse_authoring.publishing import publish_as
    from dlcourse_utils.repository import site_address

    for path in publish_as(Path.cwd(), options.address, options.site):
        print(f"changed {path}")
    if not site_address(options.site, options.address):
        print("The README still names the old site: say with --site where yours will stand.")


def _execute(options: argparse.Namespace) -> None:
    from dlcourse_authoring.execution import execute_changed

    execute_changed(options.notebooks, force=options.force)


def _due(options: argparse.Namespace) -> None:
    from datetime import date

    from dlcourse_authoring.due import due, third_of

    third = third_of(date.today()) if options.third is None else options.third
    reasons = due(options.notebooks, None if options.all else third)
    turn = "" if options.all else f"; it is the turn of third {third} (THIRD=0, 1 or 2 chooses)"
    print(f"{len(reasons)} of {len(options.notebooks)} notebooks run{turn}", file=sys.stderr)
    for path, reason in reasons.items():
        print(f"{path}: {reason}", file=sys.stderr)
        print(path)


def _new_chapter(options: argparse.Namespace) -> None:
    from dlcourse_authoring.new_chapter import new_chapter

    written = new_chapter(Path.cwd(), options.number, options.name)
    _say_written(written)
    print(
        f"Add `- file: chapters/{written[0].stem}` to _toc.yml. docs/recipes.md goes on from here."
    )


def _new_exercise(options: argparse.Namespace) -> None:
    from dlcourse_authoring.new_exercise import new_exercise

    _say_written(
        new_exercise(
            Path.cwd(),
            options.chapter,
            options.id,
            section=options.section,
            stars=options.stars,
            kind=options.kind,
        )
    )
    print("Replace the small exercise there by yours. docs/recipes.md goes on from here.")


def _new_explorable(options: argparse.Namespace) -> None:
    from dlcourse_authoring.new_explorable import new_explorable

    _say_written(new_explorable(Path.cwd(), options.name, options.chapter, section=options.section))
    print("Replace the small figure there by yours. docs/recipes.md goes on from here.")


def _add_section(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--section", help="the heading of the section where it goes (default: the last one)"
    )


def _say_written(paths: list[Path]) -> None:
    for path in paths:
        print(f"wrote {path.relative_to(Path.cwd())}")


def _export_network(options: argparse.Namespace) -> None:
    from dlcourse_authoring.digit_network import export_network

    print(f"wrote {export_network(options.notebook, Path('data'))}")


def _train_network(options: argparse.Namespace) -> None:
    from dlcourse_authoring.mnist_network import make

    print(f"wrote {make(Path('data'))}")


def _export_prose(options: argparse.Namespace) -> None:
    from dlcourse_authoring.prose import export_prose

    print(f"wrote {export_prose(options.notebooks, Path('data'))}")


def _measure_device(options: argparse.Namespace) -> None:
    from dlcourse_utils.measuring import measure_device

    print(f"added {measure_device(options.out)['device']} to {options.out}")


def _bench(options: argparse.Namespace) -> None:
    from dlcourse_authoring.bench import measure

    measure(Path.cwd(), options.parts)


def _moving_picture(options: argparse.Namespace) -> None:
    from dlcourse_authoring.moving_picture import record

    print(f"wrote {record(Path('_build/html'), Path('.github/pictures/course.webp'))}")
