"""The earlier command for the server still works, and says the new one."""

import os
import signal
import subprocess
import sys

import pytest

from helpers import local_api
from helpers.paths import ROOT

COMMAND = [sys.executable, "-m", "helpers.local_api"]


def test_it_says_the_new_name_and_passes_arguments_and_status_on():
    done = subprocess.run([*COMMAND, "--port", "none"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "argument --port: invalid int value: 'none'" in done.stderr
    assert done.stderr.startswith("The local API is now a package of its own: use finetune-server.\n")


def test_without_the_server_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(local_api, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"is not installed.*-r requirements-local.txt"):
        local_api.main()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to interrupt")
def test_ctrl_c_ends_both_quietly(tmp_path):
    (tmp_path / "finetune_server.py").write_text(
        "import sys, time\n"
        "try:\n    print('ready', flush=True); time.sleep(60)\n"
        "except KeyboardInterrupt:\n    print('ended', flush=True); sys.exit(3)\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{os.environ['PYTHONPATH']}"}
    shim = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores it
    )
    assert shim.stdout and shim.stdout.readline() == "ready\n"
    os.killpg(shim.pid, signal.SIGINT)
    said, errors = shim.communicate(timeout=30)
    assert (said, shim.returncode) == ("ended\n", 3) and len(errors.splitlines()) == 1
