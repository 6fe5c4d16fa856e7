"""What is in the way of a download is named, with what to do or whom to ask."""

import functools
import hashlib
import http.server
import shutil
import ssl
import subprocess
import threading
from pathlib import Path

import pytest

from dlcourse_utils.data.download import DownloadFailed, download

CONTENT = b"to be or not"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for localhost that nobody vouches for, its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
         "-keyout", "key.pem", "-out", "certificate.pem", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_bytes((folder / "certificate.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return both


def serve(handler, certificate: Path | None = None) -> http.server.HTTPServer:
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        running.socket = context.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    return running


@pytest.fixture
def address(certificate, bare_machine, monkeypatch):
    """An address that sends `CONTENT` under the certificate, reached without a proxy."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)

    class Sender(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, *_):
            pass

    with serve(Sender, certificate) as running:
        yield f"https://localhost:{running.server_port}/play.txt"
        running.shutdown()


@pytest.fixture
def proxy(monkeypatch):
    """Gives a function that makes every request go to a proxy which answers with a status."""

    class Proxy(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.send_response(self.server.status)
            self.end_headers()

        do_CONNECT = do_GET = answer

        def log_message(self, *_):
            pass

    with serve(Proxy) as running:

        def answer_with(status: int) -> None:
            running.status = status
            for scheme in ("HTTP_PROXY", "HTTPS_PROXY"):
                monkeypatch.setenv(scheme, f"http://127.0.0.1:{running.server_port}")

        yield answer_with
        running.shutdown()


@pytest.fixture
def failure(tmp_path):
    """Gives a function that tries a download and returns why it failed."""

    def fetch(url: str) -> str:
        with pytest.raises(DownloadFailed) as failed:
            download(url, hashlib.sha256(CONTENT).hexdigest(), tmp_path / "cache" / "play.txt")
        assert not (tmp_path / "cache").exists()
        assert str(tmp_path) not in str(failed.value), "no folder of this machine is printed"
        return str(failed.value)

    return fetch


def test_with_the_networks_certificates_it_works(address, certificate, monkeypatch, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    download(address, hashlib.sha256(CONTENT).hexdigest(), tmp_path / "play.txt")
    assert (tmp_path / "play.txt").read_bytes() == CONTENT


def test_a_certificate_that_nobody_vouches_for_is_said(address, failure):
    reason = failure(address)
    assert "does not trust the certificate that localhost showed" in reason
    assert "administrator" in reason and "REQUESTS_CA_BUNDLE" in reason


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, "no certificate at all"])
def test_a_wrong_file_of_certificates_is_named(
    variable, content, address, failure, monkeypatch, tmp_path
):
    path = tmp_path / "certificates.pem"
    if content:
        path.write_text(content)
    monkeypatch.setenv(variable, str(path))
    reason = failure(address)
    assert f"the file of certificates that {variable} names" in reason
    assert "unset it" in reason and "KERAS_HOME" not in reason


def test_a_proxy_that_is_not_there_is_said(address, failure, monkeypatch):
    # Port 9 of this machine (discard) has no listener.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    reason = failure(address)
    assert "the proxy that HTTPS_PROXY names cannot be reached" in reason
    assert "administrator" in reason and "unset" in reason


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_proxy_that_wants_a_password_is_said(scheme, address, failure, proxy):
    proxy(407)
    reason = failure(address.replace("https", scheme, 1))
    assert "the network's proxy wants a name and a password" in reason
    assert "administrator" in reason and "http://name:password@" in reason


def test_a_proxy_that_refuses_the_address_is_said(address, failure, proxy):
    proxy(403)
    reason = failure(address)
    assert "the network's proxy refused" in reason and "403" in reason
    assert "administrator to allow localhost" in reason


@pytest.mark.parametrize("value", ["http://", "proxy.example:port", "gopher://proxy.example:1"])
def test_a_proxy_that_is_no_address_is_said(value, address, failure, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", value)
    reason = failure(address)
    assert "HTTPS_PROXY" in reason and "http://proxy.example:8080" in reason


@pytest.mark.parametrize("status", [403, 451])
def test_an_address_that_is_refused_may_be_blocked(status, failure, bare_machine):
    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(status)

        def log_message(self, *_):
            pass

    with serve(Refusing) as running:
        reason = failure(f"http://127.0.0.1:{running.server_port}/play.txt")
        running.shutdown()
    assert f"error {status}" in reason and "administrator" in reason


def test_without_names_a_proxy_is_thought_of(failure, bare_machine, monkeypatch):
    reason = failure("https://no-such-host.invalid/play.txt")
    assert "no connection to the internet" in reason and "HTTPS_PROXY" in reason


def test_a_connection_that_breaks_off_is_no_proxy(failure, bare_machine):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler)
    with serve(handler) as running:
        running.shutdown()
        port = running.server_port
    reason = failure(f"http://127.0.0.1:{port}/play.txt")
    assert "the connection broke off" in reason and "proxy" not in reason
