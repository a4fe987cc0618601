"""What runs in the process of a python grader: it grades line by line, and may do nothing but compute.

It is started as a program of its own, so it imports nothing of the server. Python's audit hooks refuse every event
that is not on a short list. That keeps a mistake from doing harm; against somebody who looks for a way out, only a
machine of its own would help.
"""

import json
import math
import os
import sys
import traceback

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

LIBRARY = os.path.dirname(os.path.realpath(os.__file__)) + os.sep  # modules may be read from here
ALLOWED = {  # events by which code is loaded, and objects are looked at
    "builtins.id",
    "code.__new__",
    "compile",
    "exec",
    "import",
    "marshal.loads",
    "object.__getattr__",
    "object.__setattr__",
    "object.__delattr__",
    "os.listdir",
    "sys._getframe",
    "sys.excepthook",
}
LONGEST_DETAILS = 2000  # characters


def only_compute(allowed=frozenset(ALLOWED), library=LIBRARY, realpath=os.path.realpath):
    """An audit hook that raises PermissionError for what reaches out of the process."""

    def hook(event, arguments):
        if event in allowed or event.startswith("cpython."):
            return
        reads = event == "open" and isinstance(arguments[0], str) and set(arguments[1] or "r") <= set("rb")
        if not (reads and realpath(arguments[0]).startswith(library)):
            raise PermissionError(f"a grader may only compute: {event}{arguments!r:.200} is refused")

    return hook


def limit(memory, seconds):
    """Bounds of the operating system: bytes of memory, and seconds of computing if the server is gone meanwhile."""
    if resource is None:
        return
    for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0)):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS knows no bound of memory
            continue


def graded(grade, case):
    """The reward of one answer, or what went wrong."""
    try:
        reward = grade(case["sample"], case["item"])
    except BaseException:
        return {"details": traceback.format_exc()[-LONGEST_DETAILS:]}
    if not isinstance(reward, (int, float)) or not math.isfinite(reward):
        return {"details": f"grade returned {reward!r:.200}, which is not a finite number"}
    return {"reward": float(reward)}


def main():
    cases, replies = sys.stdin, os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (what a grader prints is not kept)
    start = json.loads(cases.readline())
    limit(start["memory"], start["seconds"])
    sys.addaudithook(only_compute())
    names = {"__name__": "grader"}
    try:
        exec(compile(start["source"], "grader", "exec"), names)
        failed = None
    except BaseException:
        failed = {"details": traceback.format_exc()[-LONGEST_DETAILS:]}
    for line in cases:
        replies.write(json.dumps(failed or graded(names["grade"], json.loads(line))) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
