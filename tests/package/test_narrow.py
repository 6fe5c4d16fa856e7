"""A figure set anew for a phone."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

import dlcourse_utils as dl
from dlcourse_utils.plotting import style
from dlcourse_utils.plotting.labels import label_line_ends
from dlcourse_utils.plotting.narrow import WIDTH, narrowed


@pytest.fixture(autouse=True)
def book_style():
    with plt.rc_context():
        style.use_book_style()
        yield
    plt.close("all")


def boxes(axes):
    return [ax.get_window_extent() for ax in axes]


def test_panels_stand_under_each_other_and_keep_their_letters():
    wide, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    for ax in axes:
        ax.plot([0, 1])
        ax.set(title="One line separates most of the pictures here", xlabel="step")
    phone = narrowed(wide)
    phone.draw_without_rendering()
    above, below = boxes(phone.axes)
    assert phone.get_figwidth() == WIDTH
    assert above.y0 > below.y1
    assert all(ax.yaxis.get_tick_params()["labelleft"] for ax in phone.axes), "each has numbers"
    assert phone.get_tightbbox().width <= 1.02 * WIDTH, "no title is longer than the figure"
    assert min(t.get_fontsize() for t in phone.findobj(Text) if t.get_text()) >= 11


@pytest.mark.parametrize("kind", ["free", "spanning", "nested"])
def test_what_is_not_one_plain_grid_stays_one_figure(kind):
    wide = plt.figure(figsize=(9, 3.6))
    if kind == "free":
        wide.add_axes((0, 0, 1, 1))
    else:
        left, right = wide.add_gridspec(1, 2)
        wide.add_subplot(left)
        grid = right.subgridspec(2, 2)
        wide.add_subplot(grid[0, :] if kind == "spanning" else grid[0, 0])
    assert narrowed(wide) is None


def test_a_line_without_points_names_nothing():
    wide, ax = plt.subplots(figsize=(9, 3.6))
    ax.plot([], [], color="C0")
    ax.text(1.01, 0.5, "a name beside", color="C0", transform=ax.transAxes)
    assert narrowed(wide) is not None


def test_each_panel_of_its_own_row_says_what_its_numbers_are():
    wide, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    axes[0].set_ylabel("accuracy")
    assert [ax.get_ylabel() for ax in narrowed(wide).axes] == ["accuracy"] * 2
    assert axes[1].get_ylabel() == ""


def test_where_names_move_below_the_lines_take_their_room():
    wide, ax = plt.subplots(figsize=(7, 3.6))
    ax.plot([0, 10], [0, 1], color="C0")
    ax.annotate("a name as long as some are", (10, 1), color="C0")
    ax.set_xlim(-5, 16)
    phone = narrowed(wide)
    assert len(phone.legends) == 1
    assert phone.axes[0].get_xlim() == (-5, 10.2)
    assert ax.get_xlim() == (-5, 16)


def test_a_title_over_one_column_takes_all_of_its_width():
    wide, axes = plt.subplots(2, 1, figsize=(7, 2))
    axes[0].set_title("With 8 numbers a network keeps")
    for ax in axes:
        ax.imshow(np.zeros((2, 3)))
        ax.set_ylabel("eight numbers", rotation=0, ha="right")
    assert narrowed(wide).axes[0].get_title(loc="left").count("\n") < 2


def test_the_figure_itself_stays_as_it_was():
    wide, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    axes[0].set_title("One line separates most of the pictures in the book")
    before, known = style.to_svg(wide), plt.get_fignums()
    assert narrowed(wide) is not None
    assert plt.get_fignums() == known
    assert style.to_svg(wide) == before


def test_pictures_in_a_row_come_in_several_rows_of_the_same_order():
    axes = dl.plot_images(np.zeros((8, 4, 4)), labels=list(range(8)))
    phone = narrowed(axes[0].figure)
    phone.draw_without_rendering()
    pictures = phone.axes[:8]
    assert [ax.get_title() for ax in pictures] == [str(label) for label in range(8)]
    assert len({round(box.y0) for box in boxes(pictures)}) > 1
    places = [(-round(box.y0), round(box.x0)) for box in boxes(pictures)]
    assert places == sorted(places)


def test_a_panel_without_title_stays_beside_the_one_it_belongs_to():
    wide, axes = plt.subplots(1, 6, figsize=(7, 2))
    for number, ax in enumerate(axes):
        ax.imshow(np.eye(4))
        ax.axis("off")
        if number % 2 == 0:
            ax.set_title(str(number))
    phone = narrowed(wide)
    phone.draw_without_rendering()
    rows = [round(box.y0) for box in boxes(phone.axes)]
    assert rows[::2] == rows[1::2] and len(set(rows)) == 3


def words(legend):
    return [text.get_text() for text in legend.texts]


def test_long_names_beside_lines_become_a_legend_below_them():
    wide, ax = plt.subplots(figsize=(7, 3.6))
    ax.plot([0, 1], [0, 1], "C0-")
    ax.plot([0, 1], [0, 1], "C4--", label="the same month + rise")  # where the first ends too
    ax.plot([0, 1], [0, 2], "C4:")
    label_line_ends(
        ax, [(1, 1, "network", "C0"), (1, 1, "the same month + rise", "C4"), (1, 2, "last", "C4")]
    )
    phone = narrowed(wide)
    (legend,) = phone.legends
    assert not phone.axes[0].texts
    assert words(legend) == ["last", "the same month + rise", "network"]
    assert [line.get_linestyle() for line in legend.legend_handles] == [":", "--", "-"]
    phone.draw_without_rendering()
    assert legend.get_window_extent().y1 < phone.axes[0].bbox.y0
    assert phone.axes[0].bbox.width > 0.7 * phone.bbox.width


def test_short_names_stay_beside_their_lines():
    wide, ax = plt.subplots(figsize=(7, 3.6))
    ax.plot([0, 1], [0, 1], "C0-")
    label_line_ends(ax, [(1, 1, "MLP", "C0")])
    phone = narrowed(wide)
    assert [text.get_text() for text in phone.axes[0].texts] == ["MLP"]
    assert not phone.legends


def test_a_legend_beside_the_panel_goes_below_it():
    wide, ax = plt.subplots(figsize=(7, 3.6))
    ax.plot([0, 1], label="new 2")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    phone = narrowed(wide)
    assert phone.axes[0].get_legend() is None
    assert words(phone.legends[0]) == ["new 2"]


def test_numbers_of_the_axis_do_not_touch():
    wide, ax = plt.subplots(figsize=(9, 3))
    ax.plot([1958, 2001], [0, 1])
    ax.set(xticks=range(1960, 2001, 2), xlim=(1958, 2001))
    phone = narrowed(wide)
    phone.draw_without_rendering()
    labels = phone.axes[0].get_xticklabels()
    assert 3 <= len(labels) < 21
    assert {int(label.get_text()) for label in labels} <= set(range(1960, 2001, 2))
    boxes = [label.get_window_extent() for label in labels]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
    assert phone.axes[0].get_xlim() == (1958, 2001)


def test_names_of_bars_all_stay():
    wide, ax = plt.subplots(figsize=(7, 3))
    names = [f"class of {number}" for number in range(8)]
    ax.bar(names, range(8))
    phone = narrowed(wide)
    phone.draw_without_rendering()
    assert [label.get_text() for label in phone.axes[0].get_xticklabels()] == names


def test_what_is_narrow_needs_no_other():
    assert narrowed(plt.subplots(figsize=(4, 3))[0]) is None


@pytest.mark.parametrize("inverted", [False, True])
def test_long_names_of_rows_stand_above_them(inverted):
    wide, ax = plt.subplots(figsize=(7, 2.6))
    names = ["any character alike", "what the last one tells", "GPT"]
    ax.barh(names, [65, 12, 7])
    if inverted:
        ax.invert_yaxis()
    phone = narrowed(wide)
    phone.draw_without_rendering()
    (ax,) = phone.axes
    assert [text.get_text() for text in ax.texts] == names
    for text, bar in zip(ax.texts, ax.patches, strict=True):
        name, row = text.get_window_extent(), bar.get_window_extent()
        assert 0 < name.y0 - row.y1 < 10, "right above its own bar"
    assert ax.bbox.width > 0.8 * phone.bbox.width
