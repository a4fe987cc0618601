"""A discrete-event simulation of a queue of jobs before many GPUs. Times are in mean lengths of a job.

So the results hold for jobs of any length. Everything is drawn from seeds.
"""

import heapq
import math
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .popularity import TENANTS, popularity

GPUS = 100
JOBS = 30_000
LOADS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
SPREAD = 1.0  # sigma of the lengths' logarithms: the longest of a hundred jobs is about ten times as long as the median
SWEEP = 2000  # jobs that one tenant sends at once, when everybody else loads 80 % of the GPUs
SWEEP_LOAD, SWEEP_AT = 0.8, 50.0


@dataclass(frozen=True)
class Job:
    """`at` is when it is sent, `length` how long a GPU works on it; both in mean lengths of a job."""

    tenant: int
    at: float
    length: float


def steady(jobs: int, load: float, seed: int, spread: float = SPREAD, gpus: int = GPUS) -> list[Job]:
    """Jobs that come at random moments and would keep this share of the GPUs busy; lengths are lognormal."""
    rng = np.random.default_rng(seed)
    moments = np.cumsum(rng.exponential(1 / (load * gpus), jobs))
    lengths = rng.lognormal(-(spread**2) / 2, spread, jobs)
    tenants = rng.choice(TENANTS, jobs, p=popularity())
    return [Job(int(tenant), *pair) for tenant, *pair in zip(tenants, moments.tolist(), lengths.tolist(), strict=True)]


def waits(jobs: Iterable[Job], fair: bool, gpus: int = GPUS) -> list[tuple[Job, float]]:
    """Each job and how long it waited. The next one is the oldest; if `fair`, that of the tenant with fewest GPUs."""
    found: list[tuple[Job, float]] = []
    ends: list[tuple[float, int]] = []  # of jobs that run, and their tenants
    running = Counter()
    queues: dict[int, deque[Job]] = {}  # of tenants whose jobs wait; one for all unless `fair`

    def start(job: Job, now: float) -> None:
        found.append((job, now - job.at))
        running[job.tenant] += 1
        heapq.heappush(ends, (now + job.length, job.tenant))

    def go_on_until(moment: float) -> None:
        while ends and ends[0][0] <= moment:
            now, tenant = heapq.heappop(ends)
            running[tenant] -= 1
            if queues:
                start(_next(queues, running), now)

    for job in sorted(jobs, key=lambda job: job.at):
        go_on_until(job.at)
        if len(ends) < gpus:
            start(job, job.at)
        else:
            queues.setdefault(job.tenant if fair else 0, deque()).append(job)
    go_on_until(math.inf)
    return found


def _next(queues: dict[int, deque[Job]], running: Counter) -> Job:
    chosen = min(queues, key=lambda one: (running[one], queues[one][0].at))
    job = queues[chosen].popleft()
    if not queues[chosen]:
        del queues[chosen]
    return job


def erlang_wait(load: float, gpus: int) -> float:
    """The mean wait that Erlang's formula C has for exponential lengths: the simulation is tested with it."""
    offered = load * gpus
    logs = [n * math.log(offered) - math.lgamma(n + 1) for n in range(gpus + 1)]
    last = math.exp(logs[-1]) / (1 - load)
    return last / (sum(map(math.exp, logs[:-1])) + last) / (gpus * (1 - load))


def later(found: list[tuple[Job, float]]) -> list[float]:
    """The waits without those of the first fifth, when the queue begins empty."""
    begin = sorted(job.at for job, _ in found)[len(found) // 5]
    return [wait for job, wait in found if job.at >= begin]


def swept(fair: bool) -> tuple[list[tuple[Job, float]], list[tuple[Job, float]]]:
    """The jobs of everybody else around a sweep of one tenant, and those of the sweep, with their waits."""
    rng = np.random.default_rng(3)
    lengths = rng.lognormal(-(SPREAD**2) / 2, SPREAD, SWEEP).tolist()
    sweep = [Job(TENANTS, SWEEP_AT, length) for length in lengths]  # of a tenant behind the last
    found = waits([*steady(JOBS, SWEEP_LOAD, seed=2), *sweep], fair)
    return [one for one in found if one[0].tenant != TENANTS], [one for one in found if one[0].tenant == TENANTS]
