"""Recurrent cells of one unit: gates and states, and how far back the gradient reaches."""

from typing import Any, NamedTuple

import numpy as np
from traitlets import Int, validate

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import (
    Buffer,
    Choice,
    Number,
    WrongInput,
    require,
    require_between,
    unpack,
)
from dlcourse_utils.palette import BLUE, GREY, ORANGE

CELLS = ("LSTM", "GRU")
# Weights of a gate for the input, for the state before, and its bias; order of gates as in Keras.
# "f" of the LSTM and "z" of the GRU get the reader's gate bias on top.
LSTM_GATES = {
    "i": (4.0, 0.0, -2.0),
    "f": (1.0, 0.0, 0.0),
    "g": (1.0, 0.2, 0.0),
    "o": (1.0, 0.5, 1.0),
}
GRU_GATES = {"z": (-4.0, 0.0, 0.0), "r": (1.0, 0.0, 0.0), "g": (1.0, 0.5, 0.0)}
# One strong input, then thirty weak ones that only disturb.
INPUTS = (
    1.0, -0.1, -0.1, 0.1, 0.0, -0.1, 0.05, 0.0, -0.1, 0.05, -0.1, -0.05, 0.0, 0.05,
    0.05, 0.05, 0.15, -0.05, 0.05, 0.05, -0.05, -0.15, 0.15, -0.05, -0.05, 0.1, 0.05, 0.0,
    0.1, -0.15, 0.05,
)  # fmt: skip
LARGEST_INPUT = 1.0
LENGTHS = (2, 40)
RECURRENT_WEIGHTS = (0.0, 2.0)
GATE_BIASES = (-2.0, 6.0)
MATTERS = 0.1  # an input counts as remembered while |dh_T/dx_t| is at least this


class Steps(NamedTuple):
    """What a cell does, an array of shape (steps,) for each quantity.

    `gates` maps a gate's letter to its values; `c` is the LSTM's cell state and None elsewhere;
    `gradient` is dh_T/dx_t, the derivative of the last state with respect to each input.
    """

    h: np.ndarray
    c: np.ndarray | None
    gates: dict[str, np.ndarray]
    gradient: np.ndarray


def _require_inputs(x: np.ndarray) -> None:
    shortest, longest = LENGTHS
    fits = x.ndim == 1 and shortest <= len(x) <= longest
    wanted = f"have shape (steps,) with {shortest} to {longest} steps"
    require(fits, "inputs", wanted, x.shape)
    if not (np.abs(x) <= LARGEST_INPUT).all():  # NaN fails too
        raise WrongInput("inputs must be numbers from -1 to 1: scale them")


