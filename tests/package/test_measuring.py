"""Measuring: the timer on a fake clock, what is counted, the network against `Budget`, the file."""

import json

import numpy as np
import pytest

from dlcourse_utils import cli, measuring
from dlcourse_utils.measuring import recording


class Ticking:
    """A device that is busy for given seconds, and its clock."""

    def __init__(self, *costs):
        self.now, self.costs, self.waited = 0.0, list(costs), 0

    def call(self):
        return self.costs.pop(0)

    def wait(self, cost):
        self.now += cost
        self.waited += 1

    def time(self, **settings):
        return measuring.time_calls(self.call, wait=self.wait, clock=lambda: self.now, **settings)


def test_warm_up_is_awaited_and_not_counted():
    device = Ticking(9, 9, 3, 1, 2)
    timing = device.time(warmups=2, repeats=3, budget=0)
    assert timing.seconds == (3, 1, 2) and timing.median == 2
    assert device.waited == 5


def test_calls_go_on_until_the_budget_is_spent_or_the_most_are_made():
    assert len(Ticking(*[0.5] * 20).time(warmups=0, repeats=2, budget=3).seconds) == 6
    assert len(Ticking(*[0.5] * 20).time(warmups=0, repeats=2, budget=99, most=4).seconds) == 4


def test_a_timer_without_calls_is_refused():
    with pytest.raises(ValueError, match="repeats must lie between 1 and"):
        measuring.time_calls(int, repeats=0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        ((2.0, 1.0, 4.0), "2 s (1 to 4)"),
        ((3e-5,), "30 µs (30 to 30)"),
        ((4e-9,), "0.004 µs"),
        ((8e-4, 7e-4, 0.00141), "800 µs (700 to 1410)"),
    ],
)
def test_a_timing_reads_in_a_fitting_unit(seconds, text):
    assert str(measuring.Timing(seconds)).startswith(text)


def test_work_counts_what_numpy_would_do():
    keras = pytest.importorskip("keras")
    product = measuring.matrix_product(16, rows=4)
    assert keras.ops.shape(product.run()) == (4, 16)
    assert product.flops == 2 * 4 * 16 * 16
    assert product.bytes == 4 * (4 * 16 + 16 * 16 + 4 * 16)
    images = measuring.convolution(2, 8, 3, "bfloat16")
    assert keras.ops.shape(images.run()) == (2, 8, 8, 3)
    assert images.flops == 2 * 2 * 64 * 9 * 3 * 3
    assert images.bytes == 2 * (2 * 2 * 64 * 3 + 9 * 3 * 3)
    assert measuring.addition(1000).intensity == pytest.approx(1 / 12)


def test_an_unknown_precision_is_named():
    pytest.importorskip("keras")
    with pytest.raises(ValueError, match="precision must be one of .*'int8'"):
        measuring.matrix_product(4, "int8")


def test_fewer_bits_are_fewer_digits():
    pytest.importorskip("keras")
    assert measuring.correct_digits("float32", 64) > 5
    assert 2 < measuring.correct_digits("bfloat16", 64) < 3.5


@pytest.mark.parametrize("network", recording.NETWORKS.values(), ids=recording.NETWORKS)
def test_the_network_is_the_one_of_the_budget(network):
    pytest.importorskip("keras")
    from dlcourse_utils.explore.budget import count

    assert measuring.build_network(*network).count_params() == count(*network).parameters


def test_a_step_changes_the_weights():
    pytest.importorskip("keras")
    model = measuring.build_network("MLP", 1, 8, 5, precision="mixed bfloat16")
    before = [weights.copy() for weights in model.get_weights()]
    assert np.isfinite(measuring.build_step(model, 4, jit_compile=False)())
    assert all((old != new).any() for old, new in zip(before, model.get_weights(), strict=True))


def test_larger_batches_are_left_out_when_patience_ends():
    pytest.importorskip("keras")
    found = measuring.time_training("MLP", 1, 8, 5, [2, 1], patience=0, jit_compile=False, budget=0)
    assert [one.batch for one in found] == [1]


def test_memory_grows_with_the_batch():
    pytest.importorskip("keras")
    small, large = measuring.training_memory("CNN", 2, 16, 32, [1024, 16])
    assert small.batch == 16 and large.bytes - small.bytes > 1024 * 3 * 32 * 32 * 4


def test_a_recording_is_added_or_replaced(tmp_path, monkeypatch):
    pytest.importorskip("keras")
    path = tmp_path / "recordings.json"
    other = {"device": "another", "backend": "jax", "digits": {}}
    path.write_text(json.dumps([other]))
    for value in (1, 2):
        monkeypatch.setattr(recording, "measurements", lambda say, value=value: [("digits", value)])
        assert cli.main(["measure-device", "--out", str(path)]) == 0
    first, second = json.loads(path.read_text())
    assert first == other and second["digits"] == 2


def test_another_file_is_not_overwritten(tmp_path, capsys):
    pytest.importorskip("keras")
    path = tmp_path / "notes.json"
    path.write_text('{"mine": 1}')
    assert cli.main(["measure-device", "--out", str(path)]) == 1
    assert "name another file" in capsys.readouterr().err
    assert path.read_text() == '{"mine": 1}'
