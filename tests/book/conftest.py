"""The book, built once for all tests; and a telephone that reads it."""

import pytest

from .. import needs

PHONE = {"width": 390, "height": 844}
PATIENCE = 120_000  # milliseconds: a busy machine is not a bug


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The folder of the English book as it is built from the committed notebooks."""
    needs.sphinx()
    from tools.book.__main__ import build

    out = tmp_path_factory.mktemp("book")
    build(out)
    return out / "en"


@pytest.fixture(scope="package")  # its event loop must not outlive these tests: others call asyncio.run
def browser():
    with needs.browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def phone(browser):
    """A page as wide as a telephone."""
    page = browser.new_page(viewport=PHONE)
    page.set_default_timeout(PATIENCE)
    return page
