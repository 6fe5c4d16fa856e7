"""What the package's tests share: figures that close themselves, and a machine without data."""

import matplotlib
import pytest

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine without any stored data: no DLCOURSE_DATA, no Kaggle folder, an empty Keras home.

    Returns the Keras home, which does not exist yet.
    """
    from dlcourse_utils.data import sources

    for variable in ("DLCOURSE_DATA", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)
    home = tmp_path / "keras"
    monkeypatch.setenv("KERAS_HOME", str(home))
    monkeypatch.setattr(sources, "KAGGLE_INPUT", tmp_path / "kaggle" / "input")
    monkeypatch.setattr(sources, "KERAS_ELSEWHERE", tmp_path / "tmp" / "keras")
    monkeypatch.setattr(sources, "used_default", {})
    monkeypatch.setattr(sources, "failures", {})
    return home
