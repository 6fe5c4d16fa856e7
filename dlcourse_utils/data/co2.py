"""Carbon dioxide over Mauna Loa, month by month: a real series that ships with the course."""

import numpy as np

from .course_files import shipped


def load_co2() -> tuple[np.ndarray, np.ndarray]:
    """Load the monthly means of carbon dioxide in the air at Mauna Loa, Hawaii.

    Returns
    -------
    months : numpy.ndarray
        1958-03 to 2001-12, datetime64[M] of shape (526,).
    ppm : numpy.ndarray
        Parts of CO2 in a million parts of dry air, float64 of shape (526,); NaN in the five months
        without measurements, the last of which is April 1964.

    References
    ----------
    Keeling & Whorf (2004), in Trends: A Compendium of Data on Global Change, Oak Ridge National
    Laboratory. ``data/README.md`` says how the file was made.

    Examples
    --------
    >>> months, ppm = load_co2()
    >>> months[-1], ppm[-1].round(2), np.isnan(ppm).sum()
    (np.datetime64('2001-12'), np.float64(371.02), np.int64(5))
    """
    lines = shipped("co2.csv").read_text(encoding="utf-8").splitlines()[1:]
    months, ppm = zip(*(line.split(",") for line in lines), strict=True)
    return np.array(months, dtype="datetime64[M]"), np.array([float(p or "nan") for p in ppm])
