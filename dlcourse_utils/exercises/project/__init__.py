"""The exercises of chapter 14, A project from end to end."""
