"""The exercises of chapter 7, Recurrent networks and LSTM."""
