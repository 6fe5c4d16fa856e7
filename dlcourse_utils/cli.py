"""``dlcourse``: one command for learners, instructors and contributors.

What a learner needs stands here. The other commands come with the packages that do their work;
where one is not installed, the command says what to install.
"""

import argparse
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

# Package -> its commands, and how to get it. Its module `commands` adds them to the parser.
_ELSEWHERE = {
    "dlcourse_teaching": (
        (
            "assign",
            "collect",
            "grade",
            "rubric",
            "feedback",
            "report",
            "export",
            "total",
            "package",
            "export-quiz",
            "slides",
        ),
        "the instructors' tools: run `make teaching`, and use .venv-teaching/bin/dlcourse",
    ),
    "dlcourse_authoring": (
        (
            "execute",
            "due",
            "new-chapter",
            "new-exercise",
            "new-explorable",
            "publish-as",
            "export-network",
            "train-network",
            "export-prose",
            "measure-device",
            "bench",
            "moving-picture",
        ),
        "the contributors' tools: run `make book`, and use .venv/bin/dlcourse",
    ),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dlcourse", description="Commands of the interactive deep-learning course."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    doctor = commands.add_parser(
        "doctor", help="look whether the course runs on this machine, and say what to do"
    )
    doctor.set_defaults(run=_doctor)

    data = commands.add_parser("data", help="say where the data sets are, or fetch them all")
    data.add_argument("--all", action="store_true", help="fetch what is not there, and verify it")
    data.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="where --all puts them, for a class without network (else Keras' cache)",
    )
    data.set_defaults(run=_data)

    for package in _ELSEWHERE:
        if find_spec(package) is not None:
            import_module(f"{package}.commands").add_to(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        The command's name and its options; by default what the process was called with.

    Returns
    -------
    int
        The exit status: 0 where all went well, 1 after a problem that was said on standard error,
        130 where it was interrupted.

    Examples
    --------
    >>> main(["data", "--to", "usb"])
    1
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        _require_package(arguments)
        options = _parser().parse_args(arguments)
        return options.run(options) or 0
    except (ValueError, OSError) as error:
        print(f"dlcourse: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndlcourse: stopped. Run the same command again to go on.", file=sys.stderr)
        return 130


def _require_package(arguments: list[str]) -> None:
    """Refuse a command whose package is not installed, and say what to install."""
    for package, (commands, cure) in _ELSEWHERE.items():
        if arguments[:1] and arguments[0] in commands and find_spec(package) is None:
            raise ValueError(f"`{arguments[0]}` needs {package}, which is not installed: {cure}.")


def _doctor(options: argparse.Namespace) -> int:
    from .doctor import report

    return 0 if report() else 1


def _data(options: argparse.Namespace) -> int:
    from .data.fetching import DATA_SETS, fetch_all
    from .data.sources import find_stored, keras_cache

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
