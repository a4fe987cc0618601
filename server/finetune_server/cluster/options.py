"""The options of the command that are about a cluster."""

import argparse
import math
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .cluster import Cluster

MISSING = 'Training on a cluster needs Ray: install "finetune-server[train,cluster]" here and on the nodes'


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="train on the nodes of a Ray cluster: HOST:PORT of its head, or auto for the one that runs here",
    )
    parser.add_argument(
        "--cluster-cpus",
        type=float,
        default=1,
        metavar="N",
        help="CPUs of a node that a job takes, and a replica (default: 1)",
    )
    parser.add_argument(
        "--cluster-gpus", type=float, default=0, metavar="N", help="GPUs of a node that they take (default: 0)"
    )
    parser.add_argument(
        "--cluster-replicas",
        type=int,
        default=0,
        metavar="N",
        help="have so many replicas of the model answer on the cluster's nodes (default: 0, the server answers itself)",
    )


def asked_shards(arguments: argparse.Namespace) -> int:
    """Over how many devices each job spreads the base model."""
    gpus = math.ceil(arguments.cluster_gpus) if arguments.cluster else 0
    shards = arguments.shards if arguments.shards is not None else max(1, gpus)
    if shards < 1 or (gpus and shards > gpus):
        sys.exit("--shards is a number of devices, at least 1, and at most --cluster-gpus, which each job takes.")
    return shards


def connected(arguments: argparse.Namespace, model_folder: Path) -> "Cluster | None":
    """The cluster that is asked for, if one is. Raises ClusterUnreachable."""
    if arguments.cluster_replicas < 0 or (arguments.cluster_replicas and not arguments.cluster):
        sys.exit("--cluster-replicas is the number of replicas on a cluster: name that with --cluster ADDRESS.")
    if not arguments.cluster:
        return None
    if not find_spec("ray"):
        sys.exit(MISSING)
    from .cluster import Cluster
    from .orders_and_news import Resources

    return Cluster(arguments.cluster, Resources(arguments.cluster_cpus, arguments.cluster_gpus), model_folder)
