"""The open exercise of chapter 7: a forecast that beats the naive one."""

from functools import cache

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    OpenExercise,
    Passed,
    Wrong,
    fit,
    get_result,
)

HORIZON = 12

# Share of the baseline's error. Averages of the yearly wave over five and eight years get to 0.88
# and 0.85, a linear regression to 0.86; two years to 0.95, the mean of two baselines to 0.98.
WANTED = 0.9
TOO_GOOD = 0.3  # nobody forecasts the noise of the months: whoever gets here has seen them


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``forecast(history)`` gives the next twelve months of CO2."""
    ppm, places = _series()
    forecasts = []
    for place in places:
        history = ppm[:place].copy()
        text = f"{place} months up to a value of {history[-1]:.2f} ppm"
        result = get_result(answer, ("history",), (history,), (text,))
        forecasts.append(fit(result, (HORIZON,), "the forecast"))
    forecasts = np.array(forecasts)
    naive = error(_naive(ppm, places))
    reached = error(forecasts)
    told = f"{reached:.3f} ppm off on average"
    if reached < TOO_GOOD * naive:
        raise Wrong(
            "Too good to be true. The months to come must not be looked up: use only what stands "
            "in `history`.",
            misconception="looks-ahead",
        )
    if reached <= WANTED * naive:
        return Passed(
            f"{told}, over {len(places)} forecasts of twelve months; same month plus rise is "
            f"{naive:.3f} off."
        )
    reason, words = _diagnose(forecasts)
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("test", f"{len(places)} forecasts between 1980 and 1995"),),
            expected=f"at most {WANTED * naive:.3f} ppm off on average",
            got=told,
        ),
        misconception=reason,
    )


def error(forecasts: np.ndarray) -> float:
    """Mean absolute error in ppm of forecasts (places, 12) from the places of the check."""
    return float(np.abs(forecasts - _truth()).mean())


def _diagnose(forecasts: np.ndarray) -> tuple[str, str]:
    ppm, places = _series()
    last = ppm[places - 1][:, np.newaxis]
    same = ppm[places[:, np.newaxis] + np.arange(HORIZON) - HORIZON]
    if np.allclose(forecasts, _naive(ppm, places)):
        return "the-baseline", "This is the baseline itself. It trusts one year: use more of them."
    if np.allclose(forecasts, last):
        return "last-value", "This repeats the last value. What about the wave of the year?"
    if np.allclose(forecasts, same):
        return "no-rise", "This repeats last year. From year to year the curve rises by over 1 ppm."
    if np.ptp(forecasts, axis=1).max() < 3:
        return "no-season", (
            "Your forecasts hardly change within a year, and the true curve moves by about six "
            "ppm. Put the wave of the year in."
        )
    difference = forecasts - _truth()
    turned = [np.roll(forecasts, shift, axis=1) for shift in range(1, HORIZON)]
    if min(map(error, turned)) < 0.7 * error(forecasts):
        return "shifted-season", (
            "Your wave is shifted by some months. `history[-12]` is the month that comes next, a "
            "year earlier."
        )
    bias = float(difference.mean())
    if abs(bias) > 0.6 * np.abs(difference).mean():
        return "biased", (
            f"On average your forecasts are {abs(bias):.2f} ppm too {'high' if bias > 0 else 'low'}"
            ": the level or the rise is off. How far has the curve come since the months that "
            "you start from?"
        )
    if error(forecasts) > 1.5 * error(_naive(ppm, places)):
        return "worse", (
            "This is worse than the baseline. Begin with its one line, `history[-12:] + "
            "(history[-1] - history[-13])`, and improve on it."
        )
    return "not-better", (
        "The wave and the rise are there, and not yet good enough. A single year is noisy: average "
        "the wave, and the rise, over several."
    )


def _naive(ppm: np.ndarray, places: np.ndarray) -> np.ndarray:
    same = ppm[places[:, np.newaxis] + np.arange(HORIZON) - HORIZON]
    return same + (ppm[places - 1] - ppm[places - 1 - HORIZON])[:, np.newaxis]


def _truth() -> np.ndarray:
    ppm, places = _series()
    return ppm[places[:, np.newaxis] + np.arange(HORIZON)]


@cache
def _series() -> tuple[np.ndarray, np.ndarray]:
    """Return the series since its last gap, and the places to forecast from: every third month."""
    from dlcourse_utils.data import load_co2

    months, ppm = load_co2()
    start = int(np.flatnonzero(np.isnan(ppm))[-1]) + 1
    first, last = (np.datetime64(month) for month in ("1980-01", "1994-12"))
    chosen = np.flatnonzero((months >= first) & (months <= last))[::3]
    return ppm[start:], chosen - start


EXERCISE = OpenExercise(
    check=check,
    next_question=(
        "you may have tried several forecasts on these years. On which years would you "
        "now measure the last one?"
    ),
)
