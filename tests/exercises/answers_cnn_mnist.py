"""Kept answers to the exercises of chapter 6 that need no Keras."""

import math

import numpy as np
from kept import right, wrong

# output-size


@right("output-size", "counts the places")
def counts_places(size, kernel, stride=1, padding=0):
    return len(range(-padding, size + padding - kernel + 1, stride))


@right("output-size", "floor, as an int")
def with_floor(n, k, s=1, p=0):
    return int(math.floor((n - k + 2 * p) / s + 1))


@right("output-size", "divmod and NumPy")
def with_numpy(size, kernel, stride=1, padding=0):
    return np.int64(1) + divmod(size + 2 * padding - kernel, stride)[0]


@wrong("output-size", "off-by-one")
def without_start(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) // stride


@wrong("output-size", "not-rounded-down")
def fraction(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) / stride + 1


@wrong("output-size", "rounded-up")
def ceiling(size, kernel, stride=1, padding=0):
    return math.ceil((size + 2 * padding - kernel) / stride) + 1


@wrong("output-size", "rounded-to-nearest")
def rounded(size, kernel, stride=1, padding=0):
    return round((size + 2 * padding - kernel) / stride) + 1


@wrong("output-size", "one-sided-padding")
def pads_one_side(size, kernel, stride=1, padding=0):
    return (size + padding - kernel) // stride + 1


@wrong("output-size", "missing-padding")
def padding_ignored(size, kernel, stride=1, padding=0):
    return (size - kernel) // stride + 1


@wrong("output-size", "missing-stride")
def stride_ignored(size, kernel, stride=1, padding=0):
    return size + 2 * padding - kernel + 1


@wrong("output-size", "divided-too-early")
def brackets_forgotten(size, kernel, stride=1, padding=0):
    return (size + 2 * padding) // stride - kernel + 1


@wrong("output-size", "one-inside-division")
def one_divided_too(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel + 1) // stride


@wrong("output-size", "not-whole")
def floor_as_float(size, kernel, stride=1, padding=0):
    return np.floor((size + 2 * padding - kernel) / stride) + 1


@wrong("output-size", "constant")
def visible_size(size, kernel, stride=1, padding=0):
    return 12


@wrong("output-size", "wrong-arguments")
def defaults_lost(size, kernel):
    return size - kernel + 1


