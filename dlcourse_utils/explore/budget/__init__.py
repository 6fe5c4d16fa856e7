"""Will it fit, how long, what does it cost: a training run on paper.

Where the formulas come from:

- arithmetic: a product of (n, a) by (a, b) takes 2·n·a·b operations; backward takes two such
  products for each one forward, so a training step takes three times the forward pass (Kaplan et
  al. 2020, "Scaling laws for neural language models", section 2.1; for transformers with attention
  and vocabulary as in Narayanan et al. 2021, "Efficient large-scale language model training on GPU
  clusters", appendix);
- weights, gradients and optimiser state in bytes a parameter: Rajbhandari et al. 2020, "ZeRO",
  section 3.1;
- a transformer's activations: Korthikanti et al. 2022, "Reducing activation recomputation in large
  transformer models", section 4.1, here without dropout: 16·width + heads·context numbers a token
  and layer;
- time: the roofline of Williams, Waterman and Patterson 2009.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from traitlets import Dict, Int, List, Unicode, validate

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import (
    Choice,
    Number,
    Whole,
    WrongInput,
    require,
    require_one_of,
)
from dlcourse_utils.palette import BLUE, GREY, ORANGE, VIOLET

NETWORKS = ("MLP", "CNN", "transformer")
PRECISIONS = ("float32", "TF32", "mixed 16-bit")
# Numbers that the optimiser keeps for each parameter.
OPTIMIZERS = {"SGD": 0, "SGD with momentum": 1, "Adam": 2}

# Dense peaks (not those "with sparsity") in TFLOP/s, memory in GB, bandwidth in GB/s, from the
# makers' data sheets; a precision that is not listed runs at the speed of float32. The laptop is
# worked out: 8 cores · 3 GHz · 32 float32 operations a cycle (AVX2, two multiply-adds of eight),
# two channels of DDR5-4800. A TPU multiplies in bfloat16 by default, whatever the numbers are.
DEVICES: tuple[dict[str, Any], ...] = (
    {"name": "laptop CPU", "memory": 16, "bandwidth": 76.8, "peak": {"float32": 0.768}},
    {"name": "T4", "memory": 16, "bandwidth": 320, "peak": {"float32": 8.1, "mixed 16-bit": 65}},
    {"name": "L4", "memory": 24, "bandwidth": 300,
     "peak": {"float32": 30.3, "TF32": 60, "mixed 16-bit": 121}},
    {"name": "A100 40 GB", "memory": 40, "bandwidth": 1555,
     "peak": {"float32": 19.5, "TF32": 156, "mixed 16-bit": 312}},
    {"name": "A100 80 GB SXM", "memory": 80, "bandwidth": 2039,
     "peak": {"float32": 19.5, "TF32": 156, "mixed 16-bit": 312}},
    {"name": "H100 SXM", "memory": 80, "bandwidth": 3350,
     "peak": {"float32": 67, "TF32": 494.5, "mixed 16-bit": 989.5}},
    {"name": "TPU v5e", "memory": 16, "bandwidth": 819, "peak": {"float32": 197}},
)  # fmt: skip

CLASSES, VOCABULARY, HEAD = 10, 50257, 64
LAYERS = (1, 96)
WIDTHS = tuple(sorted([2**k for k in range(5, 15)] + [3 * 2**k for k in range(4, 13)]))
SIZES = {
    "MLP": (16, 32, 64, 128, 256, 512, 784, 1024, 2048, 3072, 4096),
    "CNN": (16, 28, 32, 64, 96, 128, 224, 256, 384, 512),
    "transformer": tuple(2**k for k in range(6, 15)),
}
BATCHES = tuple(2**k for k in range(17))
STARTS = {"MLP": (3, 512, 784, 128), "CNN": (8, 64, 32, 128), "transformer": (12, 768, 1024, 16)}
MOST_EXAMPLES, MOST_EPOCHS, MOST_PRICE = 10**9, 10**4, 10**4
SHARES = (0.05, 1.0)


class Work(NamedTuple):
    """What a network is: parameters in all, the rest for one example."""

    parameters: int
    flops: int  # of the forward pass
    activations: int  # numbers kept for the backward pass
    outputs: int  # logits, always float32


class Estimate(NamedTuple):
    """A training run on paper; bytes, operations, seconds."""

    parameters: int
    weights: float
    gradients: float
    optimizer: float
    activations: float
    memory: float  # the sum of the four
    flops: float  # of a training step
    traffic: float  # bytes a step moves from and to memory
    intensity: float  # operations a byte
    peak: float  # operations a second
    bandwidth: float  # bytes a second
    bound: str  # "arithmetic" or "memory bandwidth"
    fits: bool
    step_seconds: float
    steps: int
    run_seconds: float
    cost: float


class Budget(Explorable):
    """What a training run needs: memory, time and money, before it is started.

    A lower bound where it says memory (frameworks keep some for themselves) and a guess where it
    says time: the time at the roof of the device, divided by the share of it that one reaches.

    Parameters
    ----------
    network : {"MLP", "CNN", "transformer"}
        MLP: `size` inputs, `layers` hidden layers of `width` ReLU units, 10 classes. CNN: images
        of `size` × `size` × 3, `layers` convolutions 3 × 3 of `width` filters, 2 × 2 pooling after
        every second one while the side is at least 8, global average, 10 classes. Transformer: a
        decoder like GPT-2: `size` tokens of context, 50,257 in the vocabulary, heads of 64.
    layers, width, size, batch : int, optional
        By default something usual for the network. `layers` 1 to 96; the others see `WIDTHS`,
        `SIZES` and `BATCHES`.
    precision : {"float32", "TF32", "mixed 16-bit"}
        TF32 rounds inside the multiplications only; mixed keeps activations in 16 bits and a
        float32 copy of the weights.
    optimizer : {"SGD", "SGD with momentum", "Adam"}
    device : str
        Name of one of `DEVICES` or of `own_devices`.
    examples, epochs : int
        Training examples (for the transformer: texts of `size` tokens) and passes over them.
    share : float
        Share of the roof that training reaches, 0.05 to 1; 0.3 to 0.5 is usual.
    price : float
        Per hour, in whatever currency, 0 to 10,000.
    own_devices : mapping, optional
        Name -> ``{"memory": GB, "bandwidth": GB/s, "peak": {"float32": TFLOP/s, …}}``, for example
        what was measured on this machine.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If a parameter is none of what is listed above.

    Examples
    --------
    >>> gpt2 = Budget("transformer").estimate()
    >>> gpt2.parameters, gpt2.fits, gpt2.bound
    (124439808, False, 'arithmetic')
    """

    preview_size = (7.0, 4.0)

    network = Choice(NETWORKS, "transformer", help="Kind of network.").tag(sync=True)
    layers = Whole(
        12, low=LAYERS[0], high=LAYERS[1], help="Hidden layers, convolutions or blocks."
    ).tag(sync=True)
    width = Choice(WIDTHS, 768, help="Units, filters or numbers a token.").tag(sync=True)
    size = Int(1024, help="Inputs, side of an image or tokens of context.").tag(sync=True)
    batch = Choice(BATCHES, 16, help="Examples a step.").tag(sync=True)
    precision = Choice(PRECISIONS, "float32", help="Of the arithmetic.").tag(sync=True)
    optimizer = Choice(tuple(OPTIMIZERS), "Adam", help="Decides the state kept.").tag(sync=True)
    device = Unicode("T4", help="A name out of `devices`.").tag(sync=True)
    devices = List(Dict(), help="Name, memory, bandwidth and peak of each.").tag(sync=True)
    examples = Whole(100_000, low=1, high=MOST_EXAMPLES, help="Training examples.").tag(sync=True)
    epochs = Whole(1, low=1, high=MOST_EPOCHS, help="Passes over them.").tag(sync=True)
    share = Number(0.4, low=SHARES[0], high=SHARES[1], help="Share of the roof reached.").tag(
        sync=True
    )
    price = Number(0.0, low=0, high=MOST_PRICE, help="Per hour.").tag(sync=True)

    def __init__(
        self,
        network: str = "transformer",
        *,
        layers: int | None = None,
        width: int | None = None,
        size: int | None = None,
        batch: int | None = None,
        precision: str = "float32",
        optimizer: str = "Adam",
        device: str = "T4",
        examples: int = 100_000,
        epochs: int = 1,
        share: float = 0.4,
        price: float = 0.0,
        own_devices: Mapping[str, Mapping[str, Any]] | None = None,
        caption: str | None = None,
    ) -> None:
        devices = [*DEVICES, *(_checked(*item) for item in (own_devices or {}).items())]
        names = [known["name"] for known in devices]
        wanted = f"have new names, not one of {', '.join(names[: len(DEVICES)])}"
        require(len(set(names)) == len(names), "own_devices", wanted, names[len(DEVICES) :])
        given = (layers, width, size, batch)
        layers, width, size, batch = (
            usual if value is None else value
            for value, usual in zip(given, STARTS.get(network, given), strict=True)
        )
        super().__init__(
            devices=devices,
            network=network,
            layers=layers,
            width=width,
            size=size,
            batch=batch,
            precision=precision,
            optimizer=optimizer,
            device=device,
            examples=examples,
            epochs=epochs,
            share=share,
            price=price,
            caption=caption
            or "This network, the smallest GPT-2, does not fit. Keep network and device, and find "
            "two single changes that each make it fit. Which of them also shortens the run, and "
            "where under the roof does a step stand then?",
        )

    @validate("size")
    def _has_the_network(self, proposal: Any) -> int:
        require_one_of(f"size of the {self.network}", proposal.value, SIZES[self.network])
        return proposal.value

    @validate("device")
    def _is_known(self, proposal: Any) -> str:
        require_one_of("device", proposal.value, [known["name"] for known in self.devices])
        return proposal.value

    def estimate(self) -> Estimate:
        """What the run needs as everything is set now."""
        work = count(self.network, self.layers, self.width, self.size)
        device = next(known for known in self.devices if known["name"] == self.device)
        peak = device["peak"].get(self.precision, device["peak"]["float32"]) * 1e12
        bandwidth = device["bandwidth"] * 1e9
        mixed = self.precision == PRECISIONS[2]
        number = 2 if mixed else 4  # bytes
        slots = OPTIMIZERS[self.optimizer]
        weights = work.parameters * (6 if mixed else 4)
        gradients = work.parameters * number
        state = work.parameters * 4 * slots
        activations = self.batch * (work.activations * number + work.outputs * 4)
        memory = weights + gradients + state + activations
        # Weights: read forward and backward; gradients: written and read; float32 weights and
        # state: read and written, and the 16-bit copy written anew. An activation is written, read
        # by the next layer, and read again backward, where its gradient is written and read.
        update = 4 * number + 8 * (1 + slots) + (number if mixed else 0)
        traffic = work.parameters * update + 5 * activations
        flops = 3 * work.flops * self.batch
        roof = max(flops / peak, traffic / bandwidth)
        steps = math.ceil(self.examples / self.batch) * self.epochs
        seconds = roof / self.share
        return Estimate(
            parameters=work.parameters,
            weights=weights,
            gradients=gradients,
            optimizer=state,
            activations=activations,
            memory=memory,
            flops=flops,
            traffic=traffic,
            intensity=flops / traffic,
            peak=peak,
            bandwidth=bandwidth,
            bound="arithmetic" if flops / peak >= traffic / bandwidth else "memory bandwidth",
            fits=memory <= device["memory"] * 1e9,
            step_seconds=seconds,
            steps=steps,
            run_seconds=seconds * steps,
            cost=seconds * steps / 3600 * self.price,
        )

    def draw_preview(self, figure: Any) -> None:
        axes = figure.add_subplot()
        intensity = np.logspace(-1, 4, 200)
        lines = ((BLUE, "-"), (ORANGE, "--"), (VIOLET, "-."), (GREY, ":"))
        shown = [known for known in self.devices if known["name"] != self.device][:3]
        chosen = next(known for known in self.devices if known["name"] == self.device)
        for device, (colour, line) in zip([chosen, *shown], lines, strict=False):
            peak = device["peak"].get(self.precision, device["peak"]["float32"]) * 1e12
            roof = np.minimum(peak, intensity * device["bandwidth"] * 1e9)
            axes.loglog(intensity, roof, line, color=colour, linewidth=2, label=device["name"])
        axes.set(xlabel="arithmetic intensity, FLOP a byte", ylabel="FLOP a second at most")
        axes.set_title(f"how fast a device can be, {self.precision}")
        axes.legend(frameon=False, labelcolor=GREY)


def count(network: str, layers: int, width: int, size: int) -> Work:
    """Parameters of a network, and arithmetic and activations for one example.

    Parameters
    ----------
    network : {"MLP", "CNN", "transformer"}
    layers, width, size : int
        As in `Budget`.

    Returns
    -------
    Work

    Examples
    --------
    >>> count("MLP", layers=1, width=64, size=784).parameters
    50890
    """
    if network == "transformer":
        heads = max(1, width // HEAD)
        parameters = (VOCABULARY + size + 2) * width + layers * (12 * width**2 + 13 * width)
        flops = 24 * layers * width**2 + 4 * layers * size * width + 2 * VOCABULARY * width
        kept = layers * (16 * width + heads * size) + 2 * width
        return Work(parameters, size * flops, size * kept, size * VOCABULARY)
    if network == "MLP":
        inputs, parameters, flops, kept = size, 0, 0, size
        for _ in range(layers):
            parameters += (inputs + 1) * width
            flops += 2 * inputs * width
            kept += width
            inputs = width
    else:
        side, channels, parameters, flops, kept = size, 3, 0, 0, 3 * size**2
        for layer in range(1, layers + 1):
            parameters += (9 * channels + 1) * width
            flops += 18 * channels * width * side**2
            kept += side**2 * width
            channels = width
            if layer % 2 == 0 and side >= 8:
                side //= 2
                kept += side**2 * width
        kept += width  # the averages
    parameters += (width + 1) * CLASSES
    return Work(parameters, flops + 2 * width * CLASSES, kept, CLASSES)


def _checked(name: str, device: Mapping[str, Any]) -> dict[str, Any]:
    """A reader's own device as `devices` holds it."""
    wanted = '{"memory": GB, "bandwidth": GB/s, "peak": {"float32": TFLOP/s}}'
    if set(device) != {"memory", "bandwidth", "peak"} or "float32" not in device["peak"]:
        raise WrongInput(f"own_devices[{name!r}] must be {wanted}, got {dict(device)}")
    if unknown := set(device["peak"]) - set(PRECISIONS):
        raise WrongInput(f"peak of {name!r} must be for {PRECISIONS}, got {sorted(unknown)}")
    numbers = {key: float(device[key]) for key in ("memory", "bandwidth")}
    peak = {precision: float(speed) for precision, speed in device["peak"].items()}
    if not all(0 < value < math.inf for value in (*numbers.values(), *peak.values())):
        raise WrongInput(f"own_devices[{name!r}] must hold numbers above 0, got {dict(device)}")
    return {"name": str(name), **numbers, "peak": peak}
