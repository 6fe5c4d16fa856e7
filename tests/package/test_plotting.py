"""Each figure draws what it was given, refuses what it cannot draw, and keeps the book's look."""

import itertools
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

import dlcourse_utils as dl
from dlcourse_utils import palette
from dlcourse_utils.plotting import style

LIGHT_PAGE, DARK_PAGE = palette.LIGHT["paper"], palette.DARK["paper"]
PALETTE = {
    name: getattr(palette, name) for name in ("BLUE", "ORANGE", "GREY", "VIOLET", "GREEN", "RED")
}

# --- colours ---------------------------------------------------------------------------------

# For linear RGB: Machado, Oliveira & Fernandes (2009), https://doi.org/10.1109/TVCG.2009.113
COLOUR_BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(colour) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one, other) -> float:
    """The ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ rgb.clip(0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("page", [LIGHT_PAGE, DARK_PAGE])
@pytest.mark.parametrize("name", PALETTE)
def test_static_colours_keep_3_to_1_on_both_pages(name, page):
    assert contrast(PALETTE[name], page) >= 3


@pytest.mark.parametrize("page", [LIGHT_PAGE, DARK_PAGE])
def test_figure_text_is_as_readable_as_one_grey_can_be_on_both_pages(page):
    best = np.sqrt(contrast(LIGHT_PAGE, DARK_PAGE))
    assert contrast(palette.TEXT, page) >= best - 0.1


@pytest.mark.parametrize(
    ("colour", "light", "dark"),
    [
        ("blue", "#2563C9", "#7FB0FF"),
        ("orange", "#C2570C", "#FFAA5C"),
        ("violet", "#7A3FD0", "#C39BFF"),
        ("green", "#157F4F", "#5FD39B"),
        ("red", "#B8263F", "#FF8A97"),
    ],
)
def test_page_colours_are_readable_as_text(colour, light, dark):
    assert contrast(light, LIGHT_PAGE) >= 4.5 and contrast(dark, DARK_PAGE) >= 4.5


@pytest.mark.parametrize("kind", COLOUR_BLINDNESS)
@pytest.mark.parametrize(("one", "other"), [("BLUE", "ORANGE"), ("ORANGE", "VIOLET")])
def test_opposites_stay_apart_for_the_colour_blind(kind, one, other):
    seen = [lab(np.array(COLOUR_BLINDNESS[kind]) @ linear(PALETTE[c])) for c in (one, other)]
    assert np.linalg.norm(seen[0] - seen[1]) > 40


def test_signed_map_tells_signs_apart_without_colour():
    values = [luminance(style.SIGNED(v)) for v in np.linspace(0, 1, 41)]
    assert all(a < b for a, b in itertools.pairwise(values)), "lighter all the way"
    red, green, blue = style.SIGNED(0.5)[:3]
    assert max(red, green, blue) - min(red, green, blue) < 0.1, "zero is grey"


# --- the form that all share -----------------------------------------------------------------

X = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
Y = np.array([0, 1, 1])
CURVES = {"loss": [0.9, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.6]}
INTO_AXES = {
    "learning_curves": lambda ax: dl.plot_learning_curves(CURVES, ax=ax),
    "decision_boundary": lambda ax: dl.plot_decision_boundary(lambda X: X[:, 0], X, Y, ax=ax),
    "confusion_matrix": lambda ax: dl.plot_confusion_matrix(Y, Y, ax=ax),
    "network": lambda ax: dl.plot_network([2, 3, 1], ax=ax),
}
GRIDS = {
    "images": lambda n, columns: dl.plot_images(np.zeros((n, 5, 5)), columns=columns),
    "kernels": lambda n, columns: dl.plot_kernels(np.zeros((3, 3, n)), columns=columns),
}


@pytest.mark.parametrize("name", INTO_AXES)
def test_draws_into_the_axes_given_and_opens_no_figure(name):
    _, ax = plt.subplots()
    assert INTO_AXES[name](ax) is ax
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("name", INTO_AXES)
def test_new_figure_fits_the_page_and_lets_it_show_through(name):
    figure = INTO_AXES[name](None).figure
    assert figure.get_figwidth() <= style.WIDTH
    assert figure.get_facecolor()[3] == 0
    figure.canvas.draw()


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize(("n", "columns"), [(1, 8), (8, 8), (11, 4)])
def test_grids_hold_each_picture_once(name, n, columns):
    axes = GRIDS[name](n, columns)
    assert axes.shape == (n,) and all(len(ax.images) == 1 for ax in axes)
    assert axes[0].figure.get_figwidth() <= style.WIDTH
    axes[0].figure.canvas.draw()


@pytest.mark.parametrize("name", GRIDS)
def test_grids_refuse_no_columns(name):
    with pytest.raises(ValueError, match="columns: wanted a whole number from 1 up, got 0"):
        GRIDS[name](3, 0)


# --- learning curves -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["dict", "keras", "dl"])
def test_learning_curves_take_every_kind_of_history(kind):
    history = CURVES
    if kind == "keras":
        history = SimpleNamespace(history=CURVES)
    elif kind == "dl":
        history = dl.History()
        for loss, val_loss in zip(*CURVES.values(), strict=True):
            history.add(loss=loss, val_loss=val_loss)
    training, validation = dl.plot_learning_curves(history).lines
    assert training.get_ydata().tolist() == CURVES["loss"]
    assert training.get_xdata().tolist() == [1, 2, 3], "epochs count from 1"
    assert (training.get_color(), training.get_linestyle()) == (palette.BLUE, "-")
    assert validation.get_ydata().tolist() == CURVES["val_loss"]
    assert (validation.get_color(), validation.get_linestyle()) == (palette.ORANGE, "--")


def test_learning_curves_of_several_runs_show_mean_and_range():
    runs = [{"loss": [1.0, 0.5]}, {"loss": [3.0, 0.7]}]
    ax = dl.plot_learning_curves(runs)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [2.0, 0.6])
    (band,) = ax.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert heights.min() == 0.5 and heights.max() == 3.0


def test_labels_of_close_curves_do_not_overlap():
    ax = dl.plot_learning_curves({"loss": [1.0, 0.301], "val_loss": [0.9, 0.3]})
    ax.figure.canvas.draw()
    one, other = (text.get_window_extent() for text in ax.texts)
    assert not one.overlaps(other)
    assert [text.get_text() for text in ax.texts] == ["validation", "training"]


def test_learning_curves_refuse_what_they_cannot_draw():
    with pytest.raises(ValueError, match="'accuracy' is not in the history, which has .*'loss'"):
        dl.plot_learning_curves(CURVES, metric="accuracy")
    with pytest.raises(ValueError, match=r"loss: wanted runs of the same number .* got \[1, 2\]"):
        dl.plot_learning_curves([{"loss": [1.0]}, {"loss": [1.0, 2.0]}])
    with pytest.raises(ValueError, match="history: wanted what model.fit returns"):
        dl.plot_learning_curves(np.ones(3))
    with pytest.raises(ValueError, match="history: wanted at least one run"):
        dl.plot_learning_curves([])


# --- decision boundary -----------------------------------------------------------------------


def test_decision_boundary_shows_scores_points_and_the_line_between():
    ax = dl.plot_decision_boundary(lambda X: X[:, :1], X, Y, feature_names=("ink", "height"))
    (picture,) = ax.images
    scores = picture.get_array()
    assert scores[0, 0] < 0 < 0.5 < scores[0, -1], "from left to right"
    boundary = next(c for c in ax.collections if hasattr(c, "levels"))
    np.testing.assert_allclose(boundary.get_paths()[0].vertices[:, 0], 0.5, atol=1e-6)
    offsets = [c.get_offsets() for c in ax.collections if not hasattr(c, "levels")]
    assert [len(points) for points in offsets] == [1, 2]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("ink", "height")


def test_decision_boundary_of_a_constant_has_no_line():
    ax = dl.plot_decision_boundary(lambda X: np.zeros(len(X)), X, Y)
    assert ax.collections
    assert not any(hasattr(c, "levels") for c in ax.collections)


def test_decision_boundary_of_points_on_one_line():
    ax = dl.plot_decision_boundary(lambda X: X[:, 0], X * [1, 0], Y)
    assert ax.get_ylim()[0] < 0 < ax.get_ylim()[1]


@pytest.mark.parametrize(
    ("X", "y", "predict", "message"),
    [
        (np.ones((3, 3)), Y, None, r"X: wanted shape \(n, 2\), got \(3, 3\)"),
        (X, Y[:2], None, r"y: wanted shape \(3,\), got \(2,\)"),
        (X, Y[:, None], None, r"y: wanted shape \(3,\), got \(3, 1\)"),
        (X, Y + 1, None, r"y: wanted classes 0 and 1, got \[1, 2\]"),
        (X, Y, lambda X: X, r"predict: wanted shape .*40000.*, got \(40000, 2\)"),
        (X, Y, lambda X: X[:, 0] * np.nan, "predict: wanted finite numbers"),
    ],
)
def test_decision_boundary_refuses_what_it_cannot_draw(X, y, predict, message):
    with pytest.raises(ValueError, match=message):
        dl.plot_decision_boundary(predict or (lambda X: X[:, 0]), X, y)


# --- images, kernels, feature maps -----------------------------------------------------------


def test_wrong_predictions_are_red_and_have_a_cross():
    axes = dl.plot_images(np.ones((2, 4, 4, 1)), labels=["cat", "dog"], predictions=["cat", "cat"])
    right, wrong = (ax.title for ax in axes)
    assert (right.get_text(), right.get_color()) == ("✓ cat", palette.GREEN)
    assert (wrong.get_text(), wrong.get_color()) == ("✗ cat, is dog", palette.RED)


def test_images_share_one_scale():
    dim, bright = dl.plot_images(np.stack([np.full((4, 4), 50), np.full((4, 4), 255)]))
    assert dim.images[0].get_clim() == bright.images[0].get_clim() == (0, 255)


def test_colour_images():
    (ax,) = dl.plot_images(np.random.default_rng(0).random((1, 4, 4, 3)))
    assert ax.images[0].get_array().shape == (4, 4, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": np.zeros((28, 28))}, r"images: wanted shape .* got \(28, 28\)"),
        ({"images": np.zeros((2, 4, 4, 2))}, r"images: wanted shape .* got \(2, 4, 4, 2\)"),
        ({"images": np.zeros((0, 4, 4))}, r"got \(0, 4, 4\)"),
        (
            {"images": np.zeros((2, 4, 4)), "labels": [1]},
            r"labels: wanted shape \(2,\), got \(1,\)",
        ),
        (
            {"images": np.zeros((2, 4, 4)), "predictions": np.zeros((2, 10))},
            r"predictions: wanted shape \(2,\), got \(2, 10\)",
        ),
    ],
)
def test_images_refuse_other_shapes(arguments, message):
    with pytest.raises(ValueError, match=message):
        dl.plot_images(**arguments)


def test_kernels_show_zero_as_grey_on_one_scale():
    kernels = np.stack([np.full((3, 3), -2.0), np.full((3, 3), 0.5)], axis=-1)
    axes = dl.plot_kernels(kernels)
    assert {ax.images[0].get_clim() for ax in axes} == {(-2.0, 2.0)}
    assert axes[0].images[0].get_cmap().name == style.SIGNED.name


def test_kernels_refuse_other_shapes():
    with pytest.raises(ValueError, match=r"wanted shape \(height, width, n\), got \(3, 3, 1, 32\)"):
        dl.plot_kernels(np.zeros((3, 3, 1, 32)))


# --- confusion matrix ------------------------------------------------------------------------


def test_confusion_matrix_counts_rows_true_columns_predicted():
    ax = dl.plot_confusion_matrix([0, 0, 0, 1, 2], [0, 1, 1, 1, 2])
    counts = {text.get_position(): text.get_text() for text in ax.texts}
    assert counts == {(0, 0): "1", (1, 0): "2", (1, 1): "1", (2, 2): "1"}
    assert ax.get_ylabel() == "true class" and ax.get_xlabel() == "predicted class"


def test_confusion_matrix_shows_classes_that_do_not_occur():
    ax = dl.plot_confusion_matrix([0], [0], class_names=["a", "b", "c"])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("y_true", "y_pred", "names", "message"),
    [
        ([0, 1], [0], None, r"y_pred: wanted shape \(2,\), got \(1,\)"),
        ([0, 1], np.zeros((2, 10)), None, r"y_pred: wanted shape \(2,\), got \(2, 10\)"),
        ([0, 1], [0.0, 0.9], None, "y_pred: wanted whole numbers from 0, got float64 values"),
        ([0, -1], [0, 1], None, "y_true: wanted whole numbers from 0"),
        ([0, 2], [0, 1], ["a", "b"], "class_names: wanted 3 names or more, got 2"),
    ],
)
def test_confusion_matrix_refuses_what_it_cannot_draw(y_true, y_pred, names, message):
    with pytest.raises(ValueError, match=message):
        dl.plot_confusion_matrix(y_true, y_pred, class_names=names)


# --- network ---------------------------------------------------------------------------------


def test_network_draws_every_unit_and_weight_of_a_small_one():
    ax = dl.plot_network([2, 3, 1])
    edges, nodes = ax.collections[:2], ax.collections[2:]
    assert [len(lines.get_segments()) for lines in edges] == [6, 3]
    assert [len(layer.get_offsets()) for layer in nodes] == [2, 3, 1]
    words = [text.get_text() for text in ax.texts]
    assert words == ["2", "inputs", "3", "hidden", "1", "output"]


def test_network_shortens_long_layers():
    ax = dl.plot_network([784, 7, 10])
    assert [len(layer.get_offsets()) for layer in ax.collections[2:]] == [6, 7, 6]
    assert [text.get_text() for text in ax.texts].count("⋮") == 2


@pytest.mark.parametrize("sizes", [[3], [], [2, 0], [2, 1.5]])
def test_network_refuses_what_is_no_network(sizes):
    with pytest.raises(ValueError, match="layer_sizes: wanted two or more whole numbers"):
        dl.plot_network(sizes)


def test_network_refuses_labels_that_do_not_fit():
    with pytest.raises(ValueError, match="labels: wanted 3, one for each layer, got 2"):
        dl.plot_network([2, 3, 1], labels=["a", "b"])


# --- how figures are stored ------------------------------------------------------------------


def test_lines_are_stored_as_svg_with_the_readers_font():
    style.use_book_style()
    svg = style.to_svg(dl.plot_learning_curves(CURVES).figure)
    assert ">epoch</text>" in svg, "letters stay letters"
    assert "'system-ui'" not in svg and "system-ui" in svg


def test_the_same_figure_is_the_same_file():
    style.use_book_style()
    assert len({style.to_svg(dl.plot_learning_curves(CURVES).figure) for _ in range(2)}) == 1


def test_many_marks_are_stored_as_pixels():
    _, ax = plt.subplots()
    ax.scatter(range(100), range(100))
    assert not style.is_pixels(ax.figure)
    ax.scatter(range(2000), range(2000))
    assert style.is_pixels(ax.figure)
    assert style.is_pixels(dl.plot_images(np.zeros((1, 4, 4)))[0].figure)
