"""Chapter 11 names photographs where ImageNet's weights are at hand: here with made-up weights.

The chapter's own cells run in a process of their own, since Keras takes its folder from KERAS_HOME
when it is imported.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dlcourse_utils.data import imagenet

ROOT = Path(__file__).parents[2]
CHAPTER = ROOT / "chapters" / "11-transfer-learning.ipynb"
CELLS = ("fetch-mobilenet", "classify", "name-photos", "photo-features")

# Random weights and class names of our own making, put where Keras looks. Keras knows the hash of
# the true class names, so it is handed ours as if it had read them.
PREPARE = """
import json, os, sys
import matplotlib; matplotlib.use("agg")
import h5py, keras, matplotlib.pyplot as plt, numpy as np
import dlcourse_utils as dl
from keras.src.applications import imagenet_utils
from keras.src.legacy.saving import legacy_h5_format

folder = os.path.join(os.environ["KERAS_HOME"], "models")
os.makedirs(folder)
weights, names = json.loads(sys.argv[1])
keras.utils.set_random_seed(0)
made = keras.applications.MobileNetV2(weights=None)
with h5py.File(os.path.join(folder, weights), "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, made)  # the form of the true file
imagenet_utils.CLASS_INDEX = {str(n): [f"n{n}", f"class_{n}"] for n in range(1000)}
with open(os.path.join(folder, names), "w") as file:
    json.dump(imagenet_utils.CLASS_INDEX, file)
"""

CHECK = """
same = zip(made.get_weights(), photo_network.get_weights())
assert all(np.array_equal(one, other) for one, other in same), "these are not the weights made here"
crop = photos["flower"][:, 106:533]  # the middle: Keras drops the odd column at the end
for name, photo in photos.items():
    answers = classify(photo)
    shares = [share for _, share in answers]
    assert len(answers) == 3 and shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1.0001
x = keras.ops.image.resize(crop.astype("float32"), (224, 224)) / 127.5 - 1
expected = made.predict(keras.ops.convert_to_numpy(x)[np.newaxis], verbose=0)[0]
got = dict(classify(photos["flower"]))
assert max(abs(got[f"class_{n}"] - expected[n]) for n in expected.argsort()[-1:]) < 1e-3
titles = [ax.get_title() for ax in axes]
assert all(title.startswith("class_") and title.endswith("%") for title in titles), titles
assert "yours" in photos
print("done")
"""


@pytest.fixture
def cells():
    notebook = nbformat.read(CHAPTER, as_version=4)
    return {cell.id: cell.source for cell in notebook.cells}


def run(code: str, folder: Path) -> str:
    environment = {**os.environ, "KERAS_HOME": str(folder / "keras"), "PYTHONPATH": str(ROOT)}
    environment.pop("DLCOURSE_DATA", None)
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(list(imagenet.FILES))],
        capture_output=True, text=True, env=environment, timeout=300, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_photographs_are_named_where_the_weights_are_at_hand(cells, tmp_path):
    import matplotlib.image
    from sklearn.datasets import load_sample_image

    matplotlib.image.imsave(tmp_path / "mine.png", load_sample_image("china.jpg")[::4, ::4])
    asked = cells["fetch-mobilenet"]
    own = asked.replace("own_picture = None", 'own_picture = "mine.png"')
    assert own != asked
    code = "\n".join([PREPARE, own, *(cells[name] for name in CELLS[1:]), CHECK])
    printed = run(code, tmp_path).splitlines()
    assert printed[-1] == "done"
    named = [line for line in printed if line.startswith(("temple, ", "flower, ", "yours, "))]
    assert len(named) == 3 and all(line.count("class_") == 3 for line in named)


def test_without_the_weights_one_sentence_says_so_and_the_rest_runs(cells, tmp_path):
    offline = (
        "import matplotlib; matplotlib.use('agg')\n"
        "import keras, matplotlib.pyplot as plt, numpy as np\n"
        "import dlcourse_utils as dl\n"
        "from dlcourse_utils.data import download\n"
        "def fail(*_): raise OSError('no names without network')\n"
        "download.socket.getaddrinfo = fail\n"
        "download.urllib.request.getproxies = dict\n"
    )
    printed = run("\n".join([offline, *(cells[name] for name in CELLS)]), tmp_path).splitlines()
    assert "no connection to the internet" in " ".join(printed[:-2])
    assert max(map(len, printed)) < 80, "a page cuts what is longer"
    assert printed[-2:] == [
        "1280 features from 2,257,984",
        "frozen parameters; the head trains 6,405",
    ]
