"""What a test needs that not every machine has."""

import pytest


def training():
    """Skips the test, or the file at whose top it stands, where any package that trains is missing."""
    for package in ("torch", "transformers", "peft"):
        pytest.importorskip(package, reason="training needs requirements-local.txt")
