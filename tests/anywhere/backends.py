"""`make test-backends`: every chapter on each backend of Keras, and the README's table of seconds.

The chapters run under nbval, one at a time, so that the seconds are theirs alone.
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
PLACE = re.compile(r"(<!-- backends -->\n).*?(\n<!-- /backends -->)", re.DOTALL)


def run(chapter: Path, backend: str) -> tuple[float, str]:
    """Seconds that a chapter takes, and what nbval says of it ("" where all is well)."""
    nbval = ["--nbval-lax", "--nbval-cell-timeout", "1200", "-o", "addopts=", "-q"]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *nbval, str(chapter)],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - start
    return seconds, "" if done.returncode == 0 else done.stdout


def title(chapter: Path) -> str:
    """Number and title of a chapter, as the README's tables have them."""
    heading = nbformat.read(chapter, as_version=4).cells[0].source.splitlines()[0]
    return f"{int(chapter.name[:2])} {heading.removeprefix('# ')}"


def with_table(readme: str, rows: list[str]) -> str:
    """The README with these rows as its table of backends."""
    if not PLACE.search(readme):
        raise ValueError("README.md has no place for the table: <!-- backends --> … ")
    table = "\n".join([HEAD, "|---|---|---|---|", *rows])
    return PLACE.sub(lambda place: f"{place[1]}{table}{place[2]}", readme)


def main() -> int:
    """Run all; write the table only where every chapter passed on every backend."""
    rows, failures = [], 0
    for chapter in sorted((ROOT / "chapters").glob("*.ipynb")):
        seconds = []
        for backend, name in BACKENDS.items():
            taken, trouble = run(chapter, backend)
            seconds.append(f"{taken:.0f}")
            verdict = "FAILED" if trouble else "passed"
            print(f"{chapter.stem} on {name}: {verdict} in {taken:.0f} s", flush=True)
            if trouble:
                failures += 1
                print(trouble[-6000:], flush=True)
        rows.append(f"| {title(chapter)} | {' | '.join(seconds)} |")
    if failures:
        print(f"{failures} runs failed; the README keeps its table.")
        return 1
    README.write_text(with_table(README.read_text("utf-8"), rows), "utf-8")
    print(f"All chapters pass on {', '.join(BACKENDS.values())}. The README's table is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
