"""Workflows, forms and the citation are what GitHub reads, and cite what stands."""

import re
from pathlib import Path

import pytest
import yaml
from check_jsonschema import main as check_jsonschema

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
SCHEMAS = {
    "github-workflows": WORKFLOWS,
    "github-issue-forms": FORMS,
    "github-issue-config": [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"],
    "dependabot": [ROOT / ".github" / "dependabot.yml"],
    "citation-file-format": [ROOT / "CITATION.cff"],
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_file_follows_its_schema(schema):
    assert SCHEMAS[schema]
    files = [str(path) for path in SCHEMAS[schema]]
    arguments = ["--builtin-schema", f"vendor.{schema}", *files]
    assert check_jsonschema(arguments, standalone_mode=False) == 0


def test_what_breaks_a_schema_is_noticed(tmp_path, capsys):
    broken = tmp_path / "test.yml"
    broken.write_text("on: push\njobs: {test: {runs_on: ubuntu-latest, steps: []}}\n")
    arguments = ["--builtin-schema", "vendor.github-workflows", str(broken)]
    assert check_jsonschema(arguments, standalone_mode=False) == 1
    assert "runs_on" in capsys.readouterr().out


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_do_little_and_runs_once(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}, "a job asks for what it needs besides"
    assert workflow["concurrency"]["group"]
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    triggers = workflow[True]  # YAML 1.1 reads the key `on` so
    if "pull_request" in triggers:
        assert triggers["push"] == {"branches": ["main"]}, "else a branch's change runs twice"


def test_the_site_is_published_after_the_tests():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8"))["jobs"]
    publishing = [job for job in jobs.values() if "deploy-pages" in str(job["steps"])]
    assert len(publishing) == 1 and publishing[0]["needs"] == "test"
    others = [path.read_text("utf-8") for path in WORKFLOWS if path.name != "test.yml"]
    assert not any("deploy-pages" in text for text in others)


def test_there_is_one_recipe_for_continuous_integration():
    """Whatever a machine needs besides stands in .ci/run; no workflow installs it by itself."""
    assert WORKFLOWS
    for path in WORKFLOWS:
        for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items():
            commands = "\n".join(step.get("run", "") for step in job["steps"])
            assert ".ci/run" in commands, f"{path.name}, {name}"
            assert "apt-get" not in commands and "make test" not in commands


def test_the_citation_is_of_the_newest_release():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    releases = re.findall(r"^## (\d+\.\d+\.\d+) – (\d{4}-\d\d-\d\d)$", changelog, re.MULTILINE)
    assert releases[0] == (str(cited["version"]), str(cited["date-released"]))
    assert re.search(r"^## Unreleased$", changelog, re.MULTILINE)
