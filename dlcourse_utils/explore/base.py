"""What every explorable is: traits on the Python side, one ES module, four ways of being shown."""

import base64
import html
import io
from typing import Any, ClassVar

import numpy as np
from traitlets import HasTraits, Unicode, default

from dlcourse_utils.explore import MIME, bundle, parts
from dlcourse_utils.palette import GREY

try:
    from anywidget import AnyWidget as _Widget

    HAS_ANYWIDGET = True
except ImportError:  # Kaggle, plain Python: shown through HTML, without a way back to Python
    _Widget = HasTraits
    HAS_ANYWIDGET = False

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

    A subclass stands in a folder of its own (see `parts`), whose name is that of its ES module. It
    declares its inputs and results as traits tagged ``sync=True``, sets `caption` (the question to
    the reader) and draws its still picture in `draw_preview`.

    Displayed, it offers the notebook front-end a live view (a widget where anywidget is installed,
    else self-contained HTML), and to every other reader of the notebook its state as JSON, a
    picture and the caption.
    """

    # The folder; notebooks store it with the state.
    module: ClassVar[str] = ""
    # Size of the still picture in inches, at 100 dots an inch.
    preview_size: ClassVar[tuple[float, float]] = (7.0, 4.2)

    _esm = Unicode().tag(sync=True)
    _css = Unicode().tag(sync=True)
    caption = Unicode(help="The question put to the reader.").tag(sync=True)

    # Widgets of ipywidgets 7 display themselves by this and skip `_repr_mimebundle_`; IPython
    # ignores it when it is not callable.
    _ipython_display_ = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        folder = cls.__module__.removeprefix(f"{__package__}.")
        if folder in parts.names():
            cls.module = folder

    @classmethod
    def example(cls) -> "Explorable":
        """One to look at and to test with; classes that need arguments override it."""
        return cls()

    @default("_esm")
    def _default_esm(self) -> str:
        return bundle.module_source(self.module)

    @default("_css")
    def _default_css(self) -> str:
        return bundle.style(self.module)

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

    def draw_preview(self, figure: Any) -> None:
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
            figure = Figure(figsize=self.preview_size, dpi=100, layout="constrained")
            self.draw_preview(figure)
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
        picture = base64.b64encode(self.preview()).decode("ascii")
        caption = f"<p>{html.escape(self.caption)}</p>"
        still = f'<img src="data:image/png;base64,{picture}" alt="">{caption}'
        return bundle.standalone({"module": self.module, "state": self.state()}, still)

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
        data[MIME] = {"module": self.module, "state": self.state(), "caption": self.caption}
        data["image/png"] = base64.b64encode(self.preview()).decode("ascii")
        data["text/plain"] = self.caption
        return data, metadata
