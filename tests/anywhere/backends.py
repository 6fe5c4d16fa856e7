"""`make test-backends`: every chapter on each backend of Keras, and the README's table of seconds.

The chapters run under nbval, one at a time, so that the seconds are theirs alone. All of them take
more than an hour; ``CHAPTERS=chapters/04-backpropagation.ipynb`` runs one and writes its row.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
HEAD = "| chapter | TensorFlow | JAX | PyTorch |"
ROW = re.compile(r"^\| \d.*$", re.MULTILINE)
PLACE = re.compile(r"(<!-- backends -->\n).*?(\n<!-- /backends -->)", re.DOTALL)


def run(chapter: Path, backend: str) -> tuple[float, str]:
    """Seconds that a chapter takes, and what nbval says of it ("" where all is well)."""
    nbval = ["--nbval-lax", "--nbval-cell-timeout", "1200", "-o", "addopts=", "-q"]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *nbval, str(chapter)],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": backend},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.perf_counter() - start
    return seconds, "" if done.returncode == 0 else f"{done.stdout}\nexit status {done.returncode}"


def title(chapter: Path) -> str:
    """Number and title of a chapter, as the README's tables have them."""
    heading = nbformat.read(chapter, as_version=4).cells[0].source.splitlines()[0]
    return f"{int(chapter.name[:2])} {heading.removeprefix('# ')}"


def with_rows(readme: str, rows: list[str]) -> str:
    """The README with these rows in its table of backends, beside those of other chapters."""
    place = PLACE.search(readme)
    if not place:
        raise ValueError("README.md has no place for the table: <!-- backends --> … ")
    by_number = {int(row.split()[1]): row for row in [*ROW.findall(place[0]), *rows]}
    table = "\n".join([HEAD, "|---|---|---|---|", *(by_number[n] for n in sorted(by_number))])
    return readme[: place.end(1)] + table + readme[place.start(2) :]


def main(chapters: list[Path]) -> int:
    """Run each; a chapter that passes on every backend has its row written at once."""
    failures = 0
    for chapter in chapters:
        seconds, passed = [], True
        for backend, name in BACKENDS.items():
            taken, trouble = run(chapter, backend)
            seconds.append(f"{taken:.0f}")
            verdict = "FAILED" if trouble else "passed"
            print(f"{chapter.stem} on {name}: {verdict} in {taken:.0f} s", flush=True)
            if trouble:
                passed = False
                failures += 1
                print(trouble[-6000:], flush=True)
        if passed:
            row = f"| {title(chapter)} | {' | '.join(seconds)} |"
            README.write_text(with_rows(README.read_text("utf-8"), [row]), "utf-8")
    print(f"{failures} runs failed. The README has the rows of the chapters that passed.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
