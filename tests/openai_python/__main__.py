"""openai-python's own tests of files, fine-tuning, models, uploads and batches: python -m tests.openai_python [FILE …]

The tests come from the source package of the installed version of `openai`, and run in an environment of their own.
They name objects that are nowhere ("file-abc123"): a proxy puts objects of the server in their place, and leaves the
answers as they are. What a server without OpenAI's account cannot pass stands in cannot_pass.py, with the reason.
FILE is a part of the name of a file of tests; without one, all are run. The results are kept in
tests/openai_python/results.json, and server/README.md gets the table. It needs a network, uv and pip, and takes some
minutes.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path

from .. import tiny_model
from ..clients.environments import output, python_with
from ..local_server import Server
from . import own_results
from .canned import Canned
from .swapping_proxy import proxy

VERSION = version("openai")
PACKAGES = [f"openai[aiohttp]=={VERSION}", "pytest", "pytest-asyncio", "rich"]


def sources(folder: Path) -> Path:
    """The folder of the package's sources, which has the tests."""
    words = ["download", "-q", "--no-deps", "--no-binary", "openai", f"openai=={VERSION}", "-d", str(folder)]
    output([sys.executable, "-m", "pip", *words], folder)
    [archive] = folder.glob("openai-*.tar.gz")
    with tarfile.open(archive) as package:
        package.extractall(folder, filter="data")
    return folder / f"openai-{VERSION}"


def main() -> None:
    asked = [file for file in own_results.FILES if any(part in file for part in sys.argv[1:] or [""])]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python, package = python_with(PACKAGES, folder), sources(folder)
        server = Server(folder / "store", str(tiny_model.make(folder / "tiny", tiny_model.TOOL_TEMPLATE)))
        server.start()
        try:
            between = proxy(Canned(server.api, server.base_model), f"http://127.0.0.1:{server.port}")
            threading.Thread(target=between.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{between.server_address[1]}/v1"
            report = folder / "report.xml"
            command = [str(python), "-m", "pytest", "-q", "-o", "addopts=", "--tb=line", f"--junitxml={report}"]
            files = [f"tests/api_resources/{file}.py" for file in asked]
            told = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PYTHON"))}
            subprocess.run([*command, *files], cwd=package, env=told | {"TEST_API_BASE_URL": address})
            found = own_results.joined(own_results.load(), own_results.read(report, VERSION))
        finally:
            server.process.terminate()
            server.process.wait()
    own_results.save(found)
    print(own_results.table(found))
    sys.exit(1 if own_results.unexpected(found) else 0)


if __name__ == "__main__":
    main()
