"""The exercises of chapter 2, Activation functions."""
