"""The exercises of chapter 9, Transformers."""
