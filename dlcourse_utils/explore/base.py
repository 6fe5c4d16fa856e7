"""What every explorable is: traits on the Python side, one ES module, four ways of being shown."""

import base64
import html
import io
import json
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from traitlets import Bytes, HasTraits, Unicode, default

from dlcourse_utils.explore import bundle

try:
    from anywidget import AnyWidget as _Widget

    HAS_ANYWIDGET = True
except ImportError:  # Kaggle, plain Python: shown through HTML, without a way back to Python
    _Widget = HasTraits
    HAS_ANYWIDGET = False

MIME = "application/vnd.dlcourse.explorable+json"

# The book's colours in static pictures: they stand on light and on dark pages.
BLUE, ORANGE, VIOLET, GREEN, RED, GREY = (
    "#3478E6", "#D9730D", "#9161E0", "#1F9D5B", "#D9485A", "#7A8594",
)  # fmt: skip

_PREVIEW_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "text.color": GREY,
    "axes.labelcolor": GREY,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.hashsalt": "dlcourse",
}


def pack(values: Any) -> bytes:
    """Numbers as the bytes of a binary trait: float32, little-endian, row after row.

    Examples
    --------
    >>> pack([1.0])
    b'\\x00\\x00\\x80?'
    """
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def unpack(data: bytes, shape: Sequence[int] = (-1,)) -> np.ndarray:
    """The float32 array in the bytes of a binary trait.

    Examples
    --------
    >>> unpack(pack([[1, 2], [3, 4]]), (-1, 2)).shape
    (2, 2)
    """
    return np.frombuffer(data, dtype="<f4").astype(np.float32).reshape(shape)


class Buffer(Bytes):
    """A binary trait that also takes what arrives from the browser (a memoryview) and arrays."""

    def validate(self, obj: Any, value: Any) -> bytes:
        """Turn any bytes-like value or array into bytes; arrays become little-endian float32."""
        if isinstance(value, np.ndarray):
            value = pack(value)
        elif isinstance(value, (bytearray, memoryview)):
            value = bytes(value)
        return super().validate(obj, value)


def as_points(X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Check a set of labelled points in the plane.

    Parameters
    ----------
    X : array of shape (n, 2)
        The points.
    y : array of shape (n,)
        Their classes, 0 or 1.

    Returns
    -------
    tuple of numpy.ndarray
        ``X`` as float32 (n, 2) and ``y`` as float32 (n,).

    Raises
    ------
    ValueError
        If a shape is wrong, a value is not finite, or a label is neither 0 nor 1.
    """
    X = np.asarray(X, dtype=np.float32)
    y = np.asarray(y, dtype=np.float32)
    if X.ndim != 2 or X.shape[1] != 2 or len(X) == 0:
        raise ValueError(f"X must have shape (n, 2) with n >= 1, got {X.shape}")
    if y.shape != (len(X),):
        raise ValueError(f"y must have shape ({len(X)},), one label a row of X, got {y.shape}")
    if not np.isfinite(X).all():
        raise ValueError("X must be finite: remove or replace NaN and infinite values")
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y must hold only 0 and 1, got {sorted(set(y.tolist()))[:5]}")
    return X, y


def _encode(value: Any) -> Any:
    """`value` as JSON can hold it; bytes as ``{"$base64": …}``."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"$base64": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, dict):
        return {key: _encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


class Explorable(_Widget):
    """A figure to play with.

    A subclass names its ES module in `_module`, declares its inputs and results as traits tagged
    ``sync=True``, sets `caption` (the question to the reader) and draws its still picture in
    `_draw_preview`. Displayed, it offers the notebook front-end a live view (a widget where
    anywidget is installed, else self-contained HTML), and to every other reader of the notebook its
    state as JSON, a picture and the caption.
    """

    _module: ClassVar[str] = ""
    # Size of the still picture in inches, at 100 dots an inch.
    _preview_size: ClassVar[tuple[float, float]] = (7.0, 4.2)

    _esm = Unicode().tag(sync=True)
    _css = Unicode().tag(sync=True)
    caption = Unicode(help="The question put to the reader.").tag(sync=True)

    # Widgets of ipywidgets 7 display themselves by this and skip `_repr_mimebundle_`; IPython
    # ignores it when it is not callable.
    _ipython_display_ = None

    @default("_esm")
    def _default_esm(self) -> str:
        return bundle.module_source(self._module)

    @default("_css")
    def _default_css(self) -> str:
        return bundle.style()

    def state(self) -> dict[str, Any]:
        """The traits that the browser gets, as JSON can hold them.

        Returns
        -------
        dict
            Name -> value, in alphabetical order; binary traits as ``{"$base64": …}``.
        """
        ignored = set(_Widget.class_trait_names()) | {"_esm", "_css"}
        names = sorted(
            name
            for name in self.trait_names(sync=True)
            if name not in ignored and not name.startswith("_")
        )
        return {name: _encode(getattr(self, name)) for name in names}

    def _draw_preview(self, figure: Any) -> None:
        """Draw the still picture into a matplotlib ``Figure`` (transparent, grey text)."""
        raise NotImplementedError

    def preview(self) -> bytes:
        """The still picture as PNG, 700 px wide, the same bytes for the same state."""
        # Imported here: only showing needs it. Figure and rc_context leave pyplot's state alone.
        import matplotlib
        from matplotlib.figure import Figure

        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(_PREVIEW_STYLE)
            figure = Figure(figsize=self._preview_size, dpi=100, layout="constrained")
            self._draw_preview(figure)
            stream = io.BytesIO()
            figure.savefig(stream, format="png", transparent=True, metadata={"Software": None})
        return stream.getvalue()

    def to_html(self) -> str:
        """The explorable as HTML that needs nothing else: no kernel, no files, no network.

        Returns
        -------
        str
            Style, state and script, and the still picture for readers that take scripts out. Any
            number of them may stand on one page.
        """
        # "<" is escaped so that no text in the state can end the script element.
        state = json.dumps(self.state(), sort_keys=True).replace("<", "\\u003c")
        picture = base64.b64encode(self.preview()).decode("ascii")
        caption = html.escape(self.caption)
        return (
            f'<div class="dl-standalone" data-module="{html.escape(self._module)}">'
            f'<div><img src="data:image/png;base64,{picture}" alt=""><p>{caption}</p></div>'
            f'<script type="application/json">{state}</script></div>\n'
            f"<style>{bundle.style()}</style>\n"
            f"<script>{bundle.standalone_source(self._module)}</script>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a notebook stores and shows: state, picture and caption, and a live view."""
        data: dict[str, Any] = {}
        metadata: dict[str, Any] = {}
        if HAS_ANYWIDGET:
            live = super()._repr_mimebundle_(**kwargs)
            if live is not None:
                data, metadata = live
        else:
            data["text/html"] = self.to_html()
        data[MIME] = {"module": self._module, "state": self.state(), "caption": self.caption}
        data["image/png"] = base64.b64encode(self.preview()).decode("ascii")
        data["text/plain"] = self.caption
        return data, metadata
