"""``early_stopping(val_losses, patience)`` is (epochs_run, best_epoch), counted from 1."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _stop(losses, patience, *, least=0, strict=True, since=0):
    """Epochs run and best epoch, both counted from 1."""
    best, best_epoch = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best or (not strict and loss == best):
            best, best_epoch = loss, epoch
        elif epoch - best_epoch >= patience + least:
            return epoch, best_epoch
    return len(losses), best_epoch


def _stop_at_rises(losses, patience):
    """Count rises against the epoch before instead of against the best."""
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] >= losses[epoch - 1] else 0
        if rises >= patience:
            return epoch + 1, int(np.argmin(losses[: epoch + 1])) + 1
    return len(losses), int(np.argmin(losses)) + 1


def _stop_at_total(losses, patience):
    """Never set the count of bad epochs back."""
    best, best_epoch, bad = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        else:
            bad += 1
            if bad >= patience:
                return epoch, best_epoch
    return len(losses), best_epoch


def _stop_at_worse(losses, patience):
    """Count only the epochs worse than the best, not those equal to it."""
    best, best_epoch, bad = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch, bad = loss, epoch, 0
        elif loss > best:
            bad += 1
        if bad >= patience:
            return epoch, best_epoch
    return len(losses), best_epoch


def cases(rng):
    def walk(count):
        return list(np.round(1 + 0.1 * np.cumsum(rng.normal(size=count)), 2))

    return [
        ([0.5], 1),
        ([0.9, 0.5], 1),
        ([0.5, 0.6, 0.4], 1),
        ([0.9, 0.5, 0.6, 0.7, 0.4], 2),
        ([0.9, 0.6, 0.7, 0.5, 0.6, 0.4], 2),
        ([0.5, 0.8, 0.7, 0.6, 0.4], 3),
        ([0.5, 0.5, 0.6, 0.7], 2),
        ([0.9, 0.8, 0.7], 2),
        *((walk(count), patience) for count, patience in [(12, 2), (30, 3), (40, 5)]),
    ]


EXERCISE = FunctionExercise(
    next_question="the validation loss is noisy. What does a patience of 1 do then?",
    parameters=("val_losses", "patience"),
    returns=Returns(parts=("epochs_run", "best_epoch")),
    expected=_stop,
    cases=cases,
    library_calls=("EarlyStopping",),
    misconceptions=(
        Misconception(
            "swapped-result",
            lambda losses, patience: _stop(losses, patience)[::-1],
            "The two numbers come back in the wrong order: `return epochs_run, best_epoch`.",
        ),
        Misconception(
            "no-stop",
            lambda losses, patience: (len(losses), int(np.argmin(losses)) + 1),
            "You look at all losses, also at those of epochs that are never run: training "
            "ends when the patience is used up.",
        ),
        Misconception(
            "counted-from-zero",
            lambda losses, patience: tuple(n - 1 for n in _stop(losses, patience)),
            "You count epochs from 0. The first epoch is epoch 1 here.",
        ),
        Misconception(
            "counted-from-zero",
            lambda losses, patience: (
                _stop(losses, patience)[0],
                _stop(losses, patience)[1] - 1,
            ),
            "You count the best epoch from 0. The first epoch is epoch 1 here.",
        ),
        Misconception(
            "one-too-patient",
            lambda losses, patience: _stop(losses, patience, least=1),
            "You stop one epoch too late: with patience 2, the second epoch without a new "
            "best is the last. Use ≥, not >.",
        ),
        Misconception(
            "one-too-impatient",
            lambda losses, patience: _stop(losses, patience, least=-1),
            "You stop one epoch too early: with patience 2, the *second* epoch without a new "
            "best is the last.",
        ),
        Misconception(
            "best-never-run",
            lambda losses, patience: (
                _stop(losses, patience)[0],
                int(np.argmin(losses)) + 1,
            ),
            "It stops at the right epoch, but you look for the best among all losses, also "
            "those of epochs that are never run.",
        ),
        Misconception(
            "last-epoch-as-best",
            lambda losses, patience: (_stop(losses, patience)[0],) * 2,
            "You return the last epoch as the best. The best is the one with the lowest loss "
            "so far: its weights are to be restored.",
        ),
        Misconception(
            "against-the-epoch-before",
            _stop_at_rises,
            "You compare with the epoch before. Compare with the *best* so far: a loss that "
            "recovers a little is still no improvement.",
        ),
        Misconception(
            "count-not-reset",
            _stop_at_total,
            "You count all bad epochs since the start. A new best sets the count back to 0.",
        ),
        Misconception(
            "ties-skipped",
            _stop_at_worse,
            "An epoch with a loss equal to the best does not count as a bad one in yours. It "
            "brings no improvement either, so it uses up patience.",
        ),
        Misconception(
            "ties-count",
            lambda losses, patience: _stop(losses, patience, strict=False),
            "An equal loss counts as an improvement in yours. Only a lower one does.",
        ),
    ),
)
