"""`dlcourse data --all` fills a folder with whole data sets, and goes on where it was stopped."""

import dataclasses
import hashlib
from importlib import import_module
from pkgutil import iter_modules

import pytest

from dlcourse_utils import cli, data
from dlcourse_utils.data import fetching, imagenet, registry, sources
from dlcourse_utils.data.download import DownloadFailed

TEXTS = {"play.txt": "to be", "poem.txt": "or not"}


def _set(name: str, text: str) -> registry.DataSet:
    def digest(content):
        return hashlib.sha256(content.encode()).hexdigest()

    return registry.DataSet(
        name=name, title=name.title(), file_name=name, url=f"https://example.invalid/{name}",
        file_sha256=digest(text), read=lambda path: path.read_text("utf-8"), fingerprint=digest,
        content_sha256=digest(text), default=lambda: "", default_words="nothing",
    )  # fmt: skip


@pytest.fixture
def network(monkeypatch, bare_machine):
    """Two data sets at addresses that answer; the names of files asked for, in their order."""
    asked = []

    def download(url, sha256, path):
        name = url.rsplit("/", 1)[1]
        asked.append(name)
        path.write_text(TEXTS[name], "utf-8")

    monkeypatch.setattr(fetching, "FILES", {})
    monkeypatch.setattr(fetching, "DATA_SETS", tuple(_set(n, t) for n, t in TEXTS.items()))
    monkeypatch.setattr(fetching, "download", download)
    monkeypatch.setattr(imagenet, "download", download)
    return asked


def test_all_sets_are_there_afterwards(network, tmp_path):
    said = []
    assert fetching.fetch_all(tmp_path / "class" / "data", said.append) == []
    for name, text in TEXTS.items():
        assert (tmp_path / "class" / "data" / name).read_text("utf-8") == text
    assert all(line.startswith("✓") and "downloaded" in line for line in said)


def test_second_run_fetches_only_what_is_missing_or_damaged(network, tmp_path):
    fetching.fetch_all(tmp_path, str)
    (tmp_path / "poem.txt").write_text("or", "utf-8")
    network.clear()
    assert fetching.fetch_all(tmp_path, str) == []
    assert network == ["poem.txt"]
    assert (tmp_path / "poem.txt").read_text("utf-8") == "or not"


def test_what_is_on_this_machine_is_copied_not_downloaded(network, tmp_path, monkeypatch):
    store = tmp_path / "store"
    store.mkdir()
    (store / "play.txt").write_text("to be", "utf-8")
    monkeypatch.setenv("DLCOURSE_DATA", str(store))
    fetching.fetch_all(tmp_path / "usb", str)
    assert network == ["poem.txt"]
    assert sorted(p.name for p in (tmp_path / "usb").iterdir()) == ["play.txt", "poem.txt"]


def test_one_that_fails_does_not_stop_the_others(network, tmp_path, monkeypatch, capsys):
    working = fetching.download

    def flaky(url, sha256, path):
        if url.endswith("play.txt"):
            raise DownloadFailed("there is no connection to the internet; connect")
        working(url, sha256, path)

    monkeypatch.setattr(fetching, "download", flaky)
    assert cli.main(["data", "--all", "--to", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "✗ Play.Txt: there is no connection" in said and "✓ Poem.Txt: downloaded" in said
    assert "Run the same command again" in said
    assert not (tmp_path / "play.txt").exists()


def test_command_says_where_data_are_and_what_to_set(network, tmp_path, capsys):
    assert cli.main(["data"]) == 0
    assert "Play.Txt: not on this machine" in capsys.readouterr().out
    assert cli.main(["data", "--all", "--to", str(tmp_path)]) == 0
    assert f"DLCOURSE_DATA={tmp_path}" in capsys.readouterr().out
    assert cli.main(["data", "--to", str(tmp_path)]) == 1
    assert "add --all" in capsys.readouterr().err


def test_a_copy_that_breaks_off_leaves_nothing(network, tmp_path, monkeypatch):
    store, target = tmp_path / "store", tmp_path / "usb"
    store.mkdir()
    (store / "play.txt").write_text("to be", "utf-8")
    monkeypatch.setenv("DLCOURSE_DATA", str(store))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sources.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        fetching.fetch_all(target, str)
    assert list(target.iterdir()) == []


def test_every_set_of_the_course_is_fetched():
    modules = [import_module(f"dlcourse_utils.data.{m.name}") for m in iter_modules(data.__path__)]
    known = {
        value.name
        for module in modules
        for value in vars(module).values()
        if isinstance(value, registry.DataSet)
    }
    assert known == {data_set.name for data_set in fetching.DATA_SETS}


def test_a_folder_that_cannot_be_written_is_named(network, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("os.access", lambda *_: False)
    assert cli.main(["data", "--all", "--to", str(tmp_path / "usb")]) == 1
    said = capsys.readouterr().err
    assert "usb cannot be written" in said and "--to" in said
    assert network == []


def test_what_is_kept_unpacked_is_copied_whole(network, tmp_path, monkeypatch):
    store = tmp_path / "store"
    store.mkdir()
    for name in ("acts.txt", "scenes.txt"):
        (store / name).write_text("to be", "utf-8")
    packed = dataclasses.replace(_set("play.zip", "to be"), unpacked=("acts.txt", "scenes.txt"))
    monkeypatch.setattr(fetching, "DATA_SETS", (packed,))
    monkeypatch.setenv("DLCOURSE_DATA", str(store))
    assert fetching.fetch_all(tmp_path / "usb", str) == []
    assert sorted(p.name for p in (tmp_path / "usb").iterdir()) == ["acts.txt", "scenes.txt"]
    said = []
    fetching.fetch_all(tmp_path / "usb", said.append)
    assert said == ["✓ Play.Zip: already there, verified."]


def test_pretrained_weights_come_along(network, tmp_path, monkeypatch):
    models = sources.keras_cache("models")
    models.mkdir(parents=True)
    (models / "play.txt").write_text("weights", "utf-8")
    monkeypatch.setattr(fetching, "DATA_SETS", ())
    addresses = dict.fromkeys(TEXTS, "https://example.invalid/")
    monkeypatch.setattr(fetching, "FILES", addresses)
    monkeypatch.setattr(imagenet, "FILES", addresses)
    assert fetching.fetch_all(tmp_path / "usb", str) == []
    assert (tmp_path / "usb" / "play.txt").read_text("utf-8") == "weights"
    assert network == ["poem.txt"]
