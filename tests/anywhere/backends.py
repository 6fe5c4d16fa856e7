"""`make test-backends`: every chapter on each backend of Keras; seconds in docs/measurements.md.

The chapters run under nbval, one at a time, so that the seconds are theirs alone. All of them take
more than an hour; ``CHAPTERS=chapters/04-backpropagation.ipynb`` runs one and writes its row.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from dlcourse_authoring.measurements import write_rows
from dlcourse_utils.chapter import read

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "measurements.md"
BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


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
            facts = read(chapter)
            write_rows(PAGE, "backends", [(f"{facts.number} {facts.title}", *seconds)])
    print(f"{failures} runs failed. Chapters that passed have their rows in docs/measurements.md.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
