"""The course's data: where each set is looked for, how it is verified, and the default that ships.

`mnist`, `shakespeare` and `movie_reviews` say what is loaded, `sources` where it is looked for,
`download` how it is fetched, `registry` how it is recognised, `course_files` what is part of the
course; `co2` and `mnist_network` are. `imagenet` gets what Keras would download, `fetching` all at
once. `near_duplicates` finds texts that belong together.
Another data set is one more `DataSet` and one more `load_...` function.
"""

from .co2 import load_co2
from .course_files import shipped
from .imagenet import fetch_mobilenet
from .mnist import load_mnist
from .mnist_network import load_mnist_network
from .movie_reviews import load_movie_reviews
from .near_duplicates import near_duplicate_groups
from .shakespeare import load_shakespeare
from .sources import is_default, where

__all__ = [
    "fetch_mobilenet",
    "is_default",
    "load_co2",
    "load_mnist",
    "load_mnist_network",
    "load_movie_reviews",
    "load_shakespeare",
    "near_duplicate_groups",
    "shipped",
    "where",
]
