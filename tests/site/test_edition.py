"""An edition of a few chapters, as the instructors' page on adapting the course describes it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from site_pages import ROOT

CHOSEN = ("04-", "06-", "09-")


def test_chapters_4_6_and_9_alone_build_without_warnings(tmp_path):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, listed):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tmp_path / name)
    toc = yaml.safe_load((tmp_path / "_toc.yml").read_text())
    for part in toc["parts"]:
        part["chapters"] = [
            page
            for page in part["chapters"]
            if not page["file"].startswith("chapters/")
            or page["file"].removeprefix("chapters/").startswith(CHOSEN)
        ]
    toc["parts"] = [part for part in toc["parts"] if part["chapters"]]
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc, sort_keys=False))
    program = str(Path(sys.executable).with_name("jupyter-book"))
    done = subprocess.run(
        [program, "build", str(tmp_path), "-W", "-n", "--keep-going"],
        capture_output=True, text=True, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    problems = [line for line in done.stderr.splitlines() if "WARNING" in line or "ERROR" in line]
    assert done.returncode == 0, "\n".join(problems) or done.stderr[-2000:]
    site = tmp_path / "_build" / "html"
    assert len(list((site / "chapters").glob("*.html"))) == 3
    overview = (site / "instructors" / "chapters.html").read_text()
    assert "Backpropagation" in overview and "Optimisers" not in overview
    links = {
        link
        for page in site.glob("**/*.html")
        for link in re.findall(r'href="[^"]*chapters/(\d\d-[\w-]+)\.html', page.read_text())
    }
    assert links and all(link.startswith(CHOSEN) for link in links)
