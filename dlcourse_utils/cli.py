"""``dlcourse``: the course's commands, each a thin wrapper around one function of the package."""

import argparse
import sys
from pathlib import Path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dlcourse", description="Commands of the interactive deep-learning course."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    publish = commands.add_parser(
        "publish-as", help="set the repository's address in configuration, README and notebooks"
    )
    publish.add_argument("address", help="https://github.com/owner/repository")

    execute = commands.add_parser("execute", help="run notebooks in place and store their outputs")
    execute.add_argument("notebooks", nargs="+", type=Path, metavar="notebook.ipynb")
    execute.add_argument("--force", action="store_true", help="also those that did not change")

    commands.add_parser(
        "doctor", help="look whether the course runs on this machine, and say what to do"
    )

    data = commands.add_parser("data", help="say where the data sets are, or fetch them all")
    data.add_argument("--all", action="store_true", help="fetch what is not there, and verify it")
    data.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="where --all puts them, for a class without network (else Keras' cache)",
    )

    export = commands.add_parser(
        "export-network",
        help="write data/digit_network.npz from the network that chapter 6 has trained",
    )
    export.add_argument(
        "notebook", nargs="?", type=Path, default=Path("chapters/06-cnn-mnist.ipynb")
    )

    commands.add_parser(
        "train-network",
        help="train on MNIST and write data/mnist_network.npz, which chapter 11 adapts",
    )

    prose = commands.add_parser(
        "export-prose",
        help="write data/course_prose.txt, the text that stands in for Shakespeare, from chapters",
    )
    prose.add_argument("notebooks", nargs="+", type=Path, metavar="notebook.ipynb")

    measure = commands.add_parser(
        "measure-device",
        help="time this machine's device as chapter 13 does and add the recording to a file",
    )
    measure.add_argument("--out", type=Path, required=True, metavar="recordings.json")

    from dlcourse_utils.teaching import commands as teaching

    teaching.add_to(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the process' exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (ValueError, OSError) as error:
        print(f"dlcourse: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndlcourse: stopped. Run the same command again to go on.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    if options.command == "publish-as":
        from .publishing import publish_as

        for path in publish_as(Path.cwd(), options.address):
            print(f"changed {path}")
    elif options.command == "execute":
        from .notebooks import execute_changed

        execute_changed(options.notebooks, force=options.force)
    elif options.command == "doctor":
        from .doctor import report

        return 0 if report() else 1
    elif options.command == "data":
        return _data(options)
    elif options.command == "export-network":
        from .notebooks import export_network

        print(f"wrote {export_network(options.notebook, Path('data'))}")
    elif options.command == "train-network":
        from .data.mnist_network import make

        print(f"wrote {make(Path('data'))}")
    elif options.command == "export-prose":
        from .prose import export_prose

        print(f"wrote {export_prose(options.notebooks, Path('data'))}")
    elif options.command == "measure-device":
        from .measuring import measure_device

        print(f"added {measure_device(options.out)['device']} to {options.out}")
    else:
        options.run(options)
    return 0


def _data(options: argparse.Namespace) -> int:
    from .data.fetching import DATA_SETS, fetch_all
    from .data.places import find_stored, keras_cache

    if options.to and not options.all:
        raise ValueError("--to says where --all puts the data sets: add --all")
    if not options.all:
        for data_set in DATA_SETS:
            stored = find_stored(data_set)
            print(f"{data_set.title}: {'in ' + stored.place if stored else 'not on this machine'}")
        return 0
    folder = options.to or keras_cache()
    if fetch_all(folder):
        print("Run the same command again when this is mended; what is there stays.")
        return 1
    if options.to:
        print(f"Set DLCOURSE_DATA={folder.resolve()} on the machines that are to use it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
