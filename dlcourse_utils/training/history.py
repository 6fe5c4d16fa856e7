"""A record of metrics for training loops written by hand."""


class History:
    """Metrics by epoch, in the shape of Keras' own history: a dict of lists in `.history`.

    Examples
    --------
    >>> history = History()
    >>> for loss in (0.9, 0.5):
    ...     history.add(loss=loss)
    >>> history.history
    {'loss': [0.9, 0.5]}
    >>> history["loss"][-1]
    0.5
    """

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}

    def add(self, **metrics: float) -> None:
        """Append one value to each metric: one call an epoch.

        Parameters
        ----------
        **metrics : float
            Name and value of each, e.g. ``loss=0.3, val_loss=0.4``.

        Raises
        ------
        ValueError
            Where a value is not a single number, or where a metric is missing or new in the middle
            of a run (the curves would no longer share their epochs).
        """
        if self.history and set(metrics) != set(self.history):
            raise ValueError(
                f"each call needs the same metrics: wanted {sorted(self.history)}, "
                f"got {sorted(metrics)}"
            )
        numbers = {name: _number(name, value) for name, value in metrics.items()}
        for name, value in numbers.items():
            self.history.setdefault(name, []).append(value)

    def __getitem__(self, metric: str) -> list[float]:
        return self.history[metric]

    def __len__(self) -> int:
        return max(map(len, self.history.values()), default=0)

    def __repr__(self) -> str:
        return f"History({len(self)} epochs of {', '.join(self.history) or 'nothing yet'})"


def _number(name: str, value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        shape = getattr(value, "shape", None)
        got = f"shape {tuple(shape)}" if shape is not None else repr(value)
        raise ValueError(f"{name}: wanted one number (shape ()), got {got}") from None