class RecurrentCells(Explorable):
    """A plain RNN and, beside it, an LSTM or a GRU, one unit each, over the same inputs.

    The RNN is ``h = tanh(x + w·h)`` with the reader's weight w. The weights of the gated cells are
    fixed (`LSTM_GATES`, `GRU_GATES`) but for one bias, which the reader moves: that of the LSTM's
    forget gate, or that of the GRU's update gate, which in Keras keeps the old state when open.

    Parameters
    ----------
    inputs : array of shape (steps,), optional
        2 to 40 numbers from -1 to 1; by default one strong input and thirty weak ones.
    cell : {"LSTM", "GRU"}, optional
        The gated cell.
    recurrent_weight : float, optional
        The plain RNN's weight w, 0 to 2.
    gate_bias : float, optional
        The bias described above, -2 to 6. Keras starts an LSTM with 1.
    step : int, optional
        The step that is looked at, from 1.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If the inputs have another shape or a value is out of range.

    Examples
    --------
    >>> figure = RecurrentCells([1.0, 0.0, 0.0], recurrent_weight=0.5)
    >>> figure.rnn().h.round(3).tolist()
    [0.762, 0.363, 0.18]
    >>> figure.gated().gates["f"].round(3).tolist()
    [0.881, 0.731, 0.731]
    """

    preview_size = (7.0, 3.8)

    inputs = Buffer(check=_require_inputs, help="The inputs, float32 (steps,).").tag(sync=True)
    cell = Choice(CELLS, "LSTM", help="The gated cell.").tag(sync=True)
    recurrent_weight = Number(
        0.9, low=RECURRENT_WEIGHTS[0], high=RECURRENT_WEIGHTS[1], help="w of the plain RNN."
    ).tag(sync=True)
    gate_bias = Number(
        1.0, low=GATE_BIASES[0], high=GATE_BIASES[1], help="Of the forget gate or update gate."
    ).tag(sync=True)
    step = Int(1, help="The step that is looked at, from 1.").tag(sync=True)

    def __init__(
        self,
        inputs: Any = None,
        *,
        cell: str = "LSTM",
        recurrent_weight: float = 0.9,
        gate_bias: float = 1.0,
        step: int = 1,
        caption: str | None = None,
    ) -> None:
        x = np.asarray(INPUTS if inputs is None else inputs, dtype=np.float32)
        super().__init__(
            inputs=x,
            cell=cell,
            recurrent_weight=recurrent_weight,
            gate_bias=gate_bias,
            step=step,
            caption=caption
            or "How far must you raise the gate's bias until the first input still matters after "
            f"{x.size - 1} step{'s' if x.size > 2 else ''}? Does any recurrent weight do the same "
            "for the plain RNN?",
        )

    @validate("step")
    def _exists(self, proposal: Any) -> int:
        require_between("step", proposal.value, 1, len(unpack(self.inputs)))
        return proposal.value

    def rnn(self) -> Steps:
        """The plain RNN over the inputs as they are now."""
        return simple_rnn(unpack(self.inputs), self.recurrent_weight)

    def gated(self) -> Steps:
        """The chosen gated cell over the inputs as they are now."""
        return {"LSTM": lstm, "GRU": gru}[self.cell](unpack(self.inputs), self.gate_bias)

    def keras_weights(self, cell: str) -> list[np.ndarray]:
        """The weights now set, as ``layer.set_weights`` of a Keras layer of one unit takes them.

        Parameters
        ----------
        cell : {"SimpleRNN", "LSTM", "GRU"}
            The layer's class in Keras.

        Returns
        -------
        list of numpy.ndarray
            Input kernel (1, gates), recurrent kernel (1, gates) and bias (gates,), float32; the
            GRU's bias is (2, gates), as its default ``reset_after=True`` wants it.
        """
        if cell == "SimpleRNN":
            rows = np.array([[1.0, self.recurrent_weight, 0.0]])
        elif cell in CELLS:
            rows = np.array(list({"LSTM": LSTM_GATES, "GRU": GRU_GATES}[cell].values()))
            rows[{"LSTM": 1, "GRU": 0}[cell], 2] += self.gate_bias
        else:
            raise ValueError(f"cell must be 'SimpleRNN', 'LSTM' or 'GRU', got {cell!r}")
        kernel, recurrent, bias = rows.T.astype(np.float32)
        if cell == "GRU":
            bias = np.stack([bias, np.zeros_like(bias)])
        return [kernel[None], recurrent[None], bias]

    def draw_preview(self, figure: Any) -> None:
        x, rnn, gated = unpack(self.inputs), self.rnn(), self.gated()
        t = np.arange(1, len(x) + 1)
        left, right = figure.subplots(1, 2)
        left.bar(t, x, color=GREY, alpha=0.5, label="input x")
        if gated.c is not None:
            left.plot(t, gated.c, color=BLUE, linewidth=5, alpha=0.35, label="LSTM, cell state c")
        left.plot(t, gated.h, "o-", color=BLUE, markersize=4, label=f"{self.cell}, state h")
        left.plot(t, rnn.h, ":", color=BLUE, linewidth=1.6, label="plain RNN, state h")
        left.set(xlabel="step", ylim=(-0.9, 1.1))
        left.set_title("forward", color=GREY)
        left.legend(frameon=False, labelcolor=GREY, fontsize=9, loc="upper right")
        right.semilogy(t, np.abs(gated.gradient), "^-", color=ORANGE, markersize=4, label=self.cell)
        right.semilogy(t, np.abs(rnn.gradient), ":", color=ORANGE, linewidth=1.8, label="plain RNN")
        right.axhline(MATTERS, color=GREY, linewidth=1.2, linestyle="--")
        right.set(xlabel="step t", ylabel="|∂h at the last step / ∂x at t|", ylim=(1e-8, 3))
        right.set_title(f"backward, gate bias {self.gate_bias:.1f}", color=GREY)
        right.legend(frameon=False, labelcolor=GREY, fontsize=9, loc="lower right")


