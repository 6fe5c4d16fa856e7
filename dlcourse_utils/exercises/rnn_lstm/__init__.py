"""The exercises of chapter 7, Recurrent networks and LSTM."""

from dlcourse_utils.exercises.rnn_lstm import (  # noqa: F401
    cells,
    own_forecast,
    sequences,
)
