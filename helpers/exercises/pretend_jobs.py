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

    def page(after=None, limit=20, **_):
        begin = next((n for n, job in enumerate(jobs, 1) if job.id == after), 0)
        return _Page(jobs[begin:], min(limit, 100))

    client = _Client(fine_tuning=SimpleNamespace(jobs=SimpleNamespace(list=page, create=create)), jobs=jobs)
    client.with_options = lambda **_: client
    return client


class _Client(SimpleNamespace):
    def __repr__(self) -> str:
        return "client"


class _Page(list):
    """As a page of the real API: a loop goes on to the next ones, `data` are its own jobs."""

    def __init__(self, jobs: list, limit: int):
        super().__init__(jobs)
        self.data, self.has_more = jobs[:limit], len(jobs) > limit