@wrong("output-size", "missing-defaults")
def defaults_missing(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


# convolve


@right("convolve", "four loops and lists")
def four_loops(image, kernel):
    rows = []
    for i in range(len(image) - len(kernel) + 1):
        row = []
        for j in range(len(image[0]) - len(kernel[0]) + 1):
            total = 0.0
            for a in range(len(kernel)):
                for c in range(len(kernel[0])):
                    total += (
                        float(image[i][j + c] if a == 0 else image[i + a][j + c]) * kernel[a][c]
                    )
            row.append(total)
        rows.append(row)
    return rows


@right("convolve", "sums of shifted images")
def shifted(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    output = 0
    for (a, c), weight in np.ndenumerate(kernel):
        output = output + weight * image[a : a + rows, c : c + columns]
    return output


@right("convolve", "windows and tensordot, float32")
def tensordot(image, kernel):
    view = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.tensordot(view, kernel).astype("float32")


@right("convolve", "a kernel flipped twice")
def flipped_twice(x, k):
    k = np.flip(k)
    out = np.empty((x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1))
    for i, j in np.ndindex(out.shape):
        out[i, j] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * np.flip(k))
    return out


@wrong("convolve", "flipped-kernel")
def true_convolution(image, kernel):
    return shifted(image, kernel[::-1, ::-1])


@wrong("convolve", "flipped-kernel")
def from_scipy(image, kernel):
    from scipy.signal import convolve2d

    return convolve2d(image, kernel, mode="valid")


@wrong("convolve", "library-call")
def right_from_scipy(image, kernel):
    from scipy.signal import correlate2d

    return correlate2d(image, kernel, mode="valid")


@wrong("convolve", "padded-output")
def same_size(image, kernel):
    kh, kw = kernel.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.pad(image, ((top, kh - 1 - top), (left, kw - 1 - left)))
    return shifted(padded, kernel)


@wrong("convolve", "off-by-one")
def one_window_too_few(image, kernel):
    kh, kw = kernel.shape
    height, width = image.shape[0] - kh, image.shape[1] - kw
    output = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            output[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return output


@wrong("convolve", "averaged")
def mean_of_products(image, kernel):
    return shifted(image, kernel) / kernel.size


@wrong("convolve", "transposed-kernel")
def kernel_transposed(image, kernel):
    return shifted(image, kernel.T)


@wrong("convolve", "whole-number-output")
def image_type_kept(image, kernel):
    output = np.zeros_like(image, shape=np.array(image.shape) - kernel.shape + 1)
    output[...] = shifted(image, kernel)
    return output


@wrong("convolve", "ignored-kernel")
def window_sums(image, kernel):
    return shifted(image, np.ones_like(kernel))


@wrong("convolve", "swapped-sizes")
def rows_and_columns_swapped(image, kernel):
    kw, kh = kernel.shape
    output = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    for i, j in np.ndindex(output.shape):
        output[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return output


@wrong("convolve", "matrix-product")
def windows_times_matrix(image, kernel):
    kh, kw = kernel.shape
    output = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    for i, j in np.ndindex(output.shape):
        output[i, j] = (image[i : i + kh, j : j + kw] @ kernel).sum()
    return output


@wrong("convolve", "assumes-square")
def height_for_both(image, kernel):
    size = len(kernel)
    height, width = image.shape[0] - size + 1, image.shape[1] - size + 1
    return np.array(
        [
            [(image[i : i + size, j : j + size] * kernel).sum() for j in range(width)]
            for i in range(height)
        ]
    )


@wrong("convolve", "fixed-size")
def always_three(image, kernel):
    output = np.zeros((image.shape[0] - 2, image.shape[1] - 2))
    for i, j in np.ndindex(output.shape):
        output[i, j] = (image[i : i + 3, j : j + 3] * kernel).sum()
    return output


@wrong("convolve", "all-zeros")
def never_filled(image, kernel):
    return np.zeros(np.array(image.shape) - kernel.shape + 1)


@wrong("convolve", "constant")
def visible_map(image, kernel):
    return np.array([[-1, -1], [-1, -1]])


# edge-kernel


@right("edge-kernel", "Sobel, a list", make=True)
def sobel():
    return [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]


@right("edge-kernel", "thirds, float32", make=True)
def thirds():
    return np.array([[-1 / 3] * 3, [0] * 3, [1 / 3] * 3], dtype="float32")


@right("edge-kernel", "one column only", make=True)
def thin():
    return np.array([[0, 0, 0], [0, -1, 0], [0, 1, 0]])


@right("edge-kernel", "large numbers, uneven columns", make=True)
def uneven():
    return [[-100, -200, -50], [-50, 0, 0], [150, 200, 50]]


@wrong("edge-kernel", "vertical-edge", make=True)
def vertical():
    return np.array([[-1, 0, 1]] * 3)


@wrong("edge-kernel", "upside-down", make=True)
def upside_down():
    return np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])


@wrong("edge-kernel", "vertical-edge", make=True)
def laplace():
    return [[0, 1, 0], [1, -4, 1], [0, 1, 0]]


@wrong("edge-kernel", "flat-area", make=True)
def no_negative_half():
    return np.array([[0, 0, 0], [0, 0, 0], [1, 1, 1]])


@wrong("edge-kernel", "flat-area", make=True)
def the_edge_itself():
    return [[0, 0, 0], [1, 1, 1], [1, 1, 1]]


@wrong("edge-kernel", "vertical-edge", make=True)
def diagonal():
    return [[-1, -1, 0], [-1, 0, 1], [0, 1, 1]]


@wrong("edge-kernel", "weak", make=True)
def checked():
    return [[-1, 1, 0], [2, -2, 0], [-1, 1, 0]]


@wrong("edge-kernel", "finds-lines", make=True)
def answers_to_both_sides():
    return [[1, 1, 1], [-3, -3, -3], [2, 2, 2]]


@wrong("edge-kernel", "finds-lines", make=True)
def answers_to_the_far_side():
    return [[-2, -2, -2], [3, 3, 3], [-1, -1, -1]]


@wrong("edge-kernel", "finds-lines", make=True)
def line():
    return [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]]


@wrong("edge-kernel", "constant", make=True)
def zeros():
    return np.zeros((3, 3))


