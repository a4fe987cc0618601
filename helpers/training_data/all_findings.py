"""All findings of a report, however many: beyond some megabytes they wait in a temporary file, not in memory."""

import json
from array import array
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

import numpy as np

MEMORY_BYTES = 8 * 2**20  # of findings, before they move to a file


class AllFindings:
    """Findings as tuples of numbers and texts, of which the first is the line; iterating gives them by line."""

    def __init__(self):
        self._rows = SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115  # it lives as long as the report
        self._offsets, self._lines = array("Q"), array("Q")

    def append(self, row: tuple) -> None:
        """Keep one more finding."""
        self._offsets.append(self._rows.tell())
        self._lines.append(row[0])
        self._rows.write(json.dumps(row).encode() + b"\n")

    def __iter__(self) -> Iterator[tuple]:
        end = self._rows.tell()
        try:
            for n in np.argsort(np.array(self._lines, dtype=np.uint64), kind="stable").tolist():
                self._rows.seek(self._offsets[n])
                yield tuple(json.loads(self._rows.readline()))
        finally:
            self._rows.seek(end)
