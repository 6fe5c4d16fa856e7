"""Kept answers to the exercises of chapter 13."""

import statistics

import numpy as np
from kept import right, wrong

# dense-flops


@right("dense-flops", "loops over examples and units")
def operation_by_operation(batch, inputs, units):
    operations = 0
    for _ in range(batch):
        for _ in range(units):
            operations += inputs + inputs
    return operations


@right("dense-flops", "NumPy's product")
def product_of_all(*sizes):
    return np.prod([2, *sizes])


@right("dense-flops", "other names")
def shifted(n, a, b):
    return n * a * b << 1


@wrong("dense-flops", "multiplications-only")
def products_only(batch, inputs, units):
    return batch * inputs * units


@wrong("dense-flops", "missing-batch")
def one_example(batch, inputs, units):
    return 2 * inputs * units


@wrong("dense-flops", "parameters-counted")
def parameters(batch, inputs, units):
    return units * (inputs + 1)


@wrong("dense-flops", "training-step")
def whole_step(batch, inputs, units):
    return 3 * 2 * batch * inputs * units


@wrong("dense-flops", "with-bias")
def bias_too(batch, inputs, units):
    return 2 * batch * inputs * units + batch * units


@wrong("dense-flops", "exact-additions")
def one_addition_less(batch, inputs, units):
    return batch * units * (inputs + inputs - 1)


@wrong("dense-flops", "not-whole")
def as_a_float(batch, inputs, units):
    return 2.0 * batch * inputs * units


# honest-time


@right("honest-time", "one loop for warm-up and measuring, the median from the standard library")
def one_loop(function, wait, clock, warmups, repeats):
    seconds = []
    for number in range(warmups + repeats):
        started = clock()
        result = function()
        wait(result)
        stopped = clock()
        if number >= warmups:
            seconds.append(stopped - started)
    return statistics.median(seconds)


