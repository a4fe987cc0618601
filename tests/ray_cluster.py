"""A Ray cluster on this machine, whose nodes can be killed: a head without CPUs, and nodes of one CPU each."""

import os
import socket
import time

os.environ |= {  # read when Ray is imported, here and in the processes that are started
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # Ray 2.60 takes a cluster at 127.0.0.1 for one on such a machine
    "RAY_AUTH_MODE": "disabled",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_worker_niceness": "0",  # Ray lets its nodes' own processes go first
    "RAY_agent_register_timeout_ms": "300000",  # machines may be slow
    "RAY_worker_register_timeout_seconds": "300",
}

from ray.cluster_utils import Cluster  # pyright: ignore[reportMissingImports] (an extra)

ADDRESS = "127.0.0.1"  # else Ray takes the one that leads to the network
ATTEMPTS = 5  # Ray gives its own processes half a minute, which a busy machine may not have
PORTS = ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port", "runtime_env_agent_port")


class RayCluster:
    """Started by the constructor; `stop` ends it. Its head listens on the port."""

    def __init__(self, nodes: int, port: int = 0, **every_node):
        self._cluster, self._every_node = Cluster(), every_node
        self._add(num_cpus=0, include_dashboard=False, **({"gcs_server_port": port} if port else {}))
        self.address = str(self._cluster.address)
        self.port = int(self.address.rpartition(":")[2])
        self.nodes = [self.add_node() for _ in range(nodes)]

    def add_node(self):
        """One more node of one CPU."""
        return self._add(num_cpus=1)

    def kill(self, node) -> None:
        """End a node as a broken machine ends, with all that runs on it."""
        self._cluster.remove_node(node, allow_graceful=False)

    def stop(self) -> None:
        self._cluster.shutdown()

    def _add(self, **settings):
        names = PORTS if self._cluster.head_node else (*PORTS, "gcs_server_port")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                # Ray waits less for ports that are given, and a head that was not ready in time keeps its own
                ports = {name: free_port() for name in names}
                asked = {"node_ip_address": ADDRESS, **ports, **self._every_node, **settings}
                return self._cluster.add_node(**asked)
            except Exception:  # Ray raises no type of its own
                if attempt == ATTEMPTS:
                    raise
                time.sleep(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]
