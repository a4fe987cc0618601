"""The two figures of server/SCALE.md."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

DPI, WIDTH, HEIGHT = 100, 9, 3.6  # inches


def draw_queue(found: dict, sweeps: dict, path: Path) -> None:
    """Waits by load, and around a sweep of one tenant."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, HEIGHT), layout="constrained")
    loads = [100 * load for load in found]
    for quantile, style in ((0.99, "o-"), (0.95, "s-"), (0.5, "^-")):
        waits = [np.quantile(found[load], quantile) for load in found]
        left.plot(loads, waits, style, label=f"{quantile:.0%} of the jobs wait less")
    left.set(
        title="The fuller, the longer", xlabel="GPUs that jobs keep busy, %", ylabel="wait, in mean lengths of a job"
    )
    left.legend(frameon=False)
    for fair, name in ((False, "oldest first"), (True, "fewest GPUs first")):
        moments, waits = np.array([(job.at, wait) for job, wait in sweeps[fair][0]]).T
        edges = np.arange(0, 200, 4)
        means = [waits[(moments >= edge) & (moments < edge + 4)].mean() for edge in edges]
        right.plot(edges + 2, means, label=name)
    right.set(
        title="One tenant sends 2,000 jobs at 50",
        xlabel="time, in mean lengths of a job",
        ylabel="mean wait of the others",
    )
    right.legend(frameon=False)
    _save(figure, path)


def draw_adapters(held: tuple[int, ...], missed: dict, path: Path) -> None:
    """How often an adapter has to be loaded, by how many a replica holds."""
    figure, axes = plt.subplots(figsize=(WIDTH * 0.6, HEIGHT), layout="constrained")
    for own, name, style in ((False, "any replica answers", "o-"), (True, "the replica of the adapter answers", "s-")):
        axes.plot(held, [100 * share for share in missed[own]], style, label=name)
    axes.set(
        title="Adapters that have to be loaded first", xlabel="adapters that a replica holds", ylabel="requests, %"
    )
    axes.set_xscale("log", base=10)
    axes.set_xticks(held, map(str, held))
    axes.minorticks_off()
    axes.set_ylim(0, 100)
    axes.legend(frameon=False)
    _save(figure, path)


def _save(figure, path: Path) -> None:
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    plt.close(figure)
