"""What a contributor runs: executing chapters, new chapters, files that ship, the address.

Nothing here is imported by a notebook, and nothing of it is in the learner's wheel.
"""

__version__ = "2.0.0.dev0"