@wrong("edge-kernel", "wrong-shape", make=True)
def one_column():
    return np.array([-1, 0, 1])


@wrong("edge-kernel", "wrong-type", make=True)
def a_function_instead():
    return sobel


# max-pool


@right("max-pool", "loops and lists")
def pool_loops(image, size=2):
    return [
        [
            max(image[i + a][j + c] for a in range(size) for c in range(size))
            for j in range(0, len(image[0]) - size + 1, size)
        ]
        for i in range(0, len(image) - size + 1, size)
    ]


@right("max-pool", "every size-th window")
def pool_windows(image, size=2):
    view = np.lib.stride_tricks.sliding_window_view(image, (size, size))
    return view[::size, ::size].max(axis=(-1, -2))


@right("max-pool", "starts from minus infinity")
def pool_infinity(image, size=2):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    output = np.full((rows, columns), -np.inf)
    for a in range(size):
        for c in range(size):
            part = image[a : rows * size : size, c : columns * size : size]
            output = np.maximum(output, part)
    return output


@wrong("convolve", "last-unfilled")
def loops_end_too_early(image, kernel):
    height, width = kernel.shape
    output = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
    for i in range(image.shape[0] - height):
        for j in range(image.shape[1] - width):
            output[i, j] = np.sum(image[i : i + height, j : j + width] * kernel)
    return output


@wrong("max-pool", "average-for-maximum")
def pool_average(image, size=2):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    kept = image[: rows * size, : columns * size]
    return kept.reshape(rows, size, columns, size).mean(axis=(1, 3))


@wrong("max-pool", "overlapping-windows")
def pool_overlapping(image, size=2):
    view = np.lib.stride_tricks.sliding_window_view(image, (size, size))
    return view.max(axis=(-1, -2))


