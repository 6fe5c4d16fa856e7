"""Which texts are nearly the same: what must not be split into training and test."""

from collections.abc import Sequence

import numpy as np


def near_duplicate_groups(texts: Sequence[str], *, similarity: float = 0.5) -> np.ndarray:
    """Give texts that are nearly the same the same number.

    Two texts are alike if the triples of neighbouring words that both have are at least this share
    of the triples that either has (their Jaccard similarity). Texts that are alike through others
    are in one group too. Marks, capitals and words of one letter do not count.

    Parameters
    ----------
    texts : sequence of str
        Any number of texts. One of fewer than three words is alike to no other.
    similarity : float
        Above 0, up to 1.

    Returns
    -------
    numpy.ndarray
        The group of each text, int of shape (texts,), numbered from 0.

    Raises
    ------
    ValueError
        For a similarity outside these bounds.

    References
    ----------
    Broder (1997), On the resemblance and containment of documents,
    https://doi.org/10.1109/SEQUEN.1997.666900

    Examples
    --------
    >>> near_duplicate_groups(["A fine film, all in all.", "fine film all in all!", "a fine mess"])
    array([0, 0, 1])
    """
    if not 0 < similarity <= 1:
        raise ValueError(f"similarity is a share above 0, up to 1; it was {similarity}")
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from sklearn.feature_extraction.text import CountVectorizer

    try:
        counter = CountVectorizer(ngram_range=(3, 3), binary=True)
        triples = counter.fit_transform(texts)  # (texts, triples), 0 or 1
    except ValueError:  # scikit-learn's way to say that no text has a triple
        return np.arange(len(texts))
    size = np.asarray(triples.sum(axis=1)).ravel()
    shared = (triples @ triples.T).tocoo()
    either = size[shared.row] + size[shared.col] - shared.data
    alike = shared.data >= similarity * either
    pairs = shared.row[alike], shared.col[alike]
    graph = coo_array((np.ones(alike.sum()), pairs), shape=shared.shape)
    return connected_components(graph, directed=False)[1].astype(int)
