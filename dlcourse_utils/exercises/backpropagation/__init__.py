"""The exercises of chapter 4, Backpropagation."""
