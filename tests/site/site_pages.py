"""What the tests of the site share: where things are, which pages there are."""

import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import groupby
from pathlib import Path

import yaml
from bs4 import BeautifulSoup

from book.addresses import site_address

ROOT = Path(__file__).parents[2]


def chapters() -> list[str]:
    """The chapters that _toc.yml names, without ending."""
    return [file for file in _files() if file.startswith("chapters/")]


def pages() -> list[str]:
    """Every page of the book, and those without a source, as paths in the site."""
    return [f"{file}.html" for file in ("index", *_files(), "search", "progress")]


def _files() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    return [page["file"] for part in toc["parts"] for page in part["chapters"]]


def of_each_template(count: int) -> list[str]:
    """So many pages of each folder, the first and the last of them first; and those outside."""
    found = []
    for folder, group in groupby(sorted(pages()), key=lambda path: path.rpartition("/")[0]):
        first, *rest = group
        found += [first, *rest] if folder == "" else [first, *rest[::-1]][:count]
    return found


def base_address() -> str:
    """Where `_config.yml` says that the site is published."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    return site_address(config["html"].get("baseurl", ""), config["repository"]["url"])


def policy() -> str:
    """The value of the header that the page on hosting recommends."""
    page = (ROOT / "docs" / "hosting.md").read_text("utf-8")
    return re.search(r"^Content-Security-Policy: (.*)$", page, re.M)[1]


@cache
def soup(file: Path) -> BeautifulSoup:
    """A built page, parsed once."""
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


def built(out: Path, *more: str, source: Path = ROOT) -> Path:
    """The folder with what Jupyter Book builds from `source` into `out`, strictly."""
    program = Path(sys.executable).with_name("jupyter-book")
    program = str(program) if program.exists() else shutil.which("jupyter-book")
    command = [program, "build", str(source), "--path-output", str(out), "-W", "-n"]
    done = subprocess.run([*command, "--keep-going", *more], capture_output=True, text=True)
    problems = [line for line in done.stderr.splitlines() if "WARNING" in line or "ERROR" in line]
    assert done.returncode == 0, "\n".join(problems) or done.stdout[-2000:] + done.stderr[-2000:]
    return out / "_build"


def wake_all(page) -> None:
    """Scroll through the page until every explorable has been near the viewport and is awake."""
    for figure in page.locator("figure.dl-explorable").all():
        figure.scroll_into_view_if_needed()
    page.wait_for_function(
        """() => [...document.querySelectorAll("figure.dl-explorable")]
              .every((figure) => ["live", "still"].includes(figure.dataset.state))"""
    )


def open_everything(page) -> None:
    """Open what is folded, answer the quiz, and press each dialog's button once."""
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    for question in page.locator('[data-module="quiz_view"] fieldset').all():
        if question.locator("input[type=radio]").count():
            question.locator("input[type=radio]").first.check()
        else:
            question.locator("input").first.fill("1")
        question.get_by_role("button", name="Check").click()
    for button in page.locator("button.sidebar-toggle, button.search-button__button").all():
        if button.is_visible():
            button.click()
            page.keyboard.press("Escape")
