"""What a test needs and not every machine has."""

import shutil
from contextlib import contextmanager

import pytest


def training():
    """Skip the test, or the file at whose top this is called, where any package that trains is missing."""
    for package in ("torch", "transformers", "peft", "llguidance"):
        pytest.importorskip(package, reason="training needs requirements-local.txt")


def ray():
    """Skip the test, or the file, where Ray or its Serve is missing."""
    for package in ("ray", "grpc", "fastapi"):
        pytest.importorskip(package, reason='a cluster needs Ray: pip install "./server[train,cluster]"')


def s3():
    """Skip the test where what speaks S3, to a server or as one, is missing."""
    for package in ("s3fs", "moto", "flask"):
        pytest.importorskip(package, reason='S3 needs a client and a server: pip install s3fs "moto[server]"')


def sphinx():
    """Skip the test where what builds the book is missing."""
    for package in ("sphinx", "myst_nb", "pydata_sphinx_theme"):
        pytest.importorskip(package, reason="the book needs requirements-book.txt")


@contextmanager
def browser():
    """A browser without a window; skips the test where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="a browser needs requirements-book.txt")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"there is no browser on this machine: none of {', '.join(names)}")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=["--no-sandbox"])  # root in a container needs it
        yield browser
        browser.close()