@wrong("max-pool", "kept-partial-windows")
def pool_partial(image, size=2):
    rows, columns = -(-image.shape[0] // size), -(-image.shape[1] // size)
    output = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        output[i, j] = image[i * size : (i + 1) * size, j * size : (j + 1) * size].max()
    return output


@wrong("max-pool", "negative-numbers-lost")
def pool_from_zero(image, size=2):
    output = np.zeros((image.shape[0] // size, image.shape[1] // size))
    for i, j in np.ndindex(output.shape):
        for a in range(size):
            for c in range(size):
                output[i, j] = max(output[i, j], image[i * size + a, j * size + c])
    return output


@wrong("max-pool", "ignored-size")
def pool_always_two(image, size=2):
    return pool_windows(image, 2)


@wrong("max-pool", "whole-number-output")
def pool_to_int(image, size=2):
    output = np.zeros((image.shape[0] // size, image.shape[1] // size), dtype=int)
    output[:] = pool_windows(image, size)
    return output


@wrong("max-pool", "one-maximum")
def pool_everything(image, size=2):
    return np.max(image)


@wrong("max-pool", "minimum-for-maximum")
def pool_minimum(image, size=2):
    return -pool_windows(-image, size)


@wrong("max-pool", "subsampled")
def pool_slicing(image, size=2):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return image[::size, ::size][:rows, :columns]


@wrong("max-pool", "raised")
def pool_reshape_only(image, size=2):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return image.reshape(rows, size, columns, size).max(axis=(1, 3))


@wrong("max-pool", "constant")
def visible_pool(image, size=2):
    return [[4]]


@wrong("max-pool", "reshaped-only")
def pool_wrong_axes(image, size=2):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    kept = image[: rows * size, : columns * size]
    return kept.reshape(rows, columns, size, size).max(axis=(2, 3))


# conv-parameters


@right("conv-parameters", "a sum over filters")
def parameters_loop(kernel, channels_in, filters):
    total = 0
    for _ in range(filters):
        total += kernel * kernel * channels_in
        total += 1
    return total


@right("conv-parameters", "sizes of arrays")
def parameters_arrays(kernel, channels_in, filters):
    weights = np.zeros((kernel, kernel, channels_in, filters))
    return weights.size + np.zeros(filters).size


@right("conv-parameters", "NumPy's product")
def parameters_prod(k, c, f):
    return np.prod([k, k, c, f]) + f


@wrong("conv-parameters", "missing-bias")
def conv_weights_only(kernel, channels_in, filters):
    return kernel * kernel * channels_in * filters


@wrong("conv-parameters", "bias-per-layer")
def conv_one_bias(kernel, channels_in, filters):
    return kernel * kernel * channels_in * filters + 1


@wrong("conv-parameters", "missing-channels")
def conv_no_channels(kernel, channels_in, filters):
    return (kernel**2 + 1) * filters


@wrong("conv-parameters", "bias-per-channel")
def conv_bias_inside(kernel, channels_in, filters):
    return (kernel * kernel + 1) * channels_in * filters


@wrong("conv-parameters", "kernel-not-squared")
def conv_kernel_once(kernel, channels_in, filters):
    return (kernel * channels_in + 1) * filters


@wrong("conv-parameters", "missing-filters")
def conv_one_filter(kernel, channels_in, filters):
    return kernel * kernel * channels_in + 1


@wrong("conv-parameters", "constant")
def visible_parameters(kernel, channels_in, filters):
    return 320


@wrong("conv-parameters", None)
def conv_power_of_kernel(kernel, channels_in, filters):
    return (2**kernel * channels_in + 1) * filters


# receptive-field


@right("receptive-field", "backwards")
def field_backwards(layers):
    field = 1
    for kernel, stride in reversed(layers):
        field = (field - 1) * stride + kernel
    return field


@right("receptive-field", "with products")
def field_products(layers):
    strides = np.cumprod([1] + [stride for _, stride in layers])[:-1]
    return 1 + np.sum((np.array([kernel for kernel, _ in layers]) - 1) * strides)


@right("receptive-field", "follows the outermost pixels")
def field_by_span(layers):
    left = right = 0
    for kernel, stride in layers[::-1]:
        left = left * stride
        right = right * stride + kernel - 1
    return right - left + 1


@wrong("receptive-field", "ignored-strides")
def field_no_strides(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@wrong("receptive-field", "stride-too-early")
def field_stride_first(layers):
    field, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        field += (kernel - 1) * jump
    return field


@wrong("receptive-field", "reversed-layers")
def field_forwards(layers):
    field = 1
    for kernel, stride in layers:
        field = (field - 1) * stride + kernel
    return field


@wrong("receptive-field", "off-by-one")
def field_from_zero(layers):
    field, jump = 0, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field


@wrong("receptive-field", "added-kernels")
def field_sum(layers):
    return sum(kernel for kernel, _ in layers)


@wrong("receptive-field", "multiplied-kernels")
def field_product(layers):
    product = 1
    for kernel, _ in layers:
        product *= kernel
    return product


@wrong("receptive-field", "kernel-minus-one")
def field_whole_kernels(layers):
    field, jump = 1, 1
    for kernel, stride in layers:
        field += kernel * jump
        jump *= stride
    return field


@wrong("receptive-field", "last-stride-only")
def field_last_stride(layers):
    field, before = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * before
        before = stride
    return field


@wrong("receptive-field", "constant")
def visible_field(layers):
    return 5


def conv(patch, kernel):
    return (patch * kernel).sum()


@right("convolve", "a helper of one's own with a library's name")
def with_own_helper(image, kernel):
    kh, kw = kernel.shape
    rows, columns = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    return [
        [conv(image[i : i + kh, j : j + kw], kernel) for j in range(columns)] for i in range(rows)
    ]


@right("max-pool", "calls itself")
def max_pool(image, size=2):
    if len(image) < size:
        return np.zeros((0, image.shape[1] // size))
    columns = range(image.shape[1] // size)
    first = [image[:size, j * size : (j + 1) * size].max() for j in columns]
    return np.vstack([[first], max_pool(image[size:], size)])


@wrong("convolve", "library-call")
def any_dimension(image, kernel):
    from scipy import signal

    return signal.correlate(image, kernel, "valid")


@wrong("convolve", "library-call")
def flipped_for_scipy(image, kernel):
    from scipy import signal

    return signal.convolve(image, kernel[::-1, ::-1], "valid")


@wrong("receptive-field", None)
def pixels_seen(layers):
    seen = {0}
    for kernel, stride in reversed(layers):
        seen = {position * stride + offset for position in seen for offset in range(kernel)}
    return len(seen)


@wrong("receptive-field", None)
def skips_pointwise(layers):
    view, distance = 1, 1
    for kernel, stride in layers:
        if kernel > 1:
            view += (kernel - 1) * distance
            distance *= stride
    return view
