"""Attention maps of a trained model: which input tokens each output token looks at."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from traitlets import Int, validate

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import (
    Buffer,
    Several,
    Text,
    WrongInput,
    pack,
    require,
    require_between,
    unpack,
)
from dlcourse_utils.palette import BLUE, GREY, VIOLET

MOST_TOKENS = 64
MOST_LAYERS = 256
MEAN = -1  # in place of a head: the mean of all heads
_WORTH_LINKING = 0.04  # as in attention.js
_ROW_TOLERANCE = 1e-2  # how far a row's sum may be from 1 (half precision, rounded weights)


class Attention(Explorable):
    """The attention weights of a model, one query token at a time, and the whole map beside it.

    Parameters
    ----------
    queries : sequence of str
        The tokens that look: the output of an encoder–decoder, or the text itself. 1 to 64.
    keys : sequence of str
        The tokens that are looked at. 1 to 64.
    weights : array of shape (layers, heads, queries, keys) or (heads, queries, keys)
        Attention weights: not negative, each row summing to 1 (to 0.01). A row of zeros, of a
        query that may look at nothing, is allowed.
    layer_names : sequence of str, optional
        A name for each layer; by default "1", "2", ….
    layer, head : int, optional
        What is shown at the start, from 0; ``head=-1`` is the mean of all heads.
    query : int, optional
        The query at the start, from 0; by default the one in the middle.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, or the weights are none.

    Examples
    --------
    >>> figure = Attention(["le", "chat"], ["the", "cat"], [[[0.9, 0.1], [0.2, 0.8]]], query=1)
    >>> [f"{weight:.1f}" for weight in figure.row()]
    ['0.2', '0.8']
    >>> figure.strongest()
    'cat'
    """

    preview_size = (7.0, 2.6)

    # Not `keys`: every widget has a trait of that name.
    query_tokens = Several(Text(), most=MOST_TOKENS, help="The tokens that look.").tag(sync=True)
    key_tokens = Several(Text(), most=MOST_TOKENS, help="Those that are looked at.").tag(sync=True)
    weights = Buffer(help="float32 (layers, heads, queries, keys).").tag(sync=True)
    layer_names = Several(Text(), most=MOST_LAYERS, help="A name for each layer.").tag(sync=True)
    heads = Int(1, help="Heads of a layer.").tag(sync=True)
    layer = Int(0, help="The layer shown.").tag(sync=True)
    head = Int(0, help="The head shown; -1 is the mean of all.").tag(sync=True)
    query = Int(0, help="The query looked at.").tag(sync=True)

    def __init__(
        self,
        queries: Sequence[str],
        keys: Sequence[str],
        weights: Any,
        layer_names: Sequence[str] | None = None,
        *,
        layer: int = 0,
        head: int = 0,
        query: int | None = None,
        caption: str | None = None,
    ) -> None:
        queries, keys = [str(token) for token in queries], [str(token) for token in keys]
        for name, tokens in (("queries", queries), ("keys", keys)):
            fits = 1 <= len(tokens) <= MOST_TOKENS
            require(fits, name, f"hold 1 to {MOST_TOKENS} tokens", len(tokens))
        array = as_weights(weights, len(queries), len(keys))
        layers, heads = array.shape[:2]
        if layer_names is None:
            layer_names = [str(number) for number in range(1, layers + 1)]
        wanted = f"hold {layers} names, one a layer of weights"
        require(len(layer_names) == layers, "layer_names", wanted, len(layer_names))
        query = len(queries) // 2 if query is None else query
        super().__init__(
            query_tokens=queries,
            key_tokens=keys,
            weights=pack(array),
            layer_names=[str(name) for name in layer_names],
            heads=heads,
            layer=layer,
            head=head,
            query=query,
            caption=caption
            or "Step through the queries. What rule does this head seem to follow, and where does "
            "it break it?",
        )

    @classmethod
    def example(cls) -> "Attention":
        """A date that is rewritten: three heads that look at one place each, or at all."""
        places = np.arange(10)
        narrow = np.exp(-0.5 * (places[:, None] - places[::-1]) ** 2)
        heads = np.stack([narrow, narrow[::-1], np.ones((10, 10))])
        weights = heads / heads.sum(axis=-1, keepdims=True)
        return cls(list("1979-05-03"), list("3 May 1979"), np.stack([weights, weights[::-1]]))

    @validate("layer", "head", "query")
    def _exists(self, proposal: Any) -> int:
        low, count = {
            "layer": (0, len(self.layer_names)),
            "head": (MEAN, self.heads),
            "query": (0, len(self.query_tokens)),
        }[proposal.trait.name]
        require_between(proposal.trait.name, proposal.value, low, count - 1)
        return proposal.value

    def matrix(self) -> np.ndarray:
        """The weights of the layer and head now chosen, float32 (queries, keys)."""
        shape = (len(self.layer_names), self.heads, len(self.query_tokens), len(self.key_tokens))
        layer = unpack(self.weights, shape)[self.layer]
        return layer.mean(axis=0) if self.head == MEAN else layer[self.head]

    def row(self) -> np.ndarray:
        """The weights of the chosen query, float32 (keys,)."""
        return self.matrix()[self.query]

    def strongest(self) -> str:
        """The key that the chosen query looks at most."""
        return self.key_tokens[int(self.row().argmax())]

    def spread(self) -> float:
        """Over how many keys the chosen query spreads: the exponential of the row's entropy.

        1 when it looks at one key alone, the number of keys when it looks at all alike.
        """
        weights = self.row()[self.row() > 0].astype(float)
        return float(np.exp(-(weights * np.log(weights)).sum()))

    def draw_preview(self, figure: Any) -> None:
        axes = figure.subplots()
        rows = [
            [visible(token) for token in tokens] for tokens in (self.key_tokens, self.query_tokens)
        ]
        longest = max(sum(len(token) + 1 for token in row) for row in rows)  # in characters
        key_x, query_x = (_centres(row, longest) for row in rows)
        text = {
            "ha": "center",
            "va": "center",
            "family": "monospace",
            "fontsize": min(13.0, 780 / longest),
        }
        for x, weight in zip(key_x, self.row(), strict=True):
            if weight < _WORTH_LINKING:
                continue
            axes.plot(
                [query_x[self.query], x], [0.12, 0.88],
                color=BLUE, linewidth=0.4 + 7 * weight, alpha=min(1.0, 0.15 + float(weight)),
                solid_capstyle="butt",
            )  # fmt: skip
        for x, token in zip(key_x, rows[0], strict=True):
            axes.text(x, 0.97, token, color=GREY, **text)
        for number, (x, token) in enumerate(zip(query_x, rows[1], strict=True)):
            axes.text(x, 0.03, token, color=VIOLET if number == self.query else GREY, **text)
        axes.set(xlim=(0, longest), ylim=(-0.05, 1.05))
        axes.axis("off")


def _centres(tokens: list[str], width: int) -> np.ndarray:
    """Where the middles of the tokens stand, spread over `width` characters."""
    lengths = np.array([len(token) + 1 for token in tokens])
    return (lengths.cumsum() - lengths / 2) * width / lengths.sum()


def as_weights(weights: Any, queries: int, keys: int) -> np.ndarray:
    """Check attention weights and give them four axes.

    Parameters
    ----------
    weights : array of shape (layers, heads, queries, keys) or (heads, queries, keys)
        Attention weights.
    queries, keys : int
        How many tokens look, and how many are looked at.

    Returns
    -------
    numpy.ndarray
        float32 (layers, heads, queries, keys).

    Raises
    ------
    ValueError
        If the shape is another, or the rows are no weights.

    Examples
    --------
    >>> as_weights([[[1, 0], [0.5, 0.5]]], 2, 2).shape
    (1, 1, 2, 2)
    """
    array = np.asarray(weights, dtype=np.float32)
    given = array.shape
    if array.ndim == 3:
        array = array[None]
    fits = array.ndim == 4 and array.shape[2:] == (queries, keys) and 0 not in array.shape
    shapes = f"(layers, heads, {queries}, {keys}) or (heads, {queries}, {keys})"
    wanted = f"have shape {shapes} for {queries} queries and {keys} keys"
    require(fits, "weights", wanted, given)
    sums = array.sum(axis=-1)
    fine = (np.abs(sums - 1) <= _ROW_TOLERANCE) | (sums == 0)
    if not (np.isfinite(array).all() and (array >= 0).all() and fine.all()):
        raise WrongInput(
            "weights must be attention weights, not negative and summing to 1 over the keys (the "
            "last axis): take them after the softmax"
        )
    return array


def visible(token: str) -> str:
    """A token as it can be seen: a blank as ␣, a line's end as ⏎.

    Examples
    --------
    >>> visible("a b")
    'a␣b'
    """
    return token.replace(" ", "␣").replace("\n", "⏎") or "∅"
