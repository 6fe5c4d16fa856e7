"""The recipes of docs/recipes.md, followed to the letter in a copy of the course.

Commands and files are read from the page; a test adds nothing but what to look at afterwards. The
copy's site has only the chapter that a recipe is about.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse_authoring.course_copy import copy_course

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|diff|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
pytestmark = pytest.mark.slow
APPEND = re.compile(r"Append to `([^`]+)`:\s*$")

pytestmark = pytest.mark.slow  # each builds a site or runs a notebook


class Course:
    """A copy of the course in which recipes are followed."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_course(ROOT, folder)
        # An environment that looks installed. What is in it is this test's own; what would install
        # it anew could empty this folder, but nothing behind the links.
        (folder / ".venv").mkdir()
        for part in Path(sys.prefix).iterdir():
            (folder / ".venv" / part.name).symlink_to(part)
        (folder / ".venv" / ".installed").unlink(missing_ok=True)
        (folder / ".venv" / ".installed").touch()
        os.utime(folder / "requirements.txt", (0, 0))
        self.done: list[subprocess.CompletedProcess] = []

    def path(self, name: str) -> Path:
        return self.folder / name

    def keep_chapters(self, *names: str) -> None:
        """Leave the other chapters out of the site, so that it is built in seconds."""
        kept = "|".join(map(re.escape, names))
        toc = self.path("_toc.yml").read_text("utf-8")
        toc = re.sub(
            rf"^      - file: chapters/(?!{kept}\n).*\n(?:        .*\n)*", "", toc, flags=re.M
        )
        toc = re.sub(r"^  - caption: .*\n    chapters:\n(?=  - )", "", toc, flags=re.M)
        self.path("_toc.yml").write_text(toc, "utf-8")

    def follow(self, title: str, *, path: str = "") -> list[subprocess.CompletedProcess]:
        """Do what a recipe says; returns its commands as they ended, one for each line."""
        section = re.split(r"^## ", PAGE.split(f"\n## {title}\n")[1], flags=re.MULTILINE)[0]
        done: list[subprocess.CompletedProcess] = []
        for block in BLOCK.finditer(section):
            kind, content = block.groups()
            if kind == "sh":
                done += [self.run(line, path) for line in content.splitlines()]
            elif kind == "diff":
                self.change(content)
            else:
                file = self.path(APPEND.search(section[: block.start()])[1])
                file.write_text(f"{file.read_text('utf-8')}\n\n{content}", "utf-8")
        assert done, f"the recipe {title!r} has no command"
        return done

    def run(self, command: str, path: str = "") -> subprocess.CompletedProcess:
        environment = os.environ | {
            "PYTHONPATH": str(self.folder),
            "PATH": f"{path}{os.environ['PATH']}",
        }
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def change(self, diff: str) -> None:
        """Replace the lines with a minus or a blank in front by those with a plus or a blank."""
        head, *lines = diff.splitlines()
        file = self.path(head.removeprefix("--- "))
        old, new = (
            "".join(f"{line[1:]}\n" for line in lines if line[:1] in (" ", "", sign))
            for sign in "-+"
        )
        text = file.read_text("utf-8")
        assert text.count(old) == 1, f"{file.name} no longer has, or has twice:\n{old}"
        file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def course(tmp_path) -> Course:
    return Course(tmp_path / "dlcourse")


def succeeded(done: list[subprocess.CompletedProcess]) -> None:
    for command in done:
        assert command.returncode == 0, f"{command.args[2]}\n{command.stdout[-4000:]}"


def test_every_recipe_is_followed_here():
    titles = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    followed = re.findall(r'\.follow\(\s*"([^"]+)"', Path(__file__).read_text("utf-8"))
    assert titles and sorted(titles) == sorted(followed)


def test_mend_a_sentence(course):
    course.keep_chapters("01-neurons")
    succeeded(course.follow("Mend a sentence"))
    page = course.path("_build/html/chapters/01-neurons.html").read_text("utf-8")
    assert "a weighted sum and a decision" in page
    assert "one weighted sum and one decision" not in page


