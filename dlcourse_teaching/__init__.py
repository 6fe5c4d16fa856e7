"""For instructors: assignments from chapters, grading in a sandbox, feedback, marks.

nbgrader is the engine. A notebook never imports this package, and a learner never needs what it
needs: its environment is made by ``make teaching``. The pages in ``instructors/`` say how to use
it.
"""

__version__ = "2.0.0.dev0"
