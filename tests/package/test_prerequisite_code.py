"""Which statements of a chapter a piece of code is given."""

from dlcourse_utils.prerequisite_code import prerequisite_code

LESSON = ["features = [1, 2]\nlabels = [0, 1]", "scale = 3\nscale = scale / 2"]


def test_a_name_is_given_though_a_function_has_a_parameter_called_so():
    code = "def train(features):\n    return features\n\ntrain(features)"
    assert "features = [1, 2]" in prerequisite_code(LESSON, [code])
    assert "labels" not in prerequisite_code(LESSON, [code])


def test_a_name_that_is_a_functions_own_is_not_given():
    code = "def train(points):\n    features = points\n    return [labels for labels in features]"
    assert prerequisite_code(LESSON, [code]) == "import numpy as np"


def test_what_a_name_was_made_from_is_given_too():
    given = prerequisite_code(LESSON, ["lambda x: x * scale"])
    assert given.endswith("scale = 3\nscale = scale / 2")
