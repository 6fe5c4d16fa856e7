"""A kernel that slides over an image: the reader edits its nine weights and moves the window."""

from typing import Any

import numpy as np
from traitlets import Bool, Int

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import (
    Buffer,
    Choice,
    Number,
    Several,
    Whole,
    as_unit_image,
    require,
    require_shape,
    unpack,
)
from dlcourse_utils.palette import LIGHT, VIOLET

HORIZONTAL_EDGES = ((-1, -2, -1), (0, 0, 0), (1, 2, 1))
PADDINGS = ("valid", "same")
LARGEST_SIDE = 64
LARGEST_WEIGHT = 99.0


class Convolution(Explorable):
    """An image, a 3×3 kernel to edit, and the output map that the two make.

    Parameters
    ----------
    image : array of shape (height, width)
        Grey values: floats from 0 (black) to 1 (white), or integers from 0 to 255. Sides from 3 to
        64 pixels.
    kernel : array of shape (3, 3), optional
        The weights to start with; by default a kernel for horizontal edges.
    stride : {1, 2}, optional
    padding : {"valid", "same"}, optional
    relu : bool, optional
        Whether negative outputs are cut off.

    Raises
    ------
    ValueError
        If an array has another shape or holds what is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> figure = Convolution(np.eye(8), kernel=np.ones((3, 3)))
    >>> figure.output.shape
    (6, 6)
    >>> float(figure.output[0, 0])
    3.0
    """

    preview_size = (7.0, 3.6)

    pixels = Buffer(help="The image: float32, row after row.").tag(sync=True)
    height = Int().tag(sync=True)
    width = Int().tag(sync=True)
    weights = Several(
        Number(low=-LARGEST_WEIGHT, high=LARGEST_WEIGHT), least=9, most=9, help="Row after row."
    ).tag(sync=True)
    row = Whole(low=0, high=LARGEST_SIDE - 1, help="The output pixel looked at.").tag(sync=True)
    column = Whole(low=0, high=LARGEST_SIDE - 1).tag(sync=True)
    stride = Choice((1, 2), 1).tag(sync=True)
    padding = Choice(PADDINGS, "valid").tag(sync=True)
    relu = Bool(False).tag(sync=True)

    def __init__(
        self,
        image: Any,
        kernel: Any = None,
        *,
        stride: int = 1,
        padding: str = "valid",
        relu: bool = False,
        **kwargs: Any,
    ) -> None:
        image = as_grey_image(image)
        kernel = np.asarray(HORIZONTAL_EDGES if kernel is None else kernel, dtype=np.float64)
        require_shape("kernel", kernel, (3, 3))
        height, width = image.shape
        kwargs.setdefault(
            "caption",
            "Which pixels make one number? Slide the window, or point at an output pixel. Then "
            "find nine weights that answer to the left edges of strokes alone: what must they "
            "add up to, so that a flat area gives 0?",
        )
        super().__init__(
            pixels=image,
            height=height,
            width=width,
            weights=kernel.ravel(),
            stride=stride,
            padding=padding,
            relu=relu,
            **kwargs,
        )
        # Start where there is something to see: at the strongest answer.
        strongest = np.unravel_index(np.abs(self.output).argmax(), self.output.shape)
        self.row, self.column = strongest

    @classmethod
    def example(cls) -> "Convolution":
        """A diagonal line."""
        return cls(np.eye(16))

    @property
    def image(self) -> np.ndarray:
        """The image, float32 of shape (height, width)."""
        return unpack(self.pixels, (self.height, self.width))

    @property
    def kernel(self) -> np.ndarray:
        """The kernel as the reader left it, float64 of shape (3, 3)."""
        return np.array(self.weights).reshape(3, 3)

    @property
    def output(self) -> np.ndarray:
        """The output map, float64 of shape (rows, columns), for what is set now."""
        image, stride = self.image.astype(np.float64), self.stride
        if self.padding == "same":
            image = np.pad(image, [_margins(side, stride) for side in image.shape])
        windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))[::stride, ::stride]
        values = (windows * self.kernel).sum(axis=(-2, -1))
        return np.maximum(values, 0) if self.relu else values

    def draw_preview(self, figure: Any) -> None:
        from matplotlib.patches import Rectangle

        from dlcourse_utils.plotting.style import SIGNED

        left, middle, right = figure.subplots(1, 3, width_ratios=(3, 1.7, 3))
        output = self.output
        largest = np.abs(output).max() or 1
        pictures = {
            left: (self.image, "gray", 0, 1, f"Input {self.height} × {self.width}"),
            middle: (self.kernel, SIGNED, -np.abs(self.kernel).max() or -1, None, "Kernel 3 × 3"),
            right: (output, SIGNED, -largest, largest, "Output {} × {}".format(*output.shape)),
        }
        for axes, (values, colours, low, high, title) in pictures.items():
            high = -low if high is None else high
            shown = axes.imshow(values, cmap=colours, vmin=low, vmax=high)
            axes.set(title=title, xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
            if axes is not middle:
                figure.colorbar(shown, ax=axes, orientation="horizontal", shrink=0.9, pad=0.03)
        for (i, j), weight in np.ndenumerate(self.kernel):
            colour = LIGHT["paper" if weight < 0 else "ink"]  # the map runs from dark to bright
            middle.text(j, i, f"{weight:.3g}", ha="center", va="center", color=colour)
        top, start = (
            position * self.stride - (self.padding == "same") * _margins(side, self.stride)[0]
            for position, side in ((self.row, self.height), (self.column, self.width))
        )
        ring = {"fill": False, "edgecolor": VIOLET, "linewidth": 2.5, "clip_on": False}
        left.add_patch(Rectangle((start - 0.5, top - 0.5), 3, 3, **ring))
        right.add_patch(Rectangle((self.column - 0.5, self.row - 0.5), 1, 1, **ring))


def as_grey_image(image: Any) -> np.ndarray:
    """Check one grey image and bring it to floats from 0 to 1, float32 of shape (height, width)."""
    image = np.asarray(image)
    wanted = f"have shape (height, width) with sides from 3 to {LARGEST_SIDE}"
    fits = image.ndim == 2 and 3 <= min(image.shape) <= max(image.shape) <= LARGEST_SIDE
    require(fits, "image", wanted, image.shape)
    return as_unit_image(image).astype(np.float32)


def _margins(size: int, stride: int) -> tuple[int, int]:
    """Zeros before and after one side, so that the output has ceil(size / stride) pixels."""
    count = -(-size // stride)
    total = max((count - 1) * stride + 3 - size, 0)
    return total // 2, total - total // 2
