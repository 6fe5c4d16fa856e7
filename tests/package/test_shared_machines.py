"""Machines of several accounts: what is closed is said in a sentence, and the chapter goes on."""

import contextlib
import ctypes
import hashlib
import os
import runpy
from pathlib import Path

import pytest

from dlcourse_utils import doctor, keras_settings
from dlcourse_utils.data import fetching, imagenet, registry, sources

TEXT = "to be or not"
KERAS_ELSEWHERE = sources.KERAS_ELSEWHERE


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


PLAY = registry.DataSet(
    name="play", title="The play", file_name="play.txt", url="https://example.invalid/play.txt",
    file_sha256=digest(TEXT), read=lambda path: path.read_text("utf-8"), fingerprint=digest,
    content_sha256=digest(TEXT), default=lambda: "the default", default_words="nothing",
)  # fmt: skip


class Header(ctypes.Structure):
    """What Linux' ``capget`` and ``capset`` take first: their version, and which thread."""

    _fields_ = [("version", ctypes.c_uint32), ("thread", ctypes.c_int)]


@contextlib.contextmanager
def bound_by_rights():
    """Give up for a while what lets root open every file; for others nothing changes."""
    if os.geteuid():
        yield
        return
    system, header = ctypes.CDLL(None), ctypes.byref(Header(0x20080522, 0))
    masks = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: twice
    set_secure_bits, no_fixup = 28, 4  # else access(2) would count root's rights all the same
    if system.capget(header, masks) or system.prctl(set_secure_bits, no_fixup, 0, 0, 0):
        pytest.skip("root cannot give up its rights on this system")
    before = masks[0]
    masks[0] = before & ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    assert system.capset(header, masks) == 0
    try:
        yield
    finally:
        masks[0] = before
        assert system.capset(header, masks) == 0
        assert system.prctl(set_secure_bits, 0, 0, 0, 0) == 0


@pytest.fixture
def account(bare_machine, monkeypatch, tmp_path):
    """The folder of an account to which a closed folder is closed."""
    if not hasattr(os, "geteuid"):
        pytest.skip("needs the rights of Unix")
    with bound_by_rights():
        yield tmp_path
    closed = [folder for folder in tmp_path.rglob("*") if folder.is_dir()]
    for folder in closed:
        folder.chmod(0o700)


@pytest.fixture
def address(monkeypatch):
    """What the official address does: it sends `TEXT`, until it is told to fail."""
    reached = []

    def download(url, sha256, path):
        reached.append(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT, "utf-8")

    for module in (sources, imagenet, fetching):
        monkeypatch.setattr(module, "download", download)
    return reached


def put(folder: Path, mode: int = 0o644) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PLAY.file_name).write_text(TEXT, "utf-8")
    (folder / PLAY.file_name).chmod(mode)
    return folder


def close(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0)
    return folder


@pytest.mark.parametrize("which", ["itself", "the one above"])
def test_a_closed_classroom_folder_is_said_and_passed_over(
    which, account, address, monkeypatch, capsys
):
    folder = put(account / "class" / "data")
    close(folder if which == "itself" else folder.parent)
    monkeypatch.setenv("DLCOURSE_DATA", str(folder))
    assert sources.load(PLAY) == TEXT
    out = capsys.readouterr().out
    assert "This account may not look into the folder in DLCOURSE_DATA" in out
    assert "chmod" in out and "ask" in out
    assert "does not exist" not in out
    assert sources.where() == "the folder in DLCOURSE_DATA"


def test_a_closed_cache_is_said_and_what_is_fetched_goes_where_keras_puts_it(
    account, address, capsys
):
    close(account / "keras")
    assert sources.load(PLAY) == TEXT
    out = capsys.readouterr().out
    assert "This account may not look into Keras' cache" in out and "KERAS_HOME" in out
    assert (account / "tmp" / "keras" / "datasets" / "play.txt").is_file()
    assert sources.load(PLAY) == TEXT
    assert len(address) == 1, "it is found again"


def test_where_nothing_can_be_kept_the_default_serves(account, capsys):
    (account / "keras").mkdir(mode=0o555)
    (account / "tmp").mkdir(mode=0o555)
    assert sources.load(PLAY) == "the default"
    assert "Keras' cache folder cannot be written; set KERAS_HOME" in capsys.readouterr().out


def test_a_cache_that_can_be_read_but_not_written_still_serves(account, address, capsys):
    put(account / "keras" / "datasets")
    (account / "keras").chmod(0o555)
    assert sources.load(PLAY) == TEXT
    assert capsys.readouterr().out == "The play from Keras' cache.\n" and not address


