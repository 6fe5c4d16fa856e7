"""What all tests share: one browser, started when a test first needs it."""

import os
from collections.abc import Iterator

import pytest

from dlcourse_authoring import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Headless Chromium; one for all tests, since only one Playwright may run in a thread."""
    if chromium.is_missing() and "CI" not in os.environ:
        pytest.skip(f"no Chromium at {chromium.EXECUTABLE}: install it or set CHROMIUM to its path")
    with chromium.launched() as browser:
        yield browser
