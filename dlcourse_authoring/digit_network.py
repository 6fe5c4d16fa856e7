"""The drawing pad's network: out of an executed chapter, into the course's data."""

import base64
from pathlib import Path

import nbformat

from dlcourse_utils.explore import MIME, digit_network


def stored_state(path: Path, module: str) -> dict:
    """State of the explorable that a notebook's outputs hold, as `Explorable.state` gives it.

    Parameters
    ----------
    path : Path
        An executed notebook.
    module : str
        The explorable's module, such as ``"draw_digit"``.

    Returns
    -------
    dict
        Of JSON types, arrays as ``{"$base64": text}``.

    Raises
    ------
    ValueError
        If no output of the notebook shows such an explorable.
    """
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            shown = output.get("data", {}).get(MIME, {})
            if shown.get("module") == module:
                return shown["state"]
    raise ValueError(f"{path} shows no {module!r}: run `dlcourse execute {path}` first.")


def export_network(path: Path, folder: Path) -> Path:
    """Write the network that a notebook has trained for its drawing pad into the course's data.

    Parameters
    ----------
    path : Path
        The executed notebook, with a `DrawDigit` among its outputs.
    folder : Path
        Where ``digit_network.npz`` goes.

    Returns
    -------
    Path
        The file that was written.
    """
    state = stored_state(path, "draw_digit")
    weights = base64.b64decode(state["weights"]["$base64"])
    target = folder / "digit_network.npz"
    digit_network.save(target, digit_network.from_float16(state["layers"], weights))
    return target
