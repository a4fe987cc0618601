"""Draw server/scale/ and count for server/SCALE.md: python -m tools.scale"""

import matplotlib
import numpy as np

from helpers.paths import ROOT, write_atomic

from .adapter_caches import HELD, REPLICAS, misses
from .queue_simulation import JOBS, LOADS, SWEEP, SWEEP_AT, later, steady, swept, waits

FOLDER = ROOT / "server" / "scale"
PAGE = ROOT / "server" / "SCALE.md"
AFTER = 100  # mean lengths of a job after a sweep that its table looks at


def main() -> None:
    matplotlib.use("Agg")
    from .scale_figures import draw_adapters, draw_queue

    FOLDER.mkdir(exist_ok=True)
    found = {load: later(waits(steady(JOBS, load, seed=1), fair=False)) for load in LOADS}
    sweeps = {fair: swept(fair) for fair in (False, True)}
    missed = {own: [misses(held, own) for held in HELD] for own in (False, True)}
    draw_queue(found, sweeps, FOLDER / "queue.png")
    draw_adapters(HELD, missed, FOLDER / "adapters.png")
    text = PAGE.read_text(encoding="utf-8")
    tables = {"load": load_table(found), "sweep": sweep_table(sweeps), "adapters": held_table(missed)}
    for name, table in tables.items():
        before, mark, rest = text.partition(f"<!-- {name} -->\n")
        text = before + mark + table + f"<!-- /{name} -->" + rest.partition(f"<!-- /{name} -->")[2]
    write_atomic(PAGE, text.encode())


def load_table(found: dict[float, list[float]]) -> str:
    lines = ["| GPUs busy | jobs that wait | 95 of 100 wait less than | 99 of 100 |", "|---|---|---|---|"]
    for load, waited in found.items():
        share = np.mean(np.array(waited) > 0)
        p95, p99 = np.quantile(waited, [0.95, 0.99])
        lines.append(f"| {load:.0%} | {share:.0%} | {p95:.2f} | {p99:.2f} |")
    return "\n".join(lines) + "\n"


def sweep_table(sweeps: dict) -> str:
    columns = ["the others wait, on average", "95 of 100 less than", "at most", "the last job of the sweep waits"]
    lines = [f"| after a sweep of {SWEEP:,} jobs | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for fair, (others, sweep) in sweeps.items():
        waited = [wait for job, wait in others if SWEEP_AT <= job.at < SWEEP_AT + AFTER]
        name = "the tenant with the fewest GPUs first" if fair else "the oldest job first (as the server does)"
        numbers = f"{np.mean(waited):.2f} | {np.quantile(waited, 0.95):.2f} | {max(waited):.1f}"
        lines.append(f"| {name} | {numbers} | {max(wait for _, wait in sweep):.0f} |")
    return "\n".join(lines) + "\n"


def held_table(missed: dict[bool, list[float]]) -> str:
    lines = [f"| adapters held by each of {REPLICAS} replicas | " + " | ".join(map(str, HELD)) + " |"]
    lines.append("|---" * (len(HELD) + 1) + "|")
    for own, shares in missed.items():
        name = "the replica of the adapter" if own else "any replica"
        lines.append(f"| to be loaded first, if {name} answers | " + " | ".join(f"{one:.0%}" for one in shares) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
