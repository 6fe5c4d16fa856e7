"""The exercises of chapter 3, loss functions."""
