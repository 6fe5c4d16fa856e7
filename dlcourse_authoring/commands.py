"""The contributor's commands of ``dlcourse``: thin wrappers."""

import argparse
from pathlib import Path


def add_to(commands) -> None:
    """Add the contributor's commands.

    Parameters
    ----------
    commands : argparse subparsers object
        Of the ``dlcourse`` command.
    """
    publish = commands.add_parser(
        "publish-as", help="set the repository's address in configuration, README and notebooks"
    )
    publish.add_argument("address", help="https://github.com/owner/repository")
    publish.set_defaults(run=_publish_as)

    execute = commands.add_parser("execute", help="run notebooks in place and store their outputs")
    execute.add_argument("notebooks", nargs="+", type=Path, metavar="notebook.ipynb")
    execute.add_argument("--force", action="store_true", help="also those that did not change")
    execute.set_defaults(run=_execute)

    new = commands.add_parser("new-chapter", help="write a chapter's notebook from the template")
    new.add_argument("number", type=int)
    new.add_argument("name", help="small letters, digits, hyphens: diffusion-models")
    new.set_defaults(run=_new_chapter)

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


def _publish_as(options: argparse.Namespace) -> None:
    from dlcourse_authoring.publishing import publish_as

    for path in publish_as(Path.cwd(), options.address):
        print(f"changed {path}")


def _execute(options: argparse.Namespace) -> None:
    from dlcourse_authoring.execution import execute_changed

    execute_changed(options.notebooks, force=options.force)


def _new_chapter(options: argparse.Namespace) -> None:
    from dlcourse_authoring.new_chapter import new_chapter

    path = new_chapter(Path("chapters"), options.number, options.name)
    print(f"wrote {path}")
    print(f"Add `- file: chapters/{path.stem}` to _toc.yml, and the exercise's check to")
    print("dlcourse_utils/exercises/. `pytest tests/notebooks` says what is still missing.")


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