@right("honest-time", "a function in the function, the median by sorting")
def sorted_by_hand(work, wait, now, skipped, counted):
    def once():
        start = now()
        wait(work())
        return now() - start

    for _ in range(skipped):
        once()
    times = sorted(once() for _ in range(counted))
    return (times[(counted - 1) // 2] + times[counted // 2]) / 2


@right("honest-time", "all times in an array, the first cut off")
def cut_off(function, wait, clock, warmups, repeats):
    stamps = [clock()]
    for _ in range(warmups + repeats):
        wait(function())
        stamps.append(clock())
    return np.float32(np.median(np.diff(stamps)[warmups:]))


@right("honest-time", "waits once for the whole warm-up, in the order of the queue")
def waits_once(function, wait, clock, warmups, repeats):
    warm = [function() for _ in range(warmups)]
    if warm:
        wait(warm[-1])
    return one_loop(function, wait, clock, 0, repeats)


@wrong("honest-time", "not-waiting")
def asks_only(function, wait, clock, warmups, repeats):
    for _ in range(warmups):
        wait(function())
    seconds = []
    for _ in range(repeats):
        started = clock()
        function()
        seconds.append(clock() - started)
    return np.median(seconds)


@wrong("honest-time", "waiting-too-late")
def waits_behind_the_clock(function, wait, clock, warmups, repeats):
    for _ in range(warmups):
        wait(function())
    seconds = []
    for _ in range(repeats):
        started = clock()
        result = function()
        seconds.append(clock() - started)
        wait(result)
    return np.median(seconds)


@wrong("honest-time", "no-warm-up")
def counts_everything(function, wait, clock, warmups, repeats):
    return one_loop(function, wait, clock, 0, repeats)


@wrong("honest-time", "warm-up-not-awaited")
def leaves_a_queue(function, wait, clock, warmups, repeats):
    for _ in range(warmups):
        function()
    return one_loop(function, wait, clock, 0, repeats)


@wrong("honest-time", "mean")
def average(function, wait, clock, warmups, repeats):
    for _ in range(warmups):
        wait(function())
    started = clock()
    for _ in range(repeats):
        wait(function())
    return (clock() - started) / repeats


@wrong("honest-time", "shortest")
def best(function, wait, clock, warmups, repeats):
    return min(one_loop(function, wait, clock, warmups if i == 0 else 0, 1) for i in range(repeats))


@wrong("honest-time", "every-second")
def a_list(function, wait, clock, warmups, repeats):
    for _ in range(warmups):
        wait(function())
    return [one_loop(function, wait, clock, 0, 1) for _ in range(repeats)]


@wrong("honest-time", "wrong-type")
def a_list_and_its_median(function, wait, clock, warmups, repeats):
    seconds = a_list(function, wait, clock, warmups, repeats)
    return seconds, np.median(seconds)


@wrong("honest-time", "unsorted-median")
def middle_of_the_row(function, wait, clock, warmups, repeats):
    return a_list(function, wait, clock, warmups, repeats)[repeats // 2]


@wrong("honest-time", "upper-median")
def no_middle(function, wait, clock, warmups, repeats):
    return sorted(a_list(function, wait, clock, warmups, repeats))[repeats // 2]


@wrong("honest-time", "lower-median")
def lower_of_two(function, wait, clock, warmups, repeats):
    return statistics.median_low(a_list(function, wait, clock, warmups, repeats))


@wrong("honest-time", "warm-ups-dropped-twice")
def warm_ups_left_out_again(function, wait, clock, warmups, repeats):
    for _ in range(warmups):
        wait(function())
    seconds = []
    for _ in range(repeats):
        started = clock()
        wait(function())
        seconds.append(clock() - started)
    return np.median(seconds[warmups:])


@wrong("honest-time", None)
def starts_the_clock_too_late(function, wait, clock, warmups, repeats):
    for _ in range(warmups):
        wait(function())
    seconds = []
    for _ in range(repeats):
        result = function()
        started = clock()
        wait(result)
        seconds.append(clock() - started)
    return np.median(seconds)


@wrong("honest-time", "waits-for-something-else")
def waits_for_the_function(function, wait, clock, warmups, repeats):
    for _ in range(warmups):
        wait(function())
    seconds = []
    for _ in range(repeats):
        started = clock()
        function()
        wait(function)
        seconds.append(clock() - started)
    return np.median(seconds)


@wrong("honest-time", "wrong-number-of-calls")
def one_call_too_many(function, wait, clock, warmups, repeats):
    wait(function())
    return one_loop(function, wait, clock, warmups, repeats)


@wrong("honest-time", None)
def a_constant(function, wait, clock, warmups, repeats):
    for _ in range(warmups + repeats):
        wait(function())
    return 2.0


# roofline-time


@wrong("roofline-time", "decimals-cut")
def whole_seconds(flops, bytes_moved, peak, bandwidth):
    return max(flops // peak, bytes_moved // bandwidth)


@right("roofline-time", "by the roof's height")
def by_the_rate(flops, bytes_moved, peak, bandwidth):
    return flops / min(peak, flops / bytes_moved * bandwidth)


@right("roofline-time", "by the ridge")
def by_the_ridge(flops, moved, peak, bandwidth):
    if flops / moved > peak / bandwidth:
        return flops / peak
    return moved / bandwidth


@right("roofline-time", "an array of both")
def larger_of_an_array(flops, bytes_moved, peak, bandwidth):
    return np.max(np.array([flops, bytes_moved]) / np.array([peak, bandwidth]))


@wrong("roofline-time", "added")
def one_after_the_other(flops, bytes_moved, peak, bandwidth):
    return flops / peak + bytes_moved / bandwidth


@wrong("roofline-time", "shorter")
def faster_part(flops, bytes_moved, peak, bandwidth):
    return min(flops / peak, bytes_moved / bandwidth)


@wrong("roofline-time", "arithmetic-only")
def no_memory(flops, bytes_moved, peak, bandwidth):
    return flops / peak


@wrong("roofline-time", "memory-only")
def no_arithmetic(flops, bytes_moved, peak, bandwidth):
    return bytes_moved / bandwidth


@wrong("roofline-time", "rate-not-time")
def height_of_the_roof(flops, bytes_moved, peak, bandwidth):
    return min(peak, flops / bytes_moved * bandwidth)


@wrong("roofline-time", None)
def rates_swapped(flops, bytes_moved, peak, bandwidth):
    return max(flops / bandwidth, bytes_moved / peak)


# training-bytes


@right("training-bytes", "part by part")
def part_by_part(parameters, state, activations, batch):
    weights = gradients = 4 * parameters
    optimizer = weights * state
    total = weights + gradients + optimizer
    for _ in range(batch):
        total += 4 * activations
    return total


@right("training-bytes", "sizes of types, NumPy integers")
def by_type(n, s, a, b):
    return np.dtype("float32").itemsize * np.int64(n * (2 + s) + a * b)


@right("training-bytes", "bits divided by eight")
def in_bits(parameters, state, activations, batch):
    return 32 * (parameters * state + 2 * parameters + activations * batch) // 8


@wrong("training-bytes", "numbers-not-bytes")
def numbers(parameters, state, activations, batch):
    return parameters * (2 + state) + batch * activations


@wrong("training-bytes", "missing-gradients")
def no_gradients(parameters, state, activations, batch):
    return 4 * (parameters * (1 + state) + batch * activations)


@wrong("training-bytes", "missing-state")
def forgetful_optimizer(parameters, state, activations, batch):
    return 4 * (2 * parameters + batch * activations)


@wrong("training-bytes", "everything-times-batch")
def a_network_for_each_example(parameters, state, activations, batch):
    return 4 * batch * (parameters * (2 + state) + activations)


@wrong("training-bytes", "activations-of-one-example")
def one_example_kept(parameters, state, activations, batch):
    return 4 * (parameters * (2 + state) + activations)


@wrong("training-bytes", "state-once")
def one_state_for_all(parameters, state, activations, batch):
    return 4 * (2 * parameters + state + batch * activations)


# speed-up


@right("speed-up", "one fraction")
def one_fraction(parallel_share, devices):
    return devices / (devices - devices * parallel_share + parallel_share)


@right("speed-up", "a hundred seconds, before and after")
def hundred_seconds(p, n):
    before = 100.0
    after = before * (1 - p) + before * p / n
    return np.float64(before / after)


@right("speed-up", "other names and a power")
def power(share, count):
    return (1 - share + share / count) ** -1


@right("speed-up", "the weighted harmonic mean of the standard library")
def harmonic_mean(share, count):
    return statistics.harmonic_mean([1, count], [1 - share, share])


@wrong("speed-up", "time-not-speed")
def time_left(parallel_share, devices):
    return 1 - parallel_share + parallel_share / devices


@wrong("speed-up", "everything-divided")
def as_many_times(parallel_share, devices):
    return devices


@wrong("speed-up", "share-of-devices")
def some_of_the_devices(parallel_share, devices):
    return parallel_share * devices


@wrong("speed-up", "mixed-speeds")
def average_speed(parallel_share, devices):
    return 1 - parallel_share + parallel_share * devices


@wrong("speed-up", "shares-swapped")
def other_share(parallel_share, devices):
    return 1 / (parallel_share + (1 - parallel_share) / devices)


@wrong("speed-up", "efficiency")
def per_device(parallel_share, devices):
    return one_fraction(parallel_share, devices) / devices


# training-plan


@right("training-plan", "wide and shallow")
def wide():
    return dict(layers=12, width=1024, batch=4, precision="mixed 16-bit", optimizer="Adam")


@right("training-plan", "deep and narrow, NumPy integers, no state")
def deep():
    return {
        "layers": np.int64(24),
        "width": 768,
        "batch": 8,
        "precision": "mixed 16-bit",
        "optimizer": "SGD",
    }


@right("training-plan", "defaults where they do")
def with_defaults():
    return {"layers": 16, "width": 1024, "batch": 4, "precision": "mixed 16-bit"}


@wrong("training-plan", "too-small")
def the_start():
    return {}


@wrong("training-plan", "slow-precision")
def in_float32():
    return {"layers": 12, "width": 1024, "batch": 4, "precision": "float32"}


@wrong("training-plan", "activations-do-not-fit")
def large_batch():
    return {"layers": 12, "width": 1024, "batch": 64, "precision": "mixed 16-bit"}


@wrong("training-plan", "parameters-do-not-fit")
def large_network():
    return {"layers": 48, "width": 1536, "batch": 1, "precision": "mixed 16-bit"}


@wrong("training-plan", "bound-by-memory")
def one_at_a_time():
    return {"layers": 12, "width": 1024, "batch": 1, "precision": "mixed 16-bit"}


@wrong("training-plan", "too-large")
def two_hours_and_a_half():
    return {"layers": 24, "width": 1024, "batch": 4, "precision": "mixed 16-bit"}


@wrong("training-plan", "other-settings")
def better_device():
    return {"layers": 24, "width": 1024, "device": "H100 SXM"}


@wrong("training-plan", "refused")
def odd_width():
    return {"layers": 12, "width": 1000, "batch": 4, "precision": "mixed 16-bit"}


@wrong("training-plan", "not-a-dictionary")
def a_tuple():
    return 12, 1024, 4, "mixed 16-bit"
