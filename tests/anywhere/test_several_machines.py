"""The appendix's programs: two processes on loopback train one network, as one process would."""

import json
import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

PROGRAMS = Path(__file__).parents[2] / "appendix" / "cluster"


def free_addresses(count: int) -> list[str]:
    """So many addresses on loopback that nobody listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    addresses = [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]
    for one in sockets:
        one.close()
    return addresses


def with_tensorflow(addresses: list[str], number: int) -> tuple[list[str], dict[str, str]]:
    task = {"type": "worker", "index": number}
    cluster = {"cluster": {"worker": addresses}, "task": task}
    variables = {"KERAS_BACKEND": "tensorflow", "TF_CONFIG": json.dumps(cluster)}
    return ["train_with_tensorflow.py"], variables


def with_jax(addresses: list[str], number: int) -> tuple[list[str], dict[str, str]]:
    variables = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    return ["train_with_jax.py", addresses[0], str(len(addresses)), str(number)], variables


def train(way, machines: int, folder: Path) -> list[np.ndarray]:
    """Start one process a machine; the weights that each ends with."""
    folder.mkdir()
    addresses = free_addresses(machines)
    processes = []
    for number in range(machines):
        (program, *arguments), variables = way(addresses, number)
        processes.append(
            subprocess.Popen(
                [sys.executable, PROGRAMS / program, *arguments],
                cwd=folder,
                env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1", **variables},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
    try:
        for number, process in enumerate(processes):
            said = process.communicate(timeout=180)[0]
            assert process.returncode == 0, said[-3000:]
            assert f"machine {number} of {machines}: done" in said
    finally:
        for process in processes:
            process.kill()
    return [np.load(folder / f"weights-{number}.npy") for number in range(machines)]


@pytest.mark.parametrize(
    "way",
    [
        with_tensorflow,
        pytest.param(
            with_jax,
            marks=pytest.mark.skipif(not find_spec("jax"), reason="JAX: `make test-backends`"),
        ),
    ],
)
def test_two_machines_train_what_one_does(way, tmp_path):
    (alone,) = train(way, 1, tmp_path / "one")
    together = train(way, 2, tmp_path / "two")
    np.testing.assert_array_equal(*together)
    np.testing.assert_allclose(together[0], alone, atol=1e-6)
    assert np.abs(alone).max() > 0.1
