"""What every training run wants: a history, one visible line of progress, a live learning curve.

`history` needs nothing but Python. `progress` and `live_curve` are Keras callbacks and import
Keras, so they are modules of their own that load when a chapter first uses them.
"""
