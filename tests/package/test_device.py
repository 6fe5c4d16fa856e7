"""`detect_device` tells what the framework really uses, and why that is not something faster."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from dlcourse_utils import device
from dlcourse_utils.device import Accelerator, Device, detect_device

T4 = Accelerator("gpu", "Tesla T4", 15.0)


@pytest.fixture
def machine(monkeypatch):
    """Set what the backend is, what it sees, and what the system has."""

    def make(backend="tensorflow", seen=(), gpus=(), tpu=False):
        monkeypatch.setattr(device, "keras_backend", lambda: backend)
        monkeypatch.setitem(device.ACCELERATORS_OF, backend, lambda: list(seen))
        monkeypatch.setattr(device, "system_gpus", lambda: list(gpus))
        monkeypatch.setattr(device, "system_has_tpu", lambda: tpu)
        monkeypatch.setattr(device, "cpu_cores", lambda: 2)
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    return make


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_without_gpu(machine, backend):
    machine(backend)
    found = detect_device()
    assert (found.kind, found.cores, found.backend, found.note) == ("cpu", 2, backend, "")
    assert str(found) == "CPU with 2 cores"


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_with_gpu(machine, backend):
    machine(backend, seen=[T4], gpus=[T4])
    assert str(detect_device()) == "GPU Tesla T4 (15 GB)"


def test_gpu_memory_comes_from_the_driver_where_the_framework_does_not_tell(machine):
    big = Accelerator("gpu", "A100", 40.0)
    machine(seen=[Accelerator("gpu", "Tesla T4")], gpus=[big, T4])
    assert detect_device().memory_gb == 15.0


def test_gpu_of_unknown_memory(machine):
    machine(seen=[Accelerator("gpu", "Apple GPU (MPS)")], backend="torch")
    found = detect_device()
    assert found.memory_gb is None and str(found) == "GPU Apple GPU (MPS)"


def test_several_gpus_are_counted(machine):
    machine(seen=[T4, T4], gpus=[T4, T4])
    assert str(detect_device()) == "2 × GPU Tesla T4 (15 GB)"


@pytest.mark.parametrize(
    ("backend", "remedy"),
    [
        ("tensorflow", 'pip install "tensorflow[and-cuda]"'),
        ("jax", 'pip install "jax[cuda12]"'),
        ("torch", "PyTorch's CUDA build"),
    ],
)
def test_gpu_that_the_framework_cannot_see(machine, backend, remedy):
    machine(backend, gpus=[T4])
    found = detect_device()
    assert found.kind == "cpu", "what is used, not what is plugged in"
    assert "NVIDIA GPU (Tesla T4)" in found.note and remedy in found.note
    assert str(found).startswith("CPU with 2 cores\n")


def test_tpu_that_has_no_other_name(machine):
    machine(seen=[Accelerator("tpu", "TPU")] * 8)
    assert str(detect_device()) == "8 × TPU"


@pytest.mark.parametrize("value", ["", "-1"])
def test_gpu_hidden_by_the_environment(machine, monkeypatch, value):
    machine(gpus=[T4])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", value)
    assert "CUDA_VISIBLE_DEVICES hides it" in detect_device().note


def test_gpu_on_windows_needs_wsl(machine, monkeypatch):
    machine(gpus=[T4])
    monkeypatch.setattr(device.platform, "system", lambda: "Windows")
    assert "WSL 2" in detect_device().note


def test_tpu(machine):
    machine("jax", seen=[Accelerator("tpu", "TPU v5 lite", 16.0)], tpu=True)
    found = detect_device()
    assert found.kind == "tpu" and str(found) == "TPU v5 lite (16 GB)"


def test_tpu_that_the_framework_cannot_see(machine):
    machine("tensorflow", tpu=True)
    assert "KERAS_BACKEND=jax" in detect_device().note


def test_one_core():
    assert str(Device(kind="cpu", cores=1, backend="jax")) == "CPU with 1 core"


# --- what the frameworks and the system answer -------------------------------------------------


def test_jax_devices(monkeypatch):
    gpu = SimpleNamespace(platform="gpu", device_kind="H100", memory_stats=lambda: None)
    tpu = SimpleNamespace(
        platform="tpu", device_kind="TPU v4", memory_stats=lambda: {"bytes_limit": 32 * 2**30}
    )
    cpu = SimpleNamespace(platform="cpu", device_kind="cpu", memory_stats=lambda: None)
    fake = SimpleNamespace(local_devices=lambda: [cpu, gpu, tpu])
    monkeypatch.setitem(sys.modules, "jax", fake)
    assert device.jax_accelerators() == [
        Accelerator("gpu", "H100"),
        Accelerator("tpu", "TPU v4", 32.0),
    ]


def test_torch_devices(monkeypatch):
    properties = SimpleNamespace(name="Tesla T4", total_memory=15 * 2**30)
    cuda = SimpleNamespace(
        is_available=lambda: True,
        device_count=lambda: 1,
        get_device_properties=lambda index: properties,
    )
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    assert device.torch_accelerators() == [T4]


def test_tensorflow_devices(monkeypatch):
    config = SimpleNamespace(
        list_physical_devices=lambda kind: ["gpu:0"] if kind == "GPU" else [],
        experimental=SimpleNamespace(get_device_details=lambda gpu: {"device_name": "Tesla T4"}),
    )
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(config=config))
    assert device.tensorflow_accelerators() == [Accelerator("gpu", "Tesla T4")]


def test_driver_answer_is_read(monkeypatch):
    answer = SimpleNamespace(stdout="Tesla T4, 15360\nNVIDIA GH200, 96GB, [N/A]\n")
    monkeypatch.setattr(device.subprocess, "run", lambda *_, **__: answer)
    assert device.system_gpus() == [T4, Accelerator("gpu", "NVIDIA GH200, 96GB")]


def test_no_driver_is_no_error(monkeypatch, tmp_path):
    def missing(*_, **__):
        raise FileNotFoundError("nvidia-smi")

    monkeypatch.setattr(device.subprocess, "run", missing)
    monkeypatch.setattr(device, "Path", lambda _: tmp_path)
    assert device.system_gpus() == []
    (tmp_path / "0000:00:04.0").mkdir()
    assert device.system_gpus() == [Accelerator("gpu", "")], "a driver without nvidia-smi"


def test_importing_device_loads_no_framework():
    code = (
        "import sys, dlcourse_utils.device\n"
        "print([m for m in ('keras', 'tensorflow', 'jax', 'torch', 'numpy') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
