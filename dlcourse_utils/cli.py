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

    export = commands.add_parser(
        "export-network",
        help="write data/digit_network.npz from the network that chapter 6 has trained",
    )
    export.add_argument(
        "notebook", nargs="?", type=Path, default=Path("chapters/06-cnn-mnist.ipynb")
    )

    prose = commands.add_parser(
        "export-prose",
        help="write data/course_prose.txt, the text that stands in for Shakespeare, from chapters",
    )
    prose.add_argument("notebooks", nargs="+", type=Path, metavar="notebook.ipynb")

    from dlcourse_utils.teaching import commands as teaching

    teaching.add_to(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the process' exit status."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except (ValueError, OSError) as error:
        print(f"dlcourse: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndlcourse: stopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


def _run(options: argparse.Namespace) -> None:
    if options.command == "publish-as":
        from .publishing import publish_as

        for path in publish_as(Path.cwd(), options.address):
            print(f"changed {path}")
    elif options.command == "execute":
        from .notebooks import execute_changed

        execute_changed(options.notebooks, force=options.force)
    elif options.command == "export-network":
        from .notebooks import export_network

        print(f"wrote {export_network(options.notebook, Path('data'))}")
    elif options.command == "export-prose":
        from .prose import export_prose

        print(f"wrote {export_prose(options.notebooks, Path('data'))}")
    else:
        options.run(options)


if __name__ == "__main__":
    sys.exit(main())