def simple_rnn(inputs: np.ndarray, recurrent_weight: float) -> Steps:
    """The plain RNN ``h = tanh(x + recurrent_weight · h)`` from h = 0, and its gradient.

    Examples
    --------
    >>> simple_rnn(np.zeros(3), 0.5).gradient.tolist()
    [0.25, 0.5, 1.0]
    """
    x = np.asarray(inputs, dtype=float)
    h = np.zeros(len(x))
    before = 0.0
    for t, value in enumerate(x):
        before = h[t] = np.tanh(value + recurrent_weight * before)
    gradient = np.zeros(len(x))
    dh = 1.0
    for t in range(len(x) - 1, -1, -1):
        gradient[t] = dh * (1 - h[t] ** 2)
        dh = gradient[t] * recurrent_weight
    return Steps(h, None, {}, gradient)


def lstm(inputs: np.ndarray, gate_bias: float) -> Steps:
    """The LSTM of `LSTM_GATES` from h = c = 0, with `gate_bias` on top of the forget gate's bias.

    Examples
    --------
    >>> steps = lstm([1.0, 0.0], 1.0)
    >>> bool(np.isclose(steps.c[1], steps.gates["f"][1] * steps.c[0]
    ...                 + steps.gates["i"][1] * steps.gates["g"][1]))
    True
    """
    x = np.asarray(inputs, dtype=float)
    w, u, b = np.array(list(LSTM_GATES.values())).T
    b = b + [0, gate_bias, 0, 0]
    gates = np.zeros((len(x), 4))
    h, c = np.zeros((2, len(x) + 1))  # the last entry stays 0 and is found at index -1: step 0
    for t, value in enumerate(x):
        z = w * value + u * h[t - 1] + b
        gates[t] = np.where([True, True, False, True], _sigmoid(z), np.tanh(z))
        i, f, g, o = gates[t]
        c[t] = f * c[t - 1] + i * g
        h[t] = o * np.tanh(c[t])
    gradient = np.zeros(len(x))
    dh, dc = 1.0, 0.0
    for t in range(len(x) - 1, -1, -1):
        i, f, g, o = gates[t]
        dc += dh * o * (1 - np.tanh(c[t]) ** 2)
        dz = np.array(
            [
                dc * g * i * (1 - i),
                dc * c[t - 1] * f * (1 - f),
                dc * i * (1 - g**2),
                dh * np.tanh(c[t]) * o * (1 - o),
            ]
        )
        gradient[t], dh, dc = dz @ w, dz @ u, dc * f
    return Steps(h[:-1], c[:-1], dict(zip(LSTM_GATES, gates.T, strict=True)), gradient)


def gru(inputs: np.ndarray, gate_bias: float) -> Steps:
    """The GRU of `GRU_GATES` from h = 0, with `gate_bias` on top of the update gate's bias.

    As in Keras, an open update gate keeps: ``h = z·h_before + (1 - z)·g``.

    Examples
    --------
    >>> gru([1.0, 0.0], 6.0).gates["z"].round(3).tolist()
    [0.881, 0.998]
    """
    x = np.asarray(inputs, dtype=float)
    w, u, b = np.array(list(GRU_GATES.values())).T
    b = b + [gate_bias, 0, 0]
    gates = np.zeros((len(x), 3))
    h = np.zeros(len(x) + 1)  # the last entry stays 0 and is found at index -1: step 0
    for t, value in enumerate(x):
        z, r = _sigmoid(w[:2] * value + u[:2] * h[t - 1] + b[:2])
        g = np.tanh(w[2] * value + r * u[2] * h[t - 1] + b[2])
        gates[t] = z, r, g
        h[t] = z * h[t - 1] + (1 - z) * g
    gradient = np.zeros(len(x))
    dh = 1.0
    for t in range(len(x) - 1, -1, -1):
        z, r, g = gates[t]
        dg = dh * (1 - z) * (1 - g**2)
        dz = dh * (h[t - 1] - g) * z * (1 - z)
        dr = dg * u[2] * h[t - 1] * r * (1 - r)
        gradient[t] = np.array([dz, dr, dg]) @ w
        dh = dh * z + np.array([dz, dr, dg * r]) @ u
    return Steps(h[:-1], None, dict(zip(GRU_GATES, gates.T, strict=True)), gradient)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(z / 2)) / 2  # no overflow for any z
