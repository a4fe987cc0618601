"""The earlier name of the server's command: `python -m helpers.local_api ARGS` runs finetune-server with them."""

import subprocess
import sys
from importlib.util import find_spec

from .backends.local import INSTALL

END_SECONDS = 10  # the server in the same terminal got the same Ctrl+C


def main() -> None:
    print("The local API is now a package of its own: use finetune-server.", file=sys.stderr)
    if not find_spec("finetune_server"):
        sys.exit(f"It is not installed. Install it: {INSTALL}")
    server = subprocess.Popen([sys.executable, "-m", "finetune_server", *sys.argv[1:]])
    try:
        status = server.wait()
    except KeyboardInterrupt:
        try:
            status = server.wait(END_SECONDS)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            server.terminate()
            status = server.wait()
    sys.exit(status if status >= 0 else 128 - status)  # as a shell says that a signal ended it


if __name__ == "__main__":
    main()
