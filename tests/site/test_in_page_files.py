"""Python's files for the page: found, fetched, verified, and missed in good time."""

import functools
import hashlib
import json
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from book.in_page import files
from book.in_page.files import FilesMissing, PinnedFile

CONTENT = b"wasm" * 1000


@pytest.fixture
def origin(tmp_path):
    """A server with one file, which counts what it is asked for."""
    folder = tmp_path / "origin"
    folder.mkdir()
    (folder / "a.wasm").write_bytes(CONTENT)
    asked = []

    class Counting(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            asked.append(self.command)

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Counting, directory=folder)) as s:
        threading.Thread(target=s.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{s.server_port}/", asked
        s.shutdown()


def pinned(address: str, content: bytes = CONTENT) -> PinnedFile:
    return PinnedFile("a.wasm", address + "a.wasm", hashlib.sha256(content).hexdigest(), 4000)


def test_a_file_is_fetched_once(origin, tmp_path):
    address, asked = origin
    for _ in range(2):
        found = files.have([pinned(address)], None, tmp_path / "cache")
        assert found["a.wasm"].read_bytes() == CONTENT
    assert asked.count("GET") == 1


def test_the_named_folder_comes_first(origin, tmp_path):
    address, asked = origin
    (tmp_path / "a.wasm").write_bytes(CONTENT)
    found = files.have([pinned(address)], tmp_path, tmp_path / "cache")
    assert found == {"a.wasm": tmp_path / "a.wasm"} and asked == []


def test_another_content_is_refused_and_leaves_nothing(origin, tmp_path):
    with pytest.raises(FilesMissing, match="wrong SHA-256"):
        files.have([pinned(origin[0], b"other")], None, tmp_path / "cache")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_a_damaged_file_in_the_cache_is_fetched_again(origin, tmp_path):
    kept = files.have([pinned(origin[0])], None, tmp_path / "cache")["a.wasm"]
    kept.write_bytes(CONTENT[:-1])
    assert files.have([pinned(origin[0])], None, tmp_path / "cache")["a.wasm"] == kept
    assert kept.read_bytes() == CONTENT


def test_a_wrong_file_in_the_named_folder_is_said(tmp_path):
    (tmp_path / "a.wasm").write_bytes(b"other")
    with pytest.raises(FilesMissing, match=r"a\.wasm in the folder that DLCOURSE_PYODIDE names"):
        files.have([pinned("http://127.0.0.1:9/")], tmp_path, tmp_path / "cache")


def test_the_named_folder_may_vouch_for_a_wheel_of_its_own(tmp_path):
    (tmp_path / "a.wasm").write_bytes(b"other")
    lock = {
        "packages": {"a": {"file_name": "a.wasm", "sha256": hashlib.sha256(b"other").hexdigest()}}
    }
    (tmp_path / "pyodide-lock.json").write_text(json.dumps(lock))
    found = files.have([pinned("http://127.0.0.1:9/")], tmp_path, tmp_path / "cache")
    assert found["a.wasm"].read_bytes() == b"other"


def test_a_host_that_is_silent_is_given_up_in_time(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "SECONDS_TO_CONNECT", 0.5)
    monkeypatch.setattr(files.requests, "head", lambda *_, **__: time.sleep(60))
    start = time.monotonic()
    with pytest.raises(FilesMissing, match="cannot be reached"):
        files.have([pinned("http://host.invalid/")], None, tmp_path / "cache")
    assert time.monotonic() - start < 5


def test_a_file_that_is_not_there_is_said(origin, tmp_path):
    missing = PinnedFile("b.wasm", origin[0] + "b.wasm", "0" * 64, 1)
    with pytest.raises(FilesMissing, match=r"b\.wasm could not be fetched"):
        files.have([missing], None, tmp_path / "cache")


def test_every_pin_is_whole():
    pins = files.pinned()
    assert len({file.path for file in pins}) == len(pins) > 20
    assert all(len(file.sha256) == 64 and file.url.startswith("https://") for file in pins)
