"""Train one network on several machines: Keras on JAX.

On each machine, with the address of the first, how many there are, and
which one this is:

    KERAS_BACKEND=jax python train_with_jax.py 10.0.0.1:12345 4 0
"""

import sys

import keras
import numpy as np

address, machines, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

# Before any other use of JAX: the machines wait for each other here
# (jax.distributed.initialize).
keras.distribution.initialize(address, machines, number)
parallel = keras.distribution.DataParallel(
    devices=keras.distribution.list_devices(),  # those of all machines
    auto_shard_dataset=False,  # each machine brings its own share of every batch
)
keras.distribution.set_distribution(parallel)

keras.utils.set_random_seed(0)  # the same weights at the start
layers = [keras.layers.Dense(64, "tanh"), keras.layers.Dense(1)]
model = keras.Sequential([keras.layers.Input((20,)), *layers])
model.compile(keras.optimizers.SGD(0.05), loss="mse")

x = np.random.default_rng(1).normal(size=(1024, 20)).astype("float32")
y = x[:, :1] * x[:, 1:2]
# A batch of 64 is 64 / machines examples here and as many on each of the others.
share = 64 // machines
mine = np.arange(len(x)) // share % machines == number
model.fit(x[mine], y[mine], batch_size=share, epochs=2, shuffle=False, verbose=0)

weights = np.concatenate([w.ravel() for w in model.get_weights()])
np.save(f"weights-{number}.npy", weights)
print(f"machine {number} of {machines}: done")
