"""The open exercise of chapter 6, on models as learners may hand them in."""

import numpy as np
import pytest
from test_kept_answers import assert_readable

from dlcourse_utils import data
from dlcourse_utils.data.mnist import default_digits
from dlcourse_utils.exercises import verify

keras = pytest.importorskip("keras")


@pytest.fixture(autouse=True)
def digits_that_ship(monkeypatch):
    digits = default_digits()
    split = (digits["x_train"], digits["y_train"]), (digits["x_test"], digits["y_test"])
    monkeypatch.setattr(data, "load_mnist", lambda **options: split)
    monkeypatch.setattr(data, "is_default", lambda name: True)


def small(*, outputs=10, filters=8, shape=(28, 28, 1), last="softmax", head=None):
    keras.utils.set_random_seed(1)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(filters, 3, activation="relu", strides=2),
            layers.MaxPooling2D(),
            layers.Conv2D(2 * filters, 3, activation="relu"),
            *(head or [layers.MaxPooling2D(), layers.Flatten()]),
            layers.Dense(outputs, activation=last),
        ]
    )


def trained(model, *, epochs=25, from_logits=False):
    digits = default_digits()
    images = digits["x_train"].reshape(-1, *model.input_shape[1:]) / 255.0
    model.compile(
        keras.optimizers.Adam(0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits),
    )
    model.fit(images, digits["y_train"], batch_size=64, epochs=epochs, verbose=0)
    return model


@pytest.mark.parametrize(
    "options",
    [{}, {"shape": (28, 28)}, {"last": None}],
    ids=["as asked", "images without channels", "logits"],
)
def test_right_models_pass(options):
    feedback = verify("tiny-cnn", trained(small(**options), from_logits="last" in options))
    assert feedback.passed, feedback
    assert "of 119 validation images right, with 1,898 parameters" in feedback.message


def any_size():
    """The small model for images of any size: its dense layer as a convolution, then averaged."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((None, None, 1)),
            layers.Conv2D(8, 3, activation="relu", strides=2),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(10, 2),
            layers.GlobalAveragePooling2D(),
        ]
    )


def test_a_model_for_images_of_any_size_is_judged_like_others():
    assert verify("tiny-cnn", any_size()).misconception == "not-trained"
    model = any_size()
    weights = trained(small()).get_weights()
    model.set_weights([w.reshape(v.shape) for w, v in zip(weights, model.weights, strict=True)])
    feedback = verify("tiny-cnn", model)
    assert feedback.passed, feedback


def test_a_model_trained_on_0_to_255_is_told_so():
    # As if trained on larger pixels: the first layer takes the scale back.
    model = trained(small())
    first = model.layers[1]
    kernel, bias = first.get_weights()
    first.set_weights([kernel / 255, bias])
    feedback = verify("tiny-cnn", model)
    assert feedback.misconception == "wrong-scale", feedback
    assert "Divide the images by 255" in feedback.message
    assert_readable(feedback)


def untrained():
    return small()


def too_many_parameters():
    return small(filters=32)


def few_that_are_trained():
    layers = keras.layers
    head = [layers.BatchNormalization(), layers.GlobalAveragePooling2D(), layers.Dense(16)]
    model = small(filters=15, head=head)
    assert (
        sum(np.prod(w.shape) for w in model.trainable_weights) == 4956
        and model.count_params() == 5016
    )
    return model


def one_output():
    return small(outputs=1, last="sigmoid")


def one_answer_a_pixel():
    return small(head=[keras.layers.Identity()])


def not_built():
    return keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])


def wrong_input():
    return keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    )


def diverged():
    model = small()
    model.set_weights([np.full_like(weights, np.nan) for weights in model.get_weights()])
    return model


def half_trained():
    return trained(small(filters=2), epochs=2)


def history():
    model = small()
    model.compile("adam", "sparse_categorical_crossentropy")
    return model.fit(np.zeros((1, 28, 28, 1)), np.zeros(1), verbose=0)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (untrained, "not-trained"),
        (too_many_parameters, "too-many-parameters"),
        (few_that_are_trained, "statistics-not-counted"),
        (one_output, "wrong-shape"),
        (one_answer_a_pixel, "wrong-shape"),
        (not_built, "not-built"),
        (wrong_input, "raised"),
        (diverged, "not-finite"),
        (half_trained, "low-accuracy"),
        (history, "not-a-model"),
        (lambda: keras.Sequential, "not-a-model"),
        (lambda: small, "not-a-model"),
    ],
)
def test_wrong_models_fail_for_their_reason(make, reason):
    feedback = verify("tiny-cnn", make())
    assert (feedback.status, feedback.misconception) == ("failed", reason), feedback
    assert_readable(feedback)


def test_tensors_of_keras_pass_for_arrays():
    def dense(X, W, b):
        return keras.ops.relu(keras.ops.matmul(X, W) + b)

    def conv_output_size(size, kernel, stride=1, padding=0):
        return keras.ops.floor_divide(size + 2 * padding - kernel, stride) + 1

    assert verify("dense-forward", dense).passed
    assert verify("output-size", conv_output_size).passed
