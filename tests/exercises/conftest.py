"""Which files of this folder hold tests."""

# Searching them for doctests would import them, and keep each answer, a second time.
collect_ignore_glob = ["answers_*.py", "kept.py"]
