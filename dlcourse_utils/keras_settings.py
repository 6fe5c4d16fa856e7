"""Settings of Keras, made for other work, that change what a chapter computes.

Keras reads them from ``keras.json`` in its folder when it is imported. Many machines have one of
years ago, or one that somebody wrote for one project and forgot.
"""

import os
from types import ModuleType

_CURE = (
    "delete keras.json in the folder .keras of your home, or in the one that KERAS_HOME names, and "
    "restart Python"
)
# What the course is written for: Keras' own defaults.
_WANTED = {
    "floatx": "float32",
    "image_data_format": "channels_last",
    "epsilon": 1e-7,
    "dtype_policy": "float32",
}
# Limits for debugging, which only the environment sets.
_LIMITS = {
    "max_epochs": "KERAS_MAX_EPOCHS",
    "max_steps_per_epoch": "KERAS_MAX_STEPS_PER_EPOCH",
}


def restore(keras: ModuleType) -> list[tuple[str, str]]:
    """Set for this session what the course is written for, and say what was set otherwise.

    Parameters
    ----------
    keras : module
        Keras itself.

    Returns
    -------
    list of (str, str)
        What was found, and its cure for good; empty where nothing is in the way.

    References
    ----------
    https://keras.io/api/config/
    """
    found = {}
    for name, wanted in _WANTED.items():
        value = getattr(keras.config, name)()
        value = getattr(value, "name", value)  # of a policy its name
        if value != wanted:
            found[name] = value
            getattr(keras.config, f"set_{name}")(wanted)
    remarks = []
    if found:
        named = " and ".join(f"{name} {value}" for name, value in found.items())
        instead = " and ".join(str(_WANTED[name]) for name in found)
        what = f"Keras was set to {named}; while a chapter runs it is set to {instead}"
        remarks.append((what, f"to mend it for good, {_CURE}"))
    for name, variable in _LIMITS.items():
        if getattr(keras.config, name, lambda: None)() is not None:  # older Kerases have no limits
            cure = "unset it and restart Python, or your numbers will not be the chapter's"
            remarks.append((f"{variable} ends every training early", cure))
    return remarks


def unusable(problem: Exception) -> ImportError | None:
    """What to tell a learner where Keras' settings file kept Keras from being imported.

    Parameters
    ----------
    problem : Exception
        What ``import keras`` raised.

    Returns
    -------
    ImportError or None
        With the cure in its words; None where the file is not to blame.
    """
    place = problem.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    # Where Keras reads the file; its own words about it are for programmers.
    reader = os.path.join("keras", "src", "backend", "config.py")
    if place is None or not place.tb_frame.f_code.co_filename.endswith(reader):
        return None
    # An OSError's text would name a folder of this machine.
    why = getattr(problem, "strerror", None) or str(problem).partition(".")[0]
    return ImportError(f"Keras cannot use its settings file ({why}): {_CURE}.")
