"""Data come from the first of five places that has them whole; each trouble is one sentence."""

import dataclasses
import errno
import functools
import hashlib
import http.server
import io
import os
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest

from dlcourse_authoring import mnist_network
from dlcourse_utils import data
from dlcourse_utils.cli import main
from dlcourse_utils.data import (
    course_files,
    download,
    imagenet,
    mnist,
    movie_reviews,
    registry,
    shakespeare,
    sources,
)

SMALL = {
    "x_train": np.arange(6 * 28 * 28, dtype="uint32").astype("uint8").reshape(6, 28, 28),
    "y_train": np.arange(6, dtype="uint8"),
    "x_test": np.ones((2, 28, 28), dtype="uint8"),
    "y_test": np.arange(2, dtype="uint8"),
}


@pytest.fixture
def packed(tmp_path) -> Path:
    """A small data set in the form of mnist.npz."""
    path = tmp_path / "original" / "mnist.npz"
    path.parent.mkdir()
    np.savez(path, **SMALL)
    return path


@pytest.fixture
def server(packed):
    """The official address of the small data set, on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=packed.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/mnist.npz"
        running.shutdown()


@pytest.fixture
def small_mnist(monkeypatch, packed, server, bare_machine):
    """`load_mnist` of a bare machine whose MNIST is the small data set, served at `server`."""
    stand_in = dataclasses.replace(
        mnist.MNIST,
        url=server,
        file_sha256=hashlib.sha256(packed.read_bytes()).hexdigest(),
        content_sha256=registry.hash_arrays(SMALL),
    )
    monkeypatch.setattr(mnist, "MNIST", stand_in)
    return stand_in


@pytest.fixture
def offline(monkeypatch):
    """No name can be resolved, as on a machine without network."""

    def fail(*_):
        raise OSError("name resolution failed")

    monkeypatch.setattr(download.socket, "getaddrinfo", fail)


def is_small(loaded) -> bool:
    (x_train, y_train), (x_test, y_test) = loaded
    arrays = (x_train, y_train, x_test, y_test)
    return all(map(np.array_equal, arrays, SMALL.values()))


def files_under(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


# --- the places ------------------------------------------------------------------------------


def test_real_mnist_is_recognised():
    folder = sources.data_folder()
    if folder is None or not (folder / "mnist.npz").is_file():
        pytest.skip("needs mnist.npz in the folder in DLCOURSE_DATA")
    (x_train, y_train), (x_test, y_test) = data.load_mnist()
    assert x_train.shape == (60_000, 28, 28) and x_test.shape == (10_000, 28, 28)
    assert x_train.dtype == y_train.dtype == np.uint8
    assert y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert not data.is_default("mnist")


def test_the_classroom_folder_comes_first(small_mnist, packed, bare_machine, monkeypatch, capsys):
    (bare_machine / "datasets").mkdir(parents=True)
    (bare_machine / "datasets" / "mnist.npz").write_bytes(packed.read_bytes())
    monkeypatch.setenv("DLCOURSE_DATA", str(packed.parent))
    assert is_small(data.load_mnist())
    assert capsys.readouterr().out == "MNIST from the folder in DLCOURSE_DATA.\n"


def test_kaggle_comes_second_at_any_depth(small_mnist, packed, bare_machine, capsys):
    for folder in (sources.KAGGLE_INPUT / "digits" / "v1", bare_machine / "datasets"):
        folder.mkdir(parents=True)
        (folder / "mnist.npz").write_bytes(packed.read_bytes())
    assert is_small(data.load_mnist())
    assert capsys.readouterr().out == "MNIST from Kaggle's input folder.\n"


def test_keras_cache_comes_third(small_mnist, packed, bare_machine, capsys):
    (bare_machine / "datasets").mkdir(parents=True)
    (bare_machine / "datasets" / "mnist.npz").write_bytes(packed.read_bytes())
    assert is_small(data.load_mnist())
    assert capsys.readouterr().out == "MNIST from Keras' cache.\n"


def test_the_official_address_comes_fourth_and_fills_keras_cache(small_mnist, bare_machine, capsys):
    assert is_small(data.load_mnist())
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "Downloaded mnist.npz (0.0 MB).",
        "MNIST from its official address.",
    ]
    assert printed.err == ""
    assert files_under(bare_machine) == ["mnist.npz"]
    assert is_small(data.load_mnist())
    assert "Keras' cache" in capsys.readouterr().out


def test_the_default_comes_last_with_a_notice(small_mnist, offline, bare_machine, capsys):
    (x_train, y_train), (x_test, y_test) = data.load_mnist()
    assert len(x_train) + len(x_test) == 1797
    assert data.is_default("mnist")
    notice = capsys.readouterr().out
    assert "no connection to the internet" in notice
    assert "scikit-learn's 1,797 handwritten digits" in notice and "DLCOURSE_DATA" in notice
    assert not bare_machine.exists(), "a failed download leaves nothing behind"


def test_default_ends_when_the_real_thing_is_found(
    small_mnist, offline, packed, monkeypatch, capsys
):
    data.load_mnist()
    monkeypatch.setenv("DLCOURSE_DATA", str(packed.parent))
    data.load_mnist()
    assert not data.is_default("mnist")


def test_quiet_keeps_the_notice_of_the_default(small_mnist, offline, packed, monkeypatch, capsys):
    data.load_mnist(quiet=True)
    assert "could not be downloaded" in capsys.readouterr().out
    monkeypatch.setenv("DLCOURSE_DATA", str(packed.parent))
    data.load_mnist(quiet=True)
    assert capsys.readouterr().out == ""


def test_a_failed_download_is_not_waited_for_twice(small_mnist, monkeypatch, bare_machine):
    tries = []

    def fail(*_):
        tries.append(1)
        raise OSError("name resolution failed")

    monkeypatch.setattr(download.socket, "getaddrinfo", fail)
    data.load_mnist()
    data.load_mnist()
    assert len(tries) == 1


def test_no_folder_of_this_machine_is_printed(small_mnist, packed, tmp_path, monkeypatch, capsys):
    data.load_mnist()
    monkeypatch.setenv("DLCOURSE_DATA", str(packed.parent))
    data.load_mnist()
    packed.write_bytes(b"no archive")
    data.load_mnist()
    printed = capsys.readouterr()
    assert str(tmp_path) not in printed.out + printed.err


def test_relative_classroom_folder_also_counts_from_the_repository(monkeypatch, tmp_path):
    monkeypatch.setenv("DLCOURSE_DATA", "tests/package")
    monkeypatch.chdir(tmp_path)
    assert sources.data_folder().resolve() == Path(__file__).parent.resolve()


# --- bad input -------------------------------------------------------------------------------


def test_missing_classroom_folder_is_said_and_skipped(small_mnist, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "nowhere"))
    assert is_small(data.load_mnist())
    out = capsys.readouterr().out
    assert "The folder in DLCOURSE_DATA does not exist: correct it or unset it." in out
    assert data.where().startswith("the folder in DLCOURSE_DATA does not exist, so ")


@pytest.mark.parametrize("harm", ["truncated", "altered", "empty", "other arrays", "pickle"])
def test_damaged_file_is_said_and_skipped(harm, small_mnist, packed, monkeypatch, tmp_path, capsys):
    folder = tmp_path / "classroom"
    folder.mkdir()
    path = folder / "mnist.npz"
    if harm == "truncated":
        path.write_bytes(packed.read_bytes()[:-500])
    elif harm == "altered":
        np.savez(path, **{**SMALL, "y_test": SMALL["y_test"] + 1})
    elif harm == "empty":
        path.touch()
    elif harm == "other arrays":
        np.savez(path, x=np.zeros(3))
    else:
        np.savez(path, **{name: np.array([{}]) for name in SMALL})
    monkeypatch.setenv("DLCOURSE_DATA", str(folder))
    assert is_small(data.load_mnist()), "the next place is used"
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("mnist.npz in the folder in DLCOURSE_DATA is damaged (")
    assert "delete it or get it again" in first


def test_repacked_file_passes(small_mnist, monkeypatch, tmp_path, capsys):
    np.savez_compressed(tmp_path / "mnist.npz", **dict(reversed(SMALL.items())))
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    assert is_small(data.load_mnist())
    assert "damaged" not in capsys.readouterr().out


def test_wrong_download_is_thrown_away(small_mnist, packed, bare_machine, capsys):
    packed.write_bytes(b"<html>Please log in to the hotel's network</html>")
    data.load_mnist()
    assert data.is_default("mnist")
    assert "wrong SHA-256" in capsys.readouterr().out
    assert files_under(bare_machine.parent / "keras") == []


def test_wrong_download_leaves_a_damaged_cache_as_it_was(small_mnist, packed, bare_machine):
    cached = bare_machine / "datasets" / "mnist.npz"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"damaged")
    packed.write_bytes(b"wrong too")
    data.load_mnist()
    assert cached.read_bytes() == b"damaged" and files_under(bare_machine) == ["mnist.npz"]


def test_download_replaces_a_damaged_cache(small_mnist, bare_machine):
    cached = bare_machine / "datasets" / "mnist.npz"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"damaged")
    assert is_small(data.load_mnist())
    assert files_under(bare_machine) == ["mnist.npz"]


def test_missing_address_is_said(small_mnist, packed, capsys):
    packed.unlink()
    data.load_mnist()
    assert "answered with error 404" in capsys.readouterr().out


def test_refused_connection_is_said(small_mnist, monkeypatch, bare_machine, capsys):
    # Port 9 of this machine (discard) has no listener.
    refused = dataclasses.replace(small_mnist, url="http://127.0.0.1:9/mnist.npz")
    monkeypatch.setattr(mnist, "MNIST", refused)
    data.load_mnist()
    assert "the connection broke off" in capsys.readouterr().out
    assert not bare_machine.exists()


def test_cache_that_cannot_be_written_is_said(small_mnist, monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setattr(sources, "KERAS_ELSEWHERE", tmp_path / "file" / "elsewhere")
    data.load_mnist()
    assert data.is_default("mnist")
    assert "Keras' cache folder cannot be written; set KERAS_HOME" in capsys.readouterr().out


def test_full_disk_leaves_nothing_half_written(small_mnist, bare_machine, monkeypatch, capsys):
    def fill_disk(self, url, output_file, pooch):
        Path(output_file).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", fill_disk)
    data.load_mnist()
    assert "the disk is full; free some space" in capsys.readouterr().out
    assert not bare_machine.exists()


def test_two_downloads_at_once_do_not_harm_each_other(small_mnist, bare_machine):
    path = bare_machine / "datasets" / "mnist.npz"
    problems = []

    def fetch():
        try:
            download.download(small_mnist.url, small_mnist.file_sha256, path)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=fetch) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert hashlib.sha256(path.read_bytes()).hexdigest() == small_mnist.file_sha256
    assert files_under(bare_machine) == ["mnist.npz"]


# --- what ships ------------------------------------------------------------------------------


def test_default_digits_are_stratified_centred_and_the_same_each_time():
    digits = mnist.default_digits()
    assert all(array.dtype == np.uint8 for array in digits.values())
    x = np.concatenate([digits["x_train"], digits["x_test"]])
    assert x.shape == (1797, 28, 28)
    assert x.max() == 255 and x[:, :4].max() == x[:, -4:].max() == x[:, :, :4].max() == 0
    share = np.bincount(digits["y_test"]) / np.bincount(digits["y_train"])
    assert share.min() > 0.24 and share.max() < 0.27
    again = mnist.default_digits()
    assert registry.hash_arrays(digits) == registry.hash_arrays(again)


def test_default_digits_carry_their_own_label_and_place():
    from sklearn.datasets import load_digits

    original, digits = load_digits(), mnist.default_digits()
    for digit in range(10):
        first, second = original.images[original.target == digit][:2]
        tested = digits["x_test"][digits["y_test"] == digit][0]
        trained = digits["x_train"][digits["y_train"] == digit][0]
        for small, large in ((first, tested), (second, trained)):
            expected = np.rint(mnist.enlarge(small[np.newaxis], 20)[0] * 255 / 16)
            np.testing.assert_array_equal(large[4:-4, 4:-4], expected)


def test_enlarging_keeps_a_flat_picture_flat_and_a_ramp_a_ramp():
    flat, ramp = mnist.enlarge(np.stack([np.ones((8, 8)), np.tile(np.arange(8), (8, 1))]), 20)
    np.testing.assert_allclose(flat, 1)
    np.testing.assert_allclose(ramp, np.tile(ramp[0], (20, 1)))
    ramp = ramp[0]
    inside = (ramp > 0) & (ramp < 7)
    np.testing.assert_allclose(np.diff(ramp[inside]), 8 / 20)


def test_unknown_shipped_file_says_what_to_do():
    with pytest.raises(FileNotFoundError, match="nothing.txt is not among the files that ship"):
        data.shipped("nothing.txt")


@pytest.fixture
def ship(monkeypatch, tmp_path):
    """A checkout whose data folder is empty; returns that folder."""
    monkeypatch.setattr(course_files, "PACKAGE", tmp_path / "dlcourse_utils")
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_wheel_serves_where_there_is_no_checkout(ship, tmp_path):
    inside_wheel = tmp_path / "dlcourse_utils" / "_data"
    inside_wheel.mkdir(parents=True)
    (inside_wheel / "words.txt").touch()
    assert data.shipped("words.txt") == inside_wheel / "words.txt"
    (ship / "words.txt").touch()
    assert data.shipped("words.txt") == ship / "words.txt"


# --- Shakespeare -----------------------------------------------------------------------------


def test_real_shakespeare_is_recognised():
    folder = sources.data_folder()
    if folder is None or not (folder / "shakespeare.txt").is_file():
        pytest.skip("needs shakespeare.txt in the folder in DLCOURSE_DATA")
    text = data.load_shakespeare()
    assert len(text) == 1_115_394 and len(set(text)) == 65
    assert text.startswith("First Citizen:\n")
    assert not data.is_default("shakespeare")


def test_without_shakespeare_the_course_speaks_for_itself(bare_machine, offline, capsys):
    text = data.load_shakespeare()
    assert data.is_default("shakespeare") and not data.is_default("mnist")
    notice = capsys.readouterr().out
    assert "Tiny Shakespeare" in notice and "the prose of this course" in notice
    assert "shakespeare.txt" in notice and "DLCOURSE_DATA" in notice
    assert len(text) >= 60_000 and text.isascii() and not set(text) & set("$`|*")
    assert text == data.load_shakespeare(quiet=True)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_shakespeare_is_recognised_by_its_text_not_its_bytes(
    newline, bare_machine, offline, monkeypatch, tmp_path, capsys
):
    text = "To be,\nor not\n"
    stand_in = dataclasses.replace(
        shakespeare.SHAKESPEARE, content_sha256=hashlib.sha256(text.encode()).hexdigest()
    )
    monkeypatch.setattr(shakespeare, "SHAKESPEARE", stand_in)
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    path = tmp_path / "shakespeare.txt"
    path.write_text(text, encoding="utf-8", newline=newline)
    assert data.load_shakespeare() == text
    assert capsys.readouterr().out == "Tiny Shakespeare from the folder in DLCOURSE_DATA.\n"
    path.write_text(text.replace("or", "OR"), encoding="utf-8", newline=newline)
    assert data.load_shakespeare() != text
    assert "damaged (altered" in capsys.readouterr().out


# --- movie reviews ---------------------------------------------------------------------------

REVIEWS = {
    "rt-polarity.neg": "no .\nrien de neuf – passé . \n",
    "rt-polarity.pos": "yes ! \nça va .\n",
}
REVIEW_LINES = ["no .", "rien de neuf – passé .", "yes !", "ça va ."]


@pytest.fixture
def small_reviews(monkeypatch, bare_machine, offline):
    """`load_movie_reviews` of a bare machine without network; the true content is `REVIEWS`."""
    content = REVIEW_LINES, np.array([0, 0, 1, 1], dtype="uint8")
    stand_in = dataclasses.replace(
        movie_reviews.MOVIE_REVIEWS, content_sha256=movie_reviews.MOVIE_REVIEWS.fingerprint(content)
    )
    monkeypatch.setattr(movie_reviews, "MOVIE_REVIEWS", stand_in)
    return stand_in


def unpack_reviews(folder: Path, encoding: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in REVIEWS.items():
        (folder / name).write_text(text, encoding=encoding, newline="\n")


def pack_reviews(path: Path, encoding: str) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in {**REVIEWS, "README.txt": "about"}.items():
            member = tarfile.TarInfo(f"rt-polaritydata/{name}")
            member.size = len(text.encode(encoding))
            archive.addfile(member, io.BytesIO(text.encode(encoding)))


def test_real_movie_reviews_are_recognised():
    folder = sources.data_folder()
    if folder is None or not any(
        (folder / name).is_file() for name in ("rt-polaritydata.tar.gz", "rt-polarity.pos")
    ):
        pytest.skip("needs rt-polarity.pos and rt-polarity.neg in the folder in DLCOURSE_DATA")
    sentences, labels, names = data.load_movie_reviews()
    assert len(sentences) == 10_662 and names == ("negative", "positive")
    assert labels.dtype == np.uint8 and labels.sum() == 5331 and labels[0] == 0
    assert sentences[0] == "simplistic , silly and tedious ."
    assert not data.is_default("movie-reviews")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("form", ["archive", "files"])
def test_reviews_are_recognised_packed_and_unpacked_in_both_encodings(
    form, encoding, small_reviews, monkeypatch, tmp_path, capsys
):
    if form == "archive":
        pack_reviews(tmp_path / "rt-polaritydata.tar.gz", encoding)
    else:
        unpack_reviews(tmp_path, encoding)
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    sentences, labels, names = data.load_movie_reviews()
    assert sentences == REVIEW_LINES and labels.tolist() == [0, 0, 1, 1]
    assert names == ("negative", "positive")
    said = "Pang and Lee's movie reviews from the folder in DLCOURSE_DATA.\n"
    assert capsys.readouterr().out == said


def test_reviews_are_found_in_kaggles_folder_unpacked(small_reviews, capsys):
    unpack_reviews(sources.KAGGLE_INPUT / "reviews" / "v1", "utf-8")
    assert data.load_movie_reviews()[0] == REVIEW_LINES
    assert "Kaggle's input folder" in capsys.readouterr().out


def test_reviews_are_downloaded_as_an_archive(
    small_mnist, packed, server, bare_machine, monkeypatch, capsys
):
    archive = packed.parent / "rt-polaritydata.tar.gz"
    pack_reviews(archive, "cp1252")
    content = REVIEW_LINES, np.array([0, 0, 1, 1], dtype="uint8")
    stand_in = dataclasses.replace(
        movie_reviews.MOVIE_REVIEWS,
        url=server.replace("mnist.npz", archive.name),
        file_sha256=hashlib.sha256(archive.read_bytes()).hexdigest(),
        content_sha256=movie_reviews.MOVIE_REVIEWS.fingerprint(content),
    )
    monkeypatch.setattr(movie_reviews, "MOVIE_REVIEWS", stand_in)
    assert data.load_movie_reviews()[0] == REVIEW_LINES
    assert "from its official address" in capsys.readouterr().out
    assert files_under(bare_machine) == ["rt-polaritydata.tar.gz"]


@pytest.mark.parametrize("harm", ["half of the pair", "altered", "no archive", "other archive"])
def test_harmed_reviews_are_said_and_the_course_speaks(
    harm, small_reviews, monkeypatch, tmp_path, capsys
):
    if harm == "half of the pair":
        unpack_reviews(tmp_path, "utf-8")
        (tmp_path / "rt-polarity.neg").unlink()
    elif harm == "altered":
        unpack_reviews(tmp_path, "utf-8")
        (tmp_path / "rt-polarity.neg").write_text("yes .\n", encoding="utf-8")
    elif harm == "no archive":
        (tmp_path / "rt-polaritydata.tar.gz").write_text("<html>")
    else:
        tarfile.open(tmp_path / "rt-polaritydata.tar.gz", "w:gz").close()
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    sentences, _, names = data.load_movie_reviews()
    assert names == ("early chapter", "late chapter") and len(sentences) > 500
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("rt-polarit") and "is damaged (" in first


def test_without_reviews_the_course_speaks_with_its_chapters_as_labels(small_reviews, capsys):
    sentences, labels, names = data.load_movie_reviews()
    assert data.is_default("movie-reviews") and names == ("early chapter", "late chapter")
    notice = capsys.readouterr().out
    assert "Pang and Lee's movie reviews" in notice and "rt-polaritydata.tar.gz" in notice
    assert len(sentences) == len(labels) > 500 and set(labels) == {0, 1}
    assert 0.4 < labels.mean() < 0.6
    assert all(s == s.lower() and s[-1] in ".?!" and len(s.split()) > 5 for s in sentences)
    label = dict(zip(sentences, labels, strict=True))
    assert label["no other chapter comes before this one ."] == 0
    assert label["an mlp sees an image as a list of numbers ."] == 1


# --- near-duplicates -------------------------------------------------------------------------


def test_near_duplicates_share_a_group_also_through_others():
    words = "one two three four five six seven eight nine ten".split()
    # Each text shares 6 of 8 triples with the next, and 4 of 8 with the one after that.
    chain = [" ".join(words[start : start + 8]) for start in range(3)]
    groups = data.near_duplicate_groups([*chain, "quite another text", "short", "short"])
    assert groups.tolist() == [0, 0, 0, 1, 2, 3]
    strict = data.near_duplicate_groups([*chain, chain[0].upper() + "!"], similarity=1)
    assert strict.tolist() == [0, 1, 2, 0]


def test_texts_without_triples_stand_alone():
    assert data.near_duplicate_groups(["a", "", "a b"]).tolist() == [0, 1, 2]


@pytest.mark.parametrize("similarity", [0, -1, 1.5, float("nan")])
def test_impossible_similarity_is_refused(similarity):
    with pytest.raises(ValueError, match="a share above 0"):
        data.near_duplicate_groups(["one two three"], similarity=similarity)


# --- carbon dioxide --------------------------------------------------------------------------


def test_co2_is_monthly_without_holes_in_time_and_rises():
    months, ppm = data.load_co2()
    assert months.dtype == "datetime64[M]" and ppm.dtype == np.float64
    assert months.shape == ppm.shape == (526,)
    assert (np.diff(months) == np.timedelta64(1, "M")).all()
    unknown = months[np.isnan(ppm)].astype(str).tolist()
    assert unknown == ["1958-06", "1958-10", "1964-02", "1964-03", "1964-04"]
    yearly = ppm[-36 * 12 :].reshape(36, 12).mean(axis=1)
    assert (np.diff(yearly) > 0).all() and 318 < yearly[0] < 322 and 370 < yearly[-1] < 372


def test_files_that_ship_are_those_that_the_readme_vouches_for():
    folder = Path(__file__).parents[2] / "data"
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert len(list(folder.iterdir())) > 3
    for path in folder.iterdir():
        if path.name != "README.md":
            row = next(line for line in readme.splitlines() if line.startswith(f"| `{path.name}`"))
            assert hashlib.sha256(path.read_bytes()).hexdigest() in row, path.name


# --- the network that knows MNIST ------------------------------------------------------------


def test_the_mnist_network_fits_its_architecture_and_reads_digits():
    keras = pytest.importorskip("keras")
    weights = data.load_mnist_network()
    assert all(array.dtype == np.float32 and np.isfinite(array).all() for array in weights)
    model = mnist_network.build()
    model.set_weights(weights)  # refuses another order or other shapes
    (_, _), (images, labels) = data.load_mnist(quiet=True)
    x = (images[:1000] / 255).astype("float32")[..., np.newaxis]
    right = keras.ops.convert_to_numpy(model(x, training=False)).argmax(axis=1) == labels[:1000]
    # The digits that stand in for MNIST come from another scanner: chapter 11 is about them.
    assert right.mean() > (0.35 if data.is_default("mnist") else 0.98)


def test_the_mnist_network_is_small():
    assert data.shipped("mnist_network.npz").stat().st_size < 200_000


def test_a_network_is_saved_as_it_is_loaded(ship):
    generator = np.random.default_rng(0)
    weights = [generator.normal(size=(2, 3)).astype(np.float16) for _ in range(12)]
    mnist_network.save(weights, ship / "mnist_network.npz")
    for saved, loaded in zip(weights, data.load_mnist_network(), strict=True):
        np.testing.assert_array_equal(saved, loaded)


def test_a_network_that_float16_cannot_hold_is_not_saved(tmp_path):
    with pytest.raises(ValueError, match="too large for float16"):
        mnist_network.save([np.array([1e6])], tmp_path / "network.npz")
    assert not (tmp_path / "network.npz").exists()


def test_the_network_learns_when_it_is_made():
    digits = mnist.default_digits()
    model = mnist_network.train(digits["x_train"], digits["y_train"], epochs=30)
    x = (digits["x_train"] / 255).astype("float32")[..., np.newaxis]
    assert (model.predict(x, verbose=0).argmax(axis=1) == digits["y_train"]).mean() > 0.8


def test_the_network_that_ships_is_made_from_mnist_alone(
    small_mnist, offline, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["train-network"]) == 1
    assert "get mnist.npz first" in capsys.readouterr().err
    assert not list(tmp_path.rglob("mnist_network.npz"))


# --- ImageNet's weights ----------------------------------------------------------------------


@pytest.fixture
def imagenet_server(tmp_path, monkeypatch, bare_machine):
    """The address of two small files in the place of Keras' two; gives the folder it serves."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        files = dict.fromkeys(("weights.h5", "names.json"), address)
        monkeypatch.setattr(imagenet, "FILES", files)
        for name in files:
            (folder / name).write_text(f"content of {name}", encoding="utf-8")
        yield folder
        running.shutdown()