@pytest.mark.nightly
def test_add_an_exercise(course):
    execute, *tests = course.follow("Add an exercise")[1:]
    succeeded([execute, *tests])
    assert "passed" in tests[0].stdout and "passed" in tests[1].stdout
    changed = course.run(
        "git -C . status 2>/dev/null; find . -newer .venv/.installed -name '*.ipynb'"
    )
    assert changed.stdout.split() == ["./chapters/01-neurons.ipynb"]


@pytest.mark.nightly
def test_add_an_explorable(course, browser):
    course.keep_chapters("01-neurons")
    succeeded(course.follow("Add an explorable"))
    page = browser.new_page()
    page.goto(course.path("_build/html/chapters/01-neurons.html").as_uri())
    figure = page.locator("figure.dl-explorable", has_text="Turn the line. Which slope")
    figure.scroll_into_view_if_needed()
    figure.get_by_label("Slope").press("ArrowRight")
    assert "Where x grows by 1, y grows by 1.06." in figure.locator(".dl-live").inner_text()
    page.close()


@pytest.mark.nightly
def test_add_a_chapter(course):
    course.keep_chapters("14-project")
    *done, tests = course.follow("Add a chapter")
    succeeded(done)
    page = course.path("_build/html/chapters/15-diffusion-models.html").read_text("utf-8")
    assert ">Diffusion models<" in page and page.count('class="dl-exercise"') >= 5
    cover = course.path("_build/html/index.html").read_text("utf-8")
    assert "15-diffusion-models.html" in cover
    # An empty chapter lacks much; the tests say so by name.
    assert tests.returncode == 1 and "15-diffusion-models" in tests.stdout
    assert "passed" in tests.stdout and "error" not in tests.stdout.splitlines()[-1]


def test_change_the_look_of_the_quiz(course, browser):
    course.keep_chapters("01-neurons")
    succeeded(course.follow("Change the quiz's look"))
    page = browser.new_page()
    page.goto(course.path("_build/html/chapters/01-neurons.html").as_uri())
    quiz = page.locator('[data-module="quiz_view"]').first
    quiz.scroll_into_view_if_needed()
    legend = quiz.locator("legend").first
    legend.wait_for()
    assert legend.evaluate("(one) => getComputedStyle(one).fontWeight") == "400"
    page.close()


def test_upgrade_keras(course, tmp_path):
    # uv asks the network; here it answers with the old versions, under what pyproject.toml holds.
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(
        f"#!{sys.executable}\n"
        "import re, sys, tomllib\n"
        "uv = tomllib.load(open('pyproject.toml', 'rb'))['tool']['uv']\n"
        "held = dict(line.split('==') for line in uv['constraint-dependencies'])\n"
        "teaching = any('teaching' in word for word in sys.argv)\n"
        "for line in open('requirements-teaching.txt' if teaching else 'requirements.txt'):\n"
        "    if line[0] == '#': continue\n"
        "    name, equals, version = line.partition('==')\n"
        "    print(f'{name}=={held[name]}' if name in held else line.rstrip())\n"
    )
    uv.chmod(0o755)
    succeeded(course.follow("Upgrade Keras", path=f"{uv.parent}:"))
    for name in ("requirements.txt", "requirements-teaching.txt"):
        lines = course.path(name).read_text("utf-8").splitlines()
        assert "keras==3.16.0" in lines and lines[0].startswith("#") and "-e ." in lines
        before = (ROOT / name).read_text("utf-8").splitlines()
        assert len(lines) == len(before)
    # The chapters' outputs count as made by another version now.
    question = "from dlcourse_authoring.fingerprint import pinned_version as p; print(p('keras'))"
    assert course.run(f'.venv/bin/python -c "{question}"').stdout.strip() == "3.16.0"
