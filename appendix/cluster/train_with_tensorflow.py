"""Train one network on several machines: TensorFlow's MultiWorkerMirroredStrategy.

On each machine; TF_CONFIG says where all machines are and which one this is:

    export TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:12345", "10.0.0.2:12345"]},
                       "task": {"type": "worker", "index": 0}}'
    python train_with_tensorflow.py
"""

import tensorflow as tf

# Before any other use of TensorFlow: the machines wait for each other here.
strategy = tf.distribute.MultiWorkerMirroredStrategy()
machines = strategy.num_replicas_in_sync  # with one device each
number = strategy.cluster_resolver.task_id

import keras  # noqa: E402
import numpy as np  # noqa: E402

keras.utils.set_random_seed(0)  # the same weights at the start
with strategy.scope():
    layers = [keras.layers.Dense(64, "tanh"), keras.layers.Dense(1)]
    model = keras.Sequential([keras.layers.Input((20,)), *layers])

x = np.random.default_rng(1).normal(size=(1024, 20)).astype("float32")
y = x[:, :1] * x[:, 1:2]
# A batch of 64 is 64 / machines examples here and as many on each of the others.
share = 64 // machines
mine = np.arange(len(x)) // share % machines == number


def step(x, y):
    weights = [variable.value for variable in model.trainable_variables]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    gradients = tape.gradient(loss, weights)
    # The one line in which the machines talk to each other.
    together = tf.distribute.get_replica_context().all_reduce("MEAN", gradients)
    for weight, gradient in zip(weights, together, strict=True):
        weight.assign_sub(0.05 * gradient)


@tf.function
def on_every_machine(x, y):
    strategy.run(step, args=(x, y))


data = tf.data.Dataset.from_tensor_slices((x[mine], y[mine])).batch(share)
for _ in range(2):
    for x_batch, y_batch in data:
        on_every_machine(x_batch, y_batch)

weights = np.concatenate([w.ravel() for w in model.get_weights()])
np.save(f"weights-{number}.npy", weights)
print(f"machine {number} of {machines}: done")