def test_weights_are_downloaded_to_where_keras_looks(imagenet_server, bare_machine):
    assert data.fetch_mobilenet()
    assert files_under(bare_machine / "models") == ["names.json", "weights.h5"]
    content = (bare_machine / "models" / "weights.h5").read_text(encoding="utf-8")
    assert content == "content of weights.h5"


def test_weights_that_are_there_are_not_fetched_again(imagenet_server, bare_machine, offline):
    (bare_machine / "models").mkdir(parents=True)
    for name in imagenet.FILES:
        (bare_machine / "models" / name).touch()
    assert data.fetch_mobilenet()


def test_weights_that_cannot_be_put_where_keras_looks_are_said(
    imagenet_server, bare_machine, monkeypatch, capsys
):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setenv("DLCOURSE_DATA", str(imagenet_server))
    monkeypatch.setattr(imagenet, "copy_file", full)
    assert not data.fetch_mobilenet()
    assert "the disk is full" in " ".join(capsys.readouterr().out.split())


def test_weights_in_the_classroom_folder_are_used(imagenet_server, bare_machine, monkeypatch):
    monkeypatch.setenv("DLCOURSE_DATA", str(imagenet_server))
    monkeypatch.setattr(imagenet, "download", lambda *_: pytest.fail("nothing to download"))
    assert data.fetch_mobilenet()
    assert files_under(bare_machine / "models") == ["names.json", "weights.h5"]


