"""What the package does where it runs in a web page: no threads, no network, no scikit-learn."""

import sys

import numpy as np
import pytest

from dlcourse_utils.data import download, mnist


def test_nothing_is_downloaded_and_no_thread_is_started(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr("threading.Thread.start", lambda _: pytest.fail("a thread was started"))
    with pytest.raises(download.DownloadFailed, match="web page"):
        download.download("https://host.invalid/a.npz", None, tmp_path / "a.npz")


def test_the_digits_are_those_of_scikit_learn(monkeypatch, tmp_path):
    images, labels = mnist.small_digits()
    np.savez(tmp_path / "digits.npz", images=images, labels=labels)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    monkeypatch.setattr(mnist, "shipped", lambda name: tmp_path / name)
    for got, expected in zip(mnist.small_digits(), (images, labels), strict=True):
        np.testing.assert_array_equal(got, expected)
