"""A computational graph to step through: forward for values, backward for gradients."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from traitlets import Int, Unicode, validate

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.formula import MOST_INPUTS, Formula, Node
from dlcourse_utils.explore.traits import Number, Several, WrongInput, require, require_between
from dlcourse_utils.palette import BLUE, GREY, ORANGE

NEURON = "p = sigmoid(w1*x1 + w2*x2 + b); loss = (p - y)^2"
NEURON_INPUTS = {"w1": 1.5, "x1": 1.0, "w2": -1.0, "x2": 2.0, "b": 0.3, "y": 1.0}
LARGEST_INPUT = 100.0

_HALF_WIDTH = 0.39  # of a box, in columns
_SYMBOLS = {"-": "−", "*": "×", "/": "÷", "negative": "−( )"}


class ComputationalGraph(Explorable):
    """The graph of a formula, every value and every gradient shown, one step at a time.

    Parameters
    ----------
    formula : str, optional
        An expression such as ``"(w*x - y)^2"``; see `Formula`. By default a neuron and its loss.
    inputs : dict of str to float, optional
        A number from -100 to 100 for each input; 1 for those left out.
    step : int, optional
        How many steps have been made at the start: first one for each operation forwards, then one
        that begins the backward pass, then one for each operation backwards. -1 for all.

    Raises
    ------
    ValueError
        If the formula cannot be read, an input does not occur in it, or a number is out of range.

    Examples
    --------
    >>> graph = ComputationalGraph("(w*x - y)^2", {"w": 3, "x": 2, "y": 1})
    >>> graph.output, graph.gradients["w"]
    (25.0, 20.0)
    """

    preview_size = (7.0, 3.9)

    formula = Unicode(NEURON, help="The formula of the graph.").tag(sync=True)
    values = Several(
        Number(low=-LARGEST_INPUT, high=LARGEST_INPUT),
        most=MOST_INPUTS,
        help="One for each input, in the order of first use.",
    ).tag(sync=True)
    step = Int(0, help="How many steps have been made.").tag(sync=True)

    def __init__(
        self,
        formula: str = NEURON,
        inputs: Mapping[str, float] | None = None,
        *,
        step: int = 0,
        **kwargs: Any,
    ) -> None:
        graph = Formula(formula)
        if inputs is None:
            inputs = NEURON_INPUTS if formula == NEURON else {}
        unknown = sorted(set(inputs) - set(graph.names))
        if unknown:
            raise WrongInput(
                f"inputs: {unknown} do not occur in the formula, which has {graph.names}"
            )
        values = [inputs.get(name, 1.0) for name in graph.names]
        steps = 2 * len(graph.operations) + 1
        kwargs.setdefault(
            "caption",
            "Step forward to the loss and backward to the inputs. Before each backward step, guess "
            "the next gradient. At the end, which weight would you change, and which way, to make "
            "the loss smaller? Change it and see.",
        )
        super().__init__(
            formula=formula, values=values, step=steps if step == -1 else step, **kwargs
        )

    @validate("values")
    def _one_for_each_input(self, proposal: Any) -> list[float]:
        names = Formula(self.formula).names
        wanted = f"hold {len(names)} numbers, for {', '.join(names)}"
        require(len(proposal.value) == len(names), "values", wanted, proposal.value)
        return proposal.value

    @validate("step")
    def _exists(self, proposal: Any) -> int:
        operations = len(Formula(self.formula).operations)
        require_between("step", proposal.value, 0, 2 * operations + 1)
        return proposal.value

    @property
    def inputs(self) -> dict[str, float]:
        """The inputs as the reader left them."""
        return dict(zip(Formula(self.formula).names, self.values, strict=True))

    @property
    def output(self) -> float:
        """The value of the whole formula."""
        return Formula(self.formula).run(self.values)[0][-1]

    @property
    def gradients(self) -> dict[str, float]:
        """The derivative of the output with respect to each input."""
        graph = Formula(self.formula)
        found = graph.of_inputs(graph.run(self.values)[1])
        return dict(zip(graph.names, found, strict=True))

    def draw_preview(self, figure: Any) -> None:
        from matplotlib.patches import Rectangle

        graph = Formula(self.formula)
        values, gradients = graph.run(self.values)
        # A picture cannot be stepped through: it keeps the gradients for the reader to work out.
        is_done = self.step > 2 * len(graph.operations)
        places = _places(graph)
        axes = figure.subplots()
        axes.set_axis_off()
        for index, node in enumerate(graph.nodes):
            x, y = places[index]
            for number, source in enumerate(node.inputs):
                start = (places[source][0] + _HALF_WIDTH, places[source][1])
                end = (x - _HALF_WIDTH, y - 0.3 * (number - (len(node.inputs) - 1) / 2))
                arrow = {"arrowstyle": "-|>", "color": GREY, "lw": 1.3, "shrinkA": 0, "shrinkB": 0}
                axes.annotate("", end, start, arrowprops=arrow)
            corner = (x - _HALF_WIDTH, y - 0.44)
            axes.add_patch(Rectangle(corner, 2 * _HALF_WIDTH, 0.88, fill=False, ec=GREY, lw=1.2))
            lines = [(_title(node), GREY)]
            if node.constant is None:
                lines.append((_show(values[index]), BLUE))
                lines += [("∂ " + _show(gradients[index]), ORANGE)] if is_done else []
            for height, (line, colour) in zip((0.27, 0, -0.27), lines, strict=False):
                axes.text(x, y + height, line, color=colour, size=8.5, ha="center", va="center")
        across, along = np.array(places).T
        axes.set_xlim(across.min() - 0.5, across.max() + 0.5)
        axes.set_ylim(along.min() - 0.6, along.max() + 0.6)
        title = "Values forward (blue)"
        title += ", gradients of the output backward (∂, orange)" if is_done else ""
        figure.suptitle(title, size=11)


def _title(node: Node) -> str:
    if node.constant is not None:
        return f"{node.constant:g}"
    if not node.operation:
        return node.name
    symbol = f"^{node.exponent:g}" if node.operation == "^" else node.operation
    symbol = _SYMBOLS.get(symbol, symbol)
    return f"{node.name} = {symbol}" if node.name else symbol


def _places(graph: Formula) -> list[tuple[float, float]]:
    """Where each node stands: inputs beside what uses them, an operation between its inputs."""
    columns = [0] * len(graph.nodes)
    for index, node in enumerate(graph.nodes):
        columns[index] = 1 + max((columns[source] for source in node.inputs), default=-1)
    for index, node in enumerate(graph.nodes):
        if not node.operation:
            columns[index] = -1 + min(
                columns[user] for user, other in enumerate(graph.nodes) if index in other.inputs
            )
    rows: dict[int, float] = {}
    free = 0

    def place(index: int) -> float:
        nonlocal free
        if index not in rows:
            heights = [place(source) for source in graph.nodes[index].inputs]
            rows[index] = float(np.mean(heights)) if heights else free
            free -= not heights
        return rows[index]

    place(len(graph.nodes) - 1)
    return [(columns[index], rows[index]) for index in range(len(graph.nodes))]


def _show(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
