"""Random changes of one image, each with its strength, and whether its label is still true."""

from typing import Any, NamedTuple

import numpy as np
from traitlets import Int, Unicode

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.seeded import normals, uniforms
from dlcourse_utils.explore.traits import (
    Buffer,
    Choice,
    Number,
    Several,
    Whole,
    as_unit_image,
    require,
    unpack,
)
from dlcourse_utils.palette import GREY

DRAWS = 24
SMALLEST_SIDE, LARGEST_SIDE = 8, 64
SEEDS = (0, 9999)
# The largest strength of each operation; the smallest is 0, which leaves it out.
LARGEST = {
    "rotation": 180.0,
    "shift": 0.5,
    "flip": 1.0,
    "zoom": 0.8,
    "crop": 0.8,
    "brightness": 1.0,
    "noise": 0.5,
}
FILLS = ("black", "edge", "mirror")


class Draw(NamedTuple):
    """What was done in one draw, in this order; noise is added last."""

    flipped: bool
    angle: float  # degrees, anticlockwise
    zoom: float  # 2 shows everything twice as large
    shift: tuple[float, float]  # pixels to the right, pixels down
    crop: tuple[float, float, float]  # left, top (pixels) and sides (share) of what is kept
    brightness: float  # added to all values


class Augmentation(Explorable):
    """One real image and 24 random draws of its augmentation.

    Draws of one seed keep their random numbers while a strength is changed, so that one sees each
    of them move. Geometry is computed backwards, with bilinear interpolation, in one go: no draw is
    resampled twice. Values end between 0 and 1.

    Parameters
    ----------
    image : array of shape (height, width) or (height, width, 3)
        Floats from 0 to 1 or integers from 0 to 255; sides of 8 pixels or more. What is larger than
        64×64 is reduced to that, its shape kept, each pixel the mean of the area it covers.
    label : str, optional
        What the image shows, for the words around it, for example ``"6"``.
    rotation : float
        Turned by up to so many degrees either way, 0 to 180.
    shift : float
        Moved by up to this share of the width and of the height either way, 0 to 0.5.
    flip : float
        Share of draws with left and right exchanged, 0 to 1.
    zoom : float
        Enlarged by a factor from ``1 - zoom`` to ``1 + zoom``; zoom 0 to 0.8.
    crop : float
        A part with sides of ``1 - crop`` to 1 of the image's, at a random place, is enlarged to
        the whole; crop 0 to 0.8.
    brightness : float
        Up to this is added to or taken from all values, 0 to 1.
    noise : float
        Standard deviation of the normal noise on every value, 0 to 0.5.
    fill : {"black", "edge", "mirror"}
        What is seen where the image has ended: nothing, its last pixels, or its mirror image.
    seed : int
        Decides the draws, 0 to 9999.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If the image has another shape or holds what is out of range, or a parameter is none of
        what is listed above.

    Examples
    --------
    >>> import numpy as np
    >>> figure = Augmentation(np.eye(28), rotation=10, noise=0.1)
    >>> figure.draws().shape
    (24, 28, 28)
    """

    preview_size = (7.0, 2.2)

    pixels = Buffer(help="The image: float32, row after row.").tag(sync=True)
    height = Int().tag(sync=True)
    width = Int().tag(sync=True)
    channels = Int(help="1 or 3.").tag(sync=True)
    label = Unicode(help="What the image shows.").tag(sync=True)
    rotation = Number(low=0, high=LARGEST["rotation"], help="Degrees either way.").tag(sync=True)
    shift = Number(low=0, high=LARGEST["shift"], help="Share of a side.").tag(sync=True)
    flip = Number(low=0, high=LARGEST["flip"], help="Share of draws.").tag(sync=True)
    zoom = Number(low=0, high=LARGEST["zoom"], help="Share either way.").tag(sync=True)
    crop = Number(low=0, high=LARGEST["crop"], help="Share of the sides lost.").tag(sync=True)
    brightness = Number(low=0, high=LARGEST["brightness"], help="Either way.").tag(sync=True)
    noise = Number(low=0, high=LARGEST["noise"], help="Standard deviation.").tag(sync=True)
    fill = Choice(FILLS, help="Outside of the image.").tag(sync=True)
    seed = Whole(low=SEEDS[0], high=SEEDS[1], help="Decides the draws.").tag(sync=True)
    marked = Several(
        Whole(low=0, high=DRAWS - 1), least=0, most=DRAWS, help="Draws marked by the reader."
    ).tag(sync=True)

    def __init__(
        self,
        image: Any,
        label: str = "",
        *,
        rotation: float = 180.0,
        shift: float = 0.1,
        flip: float = 0.0,
        zoom: float = 0.0,
        crop: float = 0.0,
        brightness: float = 0.0,
        noise: float = 0.0,
        fill: str = "black",
        seed: int = 1,
        caption: str | None = None,
    ) -> None:
        image = as_small_image(image)
        strengths = {
            "rotation": rotation,
            "shift": shift,
            "flip": flip,
            "zoom": zoom,
            "crop": crop,
            "brightness": brightness,
            "noise": noise,
        }
        height, width, *channels = image.shape
        named = f"label “{label}”" if label else "image’s label"
        super().__init__(
            pixels=image,
            height=height,
            width=width,
            channels=channels[0] if channels else 1,
            label=str(label),
            **strengths,
            fill=fill,
            seed=seed,
            caption=caption
            or f"All 24 draws would be trained on with the {named}. Mark each one whose label is "
            "no longer true; then turn the rotation down until there is none to mark. At which "
            "angle does the label begin to lie? Which of the other strengths can be turned up to "
            "the end without harm, and for which image would that same one lie?",
        )

    @classmethod
    def example(cls) -> "Augmentation":
        """A slanted stroke."""
        return cls(np.eye(16)[:, :11], "stroke")

    @property
    def image(self) -> np.ndarray:
        """The image, float32 of shape (height, width) or (height, width, 3)."""
        return unpack(self.pixels, self._shape)

    @property
    def _shape(self) -> tuple[int, ...]:
        return (self.height, self.width) + ((3,) if self.channels == 3 else ())

    def parameters(self) -> list[Draw]:
        """What was done in each of the 24 draws."""
        return [self._parameters_of(number) for number in range(DRAWS)]

    def draws(self) -> np.ndarray:
        """The 24 draws as they are set now.

        Returns
        -------
        numpy.ndarray
            float64 from 0 to 1, of shape (24, height, width) or (24, height, width, 3).
        """
        image = self.image.astype(np.float64)
        drawn = np.empty((DRAWS, *image.shape))
        for number, draw in enumerate(self.parameters()):
            drawn[number] = warp(image, draw, self.fill) + draw.brightness
            if self.noise:
                seed = 2**31 + 4096 * self.seed + number
                drawn[number] += self.noise * normals(seed, image.size).reshape(image.shape)
        return np.clip(drawn, 0, 1)

    def _parameters_of(self, number: int) -> Draw:
        chance = uniforms(4096 * self.seed + number, 9).tolist()
        either_way = [2 * value - 1 for value in chance]
        side = 1 - self.crop * chance[5]
        return Draw(
            flipped=chance[3] < self.flip,
            angle=self.rotation * either_way[0],
            zoom=1 + self.zoom * either_way[4],
            shift=(
                self.shift * self.width * either_way[1],
                self.shift * self.height * either_way[2],
            ),
            crop=(
                (1 - side) * self.width * chance[6],
                (1 - side) * self.height * chance[7],
                side,
            ),
            brightness=self.brightness * either_way[8],
        )

    def draw_preview(self, figure: Any) -> None:
        columns = 6
        pictures = [self.image, *self.draws()[: 2 * columns]]
        grid = figure.add_gridspec(2, columns + 2)
        places = [
            (slice(None), slice(2)),
            *((i // columns, 2 + i % columns) for i in range(2 * columns)),
        ]
        cells = [figure.add_subplot(grid[place]) for place in places]
        for axes, picture in zip(cells, pictures, strict=True):
            axes.imshow(picture, cmap="gray", vmin=0, vmax=1)
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set(visible=True, color=GREY)
        cells[0].set_title("The image", fontsize=11)
        cells[1].set_title("Random draws", fontsize=11, loc="left")


def as_small_image(image: Any) -> np.ndarray:
    """Check an image, bring it to floats from 0 to 1, and reduce it to at most 64×64.

    Parameters
    ----------
    image : array of shape (height, width) or (height, width, 3)

    Returns
    -------
    numpy.ndarray
        float32 of shape (height, width) or (height, width, 3).

    Raises
    ------
    ValueError
        If the shape is another one or a value is out of range.

    Examples
    --------
    >>> as_small_image(np.zeros((100, 200, 3))).shape
    (32, 64, 3)
    """
    image = np.asarray(image)
    wanted = (
        "have shape (height, width) or (height, width, 3) with sides of "
        f"{SMALLEST_SIDE} pixels or more, also when the longer one is reduced to {LARGEST_SIDE}"
    )
    fits = image.ndim in (2, 3) and image.shape[2:] in ((), (3,)) and 0 not in image.shape
    require(fits, "image", wanted, image.shape)
    reduction = max(1.0, max(image.shape[:2]) / LARGEST_SIDE)
    height, width = (int(side / reduction + 0.5) for side in image.shape[:2])
    require(min(height, width) >= SMALLEST_SIDE, "image", wanted, image.shape)
    image = as_unit_image(image)
    if reduction > 1:
        down, across = _means(image.shape[0], height), _means(image.shape[1], width)
        image = np.einsum("ij,jk...,lk->il...", down, image, across, optimize=True)
    return np.clip(image, 0, 1).astype(np.float32)


def warp(image: np.ndarray, draw: Draw, fill: str = "black") -> np.ndarray:
    """Flip, turn, zoom, shift and crop an image.

    Parameters
    ----------
    image : array of shape (height, width) or (height, width, 3)
    draw : Draw
    fill : {"black", "edge", "mirror"}

    Returns
    -------
    numpy.ndarray
        float64 of the image's shape.

    Examples
    --------
    >>> turned = Draw(False, 90.0, 1.0, (0.0, 0.0), (0.0, 0.0, 1.0), 0.0)
    >>> image = np.random.default_rng(0).random((9, 9))
    >>> bool(np.allclose(warp(image, turned), np.rot90(image)))
    True
    """
    height, width = image.shape[:2]
    left, top, side = draw.crop
    x = left + side * (np.arange(width) + 0.5) - width / 2 - draw.shift[0]
    y = (top + side * (np.arange(height) + 0.5) - height / 2 - draw.shift[1])[:, None]
    cosine, sine = np.cos(np.radians(draw.angle)), np.sin(np.radians(draw.angle))
    column = (x * cosine - y * sine) / draw.zoom * (-1 if draw.flipped else 1) + (width - 1) / 2
    row = (x * sine + y * cosine) / draw.zoom + (height - 1) / 2
    first_row, first_column = np.floor(row).astype(int), np.floor(column).astype(int)
    result = np.zeros(image.shape)
    for i in (first_row, first_row + 1):
        for j in (first_column, first_column + 1):
            share = (1 - np.abs(row - i)) * (1 - np.abs(column - j))
            if fill == "black":
                share = share * ((i >= 0) & (i < height) & (j >= 0) & (j < width))
            pixels = image[_inside(i, height, fill), _inside(j, width, fill)]
            result += share.reshape(share.shape + (1,) * (image.ndim - 2)) * pixels
    return result


def _inside(index: np.ndarray, size: int, fill: str) -> np.ndarray:
    if fill == "mirror":
        index = np.mod(index, 2 * size)
        return np.minimum(index, 2 * size - 1 - index)
    return np.clip(index, 0, size - 1)


def _means(size: int, count: int) -> np.ndarray:
    """The matrix that makes `count` means of `size` numbers, each of an equal length of them."""
    edges = np.linspace(0, size, count + 1)
    low, high = edges[:-1, None], edges[1:, None]
    cells = np.arange(size)
    return np.clip(np.minimum(high, cells + 1) - np.maximum(low, cells), 0, None) * count / size