def test_without_network_one_sentence_says_why(bare_machine, offline, capsys):
    assert not data.fetch_mobilenet()
    lines = capsys.readouterr().out.splitlines()
    said = " ".join(lines)
    assert said.count(".") == 1 and said.endswith(".")
    assert "no connection to the internet" in said and "run the cell again" in said
    assert max(map(len, lines)) < 80, "a page cuts what is longer"
    assert not bare_machine.exists()


def test_half_of_the_files_is_not_enough(imagenet_server, capsys):
    (imagenet_server / "names.json").unlink()
    assert not data.fetch_mobilenet()
    assert "answered with error 404" in " ".join(capsys.readouterr().out.split())


def test_the_files_are_those_that_keras_asks_for(tmp_path):
    """What Keras would download is what is fetched: same names, same addresses."""
    asked = []
    keras = pytest.importorskip("keras")
    from keras.src.applications import imagenet_utils, mobilenet_v2
    from keras.src.utils import file_utils

    def note(fname, origin, **options):
        asked.append((fname, origin, options["cache_subdir"]))
        raise ConnectionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_utils, "get_file", note)
        patch.setattr(imagenet_utils, "CLASS_INDEX", None)
        with pytest.raises(ConnectionError):
            keras.applications.MobileNetV2(weights="imagenet")
        with pytest.raises(ConnectionError):
            mobilenet_v2.decode_predictions(np.zeros((1, 1000)))
    wanted = [(name, address + name, "models") for name, address in imagenet.FILES.items()]
    assert asked == wanted
