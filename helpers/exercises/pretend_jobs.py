"""A client whose API has jobs and trains nothing, to try a function that asks it."""

from types import SimpleNamespace
from typing import Any


def client_with(*there: tuple[str, dict | None]) -> Any:
    """A client whose API has jobs with these states and labels, the newest first, and counts the trainings begun."""
    jobs = [
        SimpleNamespace(id=f"job-{n}", status=status, metadata=metadata) for n, (status, metadata) in enumerate(there)
    ]

    def create(**request):
        job = SimpleNamespace(id=f"new-{len(jobs)}", status="queued", metadata=request.get("metadata"), request=request)
        jobs.insert(0, job)
        return job

    def page(**_):  # a page of the real API can be looped over, and has `data`
        return _Page(jobs)

    client = _Client(fine_tuning=SimpleNamespace(jobs=SimpleNamespace(list=page, create=create)), jobs=jobs)
    client.with_options = lambda **_: client
    return client


class _Client(SimpleNamespace):
    def __repr__(self) -> str:
        return "client"


class _Page(list):
    @property
    def data(self) -> list:
        return list(self)
