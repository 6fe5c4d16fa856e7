"""What every training run wants: a history, and one visible line of progress.

`history` needs nothing but Python. `progress` is a Keras callback and imports Keras, so it is a
module of its own that loads when a chapter first uses it.
"""
