"""Headless Chromium, for measurements, pictures and the tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXECUTABLE = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
# Chromium's own errands (updates, sync) are switched off: a test counts every request.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def is_missing() -> bool:
    """Whether there is no browser where it is looked for.

    Returns
    -------
    bool
        True where `EXECUTABLE`, which the variable CHROMIUM may name, is no file.
    """
    return not Path(EXECUTABLE).exists()


@contextmanager
def launched() -> Iterator:
    """A running browser, closed at the end of the ``with`` block.

    Yields
    ------
    playwright.sync_api.Browser
        Headless; only one may run in a thread.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=SWITCHES)
        try:
            yield browser
        finally:
            browser.close()
