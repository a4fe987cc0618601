"""What a test needs and not every machine has."""

import pytest


def training():
    """Skip the test, or the file at whose top this is called, where any package that trains is missing."""
    for package in ("torch", "transformers", "peft", "llguidance"):
        pytest.importorskip(package, reason="training needs requirements-local.txt")
