"""The exercises of chapter 12, Data preparation."""
