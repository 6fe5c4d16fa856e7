"""The open exercise of chapter 11, on models as learners may hand them in."""

from pathlib import Path

import numpy as np
import pytest
from test_kept_answers import assert_readable

from dlcourse_authoring.mnist_network import build
from dlcourse_utils.data import load_mnist_network
from dlcourse_utils.exercises import verify
from dlcourse_utils.exercises.transfer_learning.twenty_labels import new_digits

keras = pytest.importorskip("keras")


def as_it_came():
    model = build()
    model.set_weights(load_mnist_network())
    return model


def trained(count=500, *, last=None, steps=150):
    """A network that reads the new digits: adapted with many labels, quickly."""
    images, labels, pool, _ = new_digits()
    chosen = np.random.default_rng(0).choice(pool[:count], 32 * steps)
    model = as_it_came()
    if last:
        model = keras.Sequential([model, keras.layers.Activation(last)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=not last)
    model.compile(keras.optimizers.Adam(0.001), loss)
    model.fit(images[chosen], labels[chosen], batch_size=32, verbose=0)
    return model


@pytest.fixture(scope="module")
def good():
    return trained()


def test_the_digits_are_those_of_the_chapter():
    from sklearn.datasets import load_digits

    images, labels, pool, held_out = new_digits()
    ink = (load_digits().images[..., np.newaxis] / 16).astype("float32")
    boxes = keras.ops.convert_to_numpy(keras.ops.image.resize(ink, (20, 20)))
    np.testing.assert_allclose(images[:, 4:-4, 4:-4], boxes, atol=1e-5)
    assert (len(pool), len(held_out)) == (797, 1000) and not set(pool) & set(held_out)


def test_a_well_adapted_network_passes(good):
    feedback = verify("twenty-labels", good)
    assert feedback.passed, feedback
    assert "of 1,000 images right" in feedback.message


def test_probabilities_and_other_layers_pass_too():
    assert verify("twenty-labels", trained(last="softmax")).passed


def test_a_subclassed_model_passes(good):
    class Wrapped(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = good

        def call(self, x, training=False):
            return self.inner(x, training=training)

    assert verify("twenty-labels", Wrapped()).passed


def untrained():
    return build()


def only_a_few_steps():
    return trained(20, steps=3)


def trained_on_large_numbers():
    model = trained()
    kernel, *rest = model.layers[0].get_weights()
    model.layers[0].set_weights([kernel / 255, *rest])
    return model


def one_output():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(),
                             keras.layers.Dense(1)])  # fmt: skip


def for_flat_images():
    return keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])


def diverged():
    model = as_it_came()
    model.set_weights([array * np.nan for array in model.get_weights()])
    return model


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (untrained, "not-trained"),
        (as_it_came, "as-it-came"),
        (only_a_few_steps, "low-accuracy"),
        (trained_on_large_numbers, "wrong-scale"),
        (one_output, "wrong-shape"),
        (for_flat_images, "raised"),
        (diverged, "not-finite"),
        (lambda: as_it_came().predict, "not-a-model"),
        (lambda: keras.Sequential, "not-a-model"),
        (lambda: np.zeros((1000, 10)), "not-a-model"),
    ],
)
def test_wrong_models_fail_for_their_reason(make, reason):
    feedback = verify("twenty-labels", make())
    assert feedback.status == "failed" and feedback.misconception == reason, feedback
    assert_readable(feedback)


def test_a_model_of_another_form_is_told_the_function_of_the_chapter():
    assert "digit_network()" in verify("twenty-labels", for_flat_images()).message
    chapter = Path(__file__).parents[2] / "chapters" / "11-transfer-learning.ipynb"
    assert "def digit_network(" in chapter.read_text(encoding="utf-8")


@pytest.mark.parametrize("answer", [..., None])
def test_the_starter_is_not_started(answer):
    assert verify("twenty-labels", answer).status == "not-started"
