"""What an exercise is made of. An exercise's file imports from here."""

from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.explaining import Misconception
from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.function_exercise import FunctionExercise
from dlcourse_utils.exercises.engine.open_exercise import OpenExercise
from dlcourse_utils.exercises.engine.requests import get_result, require_function
from dlcourse_utils.exercises.engine.results import (
    Returns,
    Unusable,
    fit,
    fit_parts,
    has_shape,
    same_result,
    show_anything,
    to_array,
)
from dlcourse_utils.exercises.engine.time_limit import Clock
from dlcourse_utils.exercises.engine.value_exercises import (
    ChoiceExercise,
    NumberExercise,
    WrongValue,
)
from dlcourse_utils.exercises.engine.verdicts import NotStarted, Passed, Wrong
from dlcourse_utils.exercises.engine.wording import kind_of, plural, shorten, show, show_number

__all__ = [
    "Answer",
    "ChoiceExercise",
    "Clock",
    "CounterExample",
    "FunctionExercise",
    "Misconception",
    "NotStarted",
    "NumberExercise",
    "OpenExercise",
    "Passed",
    "Returns",
    "Unusable",
    "Wrong",
    "WrongValue",
    "fit",
    "fit_parts",
    "get_result",
    "has_shape",
    "kind_of",
    "plural",
    "require_function",
    "same_result",
    "shorten",
    "show",
    "show_anything",
    "show_number",
    "to_array",
]