@pytest.mark.parametrize("place", ["class", "keras/datasets"])
def test_a_file_of_somebody_elses_is_not_called_damaged(place, account, monkeypatch, capsys):
    folder = put(account / place, mode=0)
    if place == "class":
        monkeypatch.setenv("DLCOURSE_DATA", str(folder))
    sources.load(PLAY)
    out = capsys.readouterr().out
    assert "play.txt in" in out and "may not be read by this account" in out and "chmod" in out
    assert "damaged" not in out and "delete" not in out
    assert (folder / "play.txt").exists()


def test_a_file_in_the_cache_that_can_be_neither_read_nor_replaced_gives_the_default(
    account, monkeypatch, capsys
):
    put(account / "keras" / "datasets", mode=0)
    assert sources.load(PLAY) == "the default"
    out = capsys.readouterr().out
    assert "set KERAS_HOME to a folder of your own" in out


def test_fetching_all_deletes_no_file_that_it_may_not_read(account, address, monkeypatch):
    monkeypatch.setattr(fetching, "DATA_SETS", (PLAY,))
    monkeypatch.setattr(fetching, "FILES", {})
    folder = put(account / "class", mode=0)
    said = []
    assert fetching.fetch_all(folder, said.append) == ["The play"]
    assert (folder / "play.txt").exists() and "may not be read by this account" in said[0]


def test_pretrained_weights_of_somebody_elses_are_said(account, address, monkeypatch, capsys):
    monkeypatch.setattr(imagenet, "FILES", {"play.txt": "https://example.invalid/"})
    monkeypatch.setenv("DLCOURSE_DATA", str(put(account / "class", mode=0)))
    assert imagenet.fetch_mobilenet(), "it is fetched instead"
    assert "may not be read by this account" in " ".join(capsys.readouterr().out.split())
    assert (account / "keras" / "models" / "play.txt").is_file()


def test_pretrained_weights_go_where_keras_looks_when_its_folder_is_closed(
    account, address, monkeypatch
):
    monkeypatch.setattr(imagenet, "FILES", {"play.txt": "https://example.invalid/"})
    close(account / "keras")
    assert imagenet.fetch_mobilenet()
    assert (account / "tmp" / "keras" / "models" / "play.txt").is_file()


def test_settings_of_keras_that_may_not_be_read_are_one_clear_sentence(account):
    keras = pytest.importorskip("keras")
    (account / "keras").mkdir()
    (account / "keras" / "keras.json").touch(mode=0)
    reader = Path(keras.src.backend.config.__file__)
    with pytest.raises(PermissionError) as raised:
        runpy.run_path(str(reader))
    said = str(keras_settings.unusable(raised.value))
    assert said.startswith("Keras cannot use its settings file (Permission denied): ")
    assert "KERAS_HOME" in said and str(account) not in said


@pytest.mark.parametrize("closed", ["keras", "class"])
def test_the_doctor_looks_on_where_something_is_closed(closed, account, address, monkeypatch):
    monkeypatch.setattr(fetching, "DATA_SETS", (PLAY,))
    monkeypatch.setenv("DLCOURSE_DATA", str(put(account / "class")))
    close(account / closed)
    findings = [*doctor.examine_disk(), *doctor.examine_data()]
    assert findings
    assert not [f for f in findings if "could not be examined" in f.found]
    assert all(f.cure for f in findings if f.level != "fine")
    if closed == "keras":
        assert "KERAS_HOME" in findings[0].cure


def test_the_cache_is_where_keras_has_it(account, monkeypatch):
    """Keras is asked, with its folder open and closed."""
    keras = pytest.importorskip("keras")
    from keras.src.utils import file_utils

    def asked() -> Path:
        return Path(keras.utils.get_file("play.txt", "https://example.invalid/play.txt")).parent

    monkeypatch.setattr(file_utils, "urlretrieve", lambda url, path, *_: Path(path).touch())
    monkeypatch.setattr(file_utils.config, "keras_home", lambda: os.environ["KERAS_HOME"])
    (account / "keras").mkdir(exist_ok=True)
    assert asked() == sources.keras_cache()
    close(account / "keras")
    elsewhere = asked()
    assert sources.keras_cache() == account / "tmp" / "keras" / "datasets"
    monkeypatch.setattr(sources, "KERAS_ELSEWHERE", KERAS_ELSEWHERE)
    assert elsewhere == sources.keras_cache()
    (elsewhere / "play.txt").unlink()
