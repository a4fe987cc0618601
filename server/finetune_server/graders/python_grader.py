"""The grader python: a function grade(sample, item) of the reader's own, run in a process that may only compute."""

import ast
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .grade import Ask, Case, Grade
from .placeholders import Placeholder

WORKER = Path(__file__).with_name("python_worker.py")
SECONDS = 10.0  # that one answer may take
MEMORY = 2 * 1024**3  # bytes, as at OpenAI
LARGEST_SOURCE = 256_000  # bytes, as at OpenAI
MOST_TIMEOUTS = 3  # of one step; then the rest is not tried
STARTED_BY = ("SYSTEMROOT",)  # what Windows needs to start a program; else the environment is empty


class BadSource(ValueError):
    """A source is not a Python grader; the message says why."""


@dataclass(frozen=True)
class PythonGrader:
    name: str
    source: str
    type: str = "python"

    def placeholders(self) -> list[Placeholder]:
        return []

    def models(self) -> list[str]:
        return []

    def grade(self, cases: list[Case], ask: Ask) -> list[Grade]:
        """One process grades all cases, and is replaced by a new one where it ends or takes too long."""
        grades: list[Grade] = []
        timeouts = 0
        while len(grades) < len(cases):
            left = cases[len(grades) :]
            if timeouts == MOST_TIMEOUTS:
                why = f"It was not tried: {MOST_TIMEOUTS} answers before took longer than {SECONDS:g} s."
                return grades + [Grade(error="python_grader_runtime_error", details=why)] * len(left)
            new, timed_out = _graded_by_one_process(self.source, left)
            grades += new
            timeouts += timed_out
        return grades


def check_source(source: str) -> None:
    """Raise BadSource unless this is Python that defines grade(sample, item)."""
    if (size := len(source.encode())) >= LARGEST_SOURCE:
        raise BadSource(f"it has {size} bytes, and must have fewer than {LARGEST_SOURCE}")
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = f" at line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise BadSource(f"it is not Python: {getattr(error, 'msg', error)}{place}") from None
    functions = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == "grade"]
    if not functions:
        raise BadSource("it defines no function grade(sample, item)")
    taken = functions[-1].args
    most = len(taken.posonlyargs) + len(taken.args)
    if not (most - len(taken.defaults) <= 2 <= most or (taken.vararg and most <= 2)):
        raise BadSource("its function grade must take two arguments: sample and item")


def _graded_by_one_process(source: str, cases: list[Case]) -> tuple[list[Grade], bool]:
    """The grades of the first cases, at least one, and whether the last of them took too long."""
    start = {"source": source, "memory": MEMORY, "seconds": int(SECONDS * len(cases)) + 10}
    given = [json.dumps(part) for part in (start, *(case.namespace() for case in cases))]
    environment = {name: os.environ[name] for name in STARTED_BY if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", "-X", "utf8", str(WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
        env=environment,
        text=True,
        encoding="utf-8",
    )
    replies: queue.SimpleQueue[str] = queue.SimpleQueue()
    threads = [
        threading.Thread(target=_write, args=(process, given), daemon=True),
        threading.Thread(target=_read, args=(process, replies), daemon=True),
    ]
    for thread in threads:
        thread.start()
    grades: list[Grade] = []
    try:
        for _ in cases:
            began = time.perf_counter()
            try:
                reply = replies.get(timeout=SECONDS)
            except queue.Empty:
                return [*grades, _failed(f"It took longer than {SECONDS:g} s.")], True
            if not reply:
                return [*grades, _failed("Its process ended: perhaps it needed too much memory.")], False
            said = json.loads(reply)
            seconds = time.perf_counter() - began
            grades.append(Grade(said["reward"], seconds=seconds) if "reward" in said else _failed(said["details"]))
        return grades, False
    finally:
        process.kill()
        process.wait()
        for thread in threads:
            thread.join()


def _failed(details: str) -> Grade:
    return Grade(error="python_grader_runtime_error", details=details)


def _write(process: subprocess.Popen, lines: list[str]) -> None:
    """In a thread of its own: a pipe holds little, and the process reads a line after it has answered the last."""
    assert process.stdin
    try:
        with process.stdin as pipe:
            for line in lines:
                pipe.write(line + "\n")
    except OSError:  # the process has ended, which its reader tells
        return


def _read(process: subprocess.Popen, replies: queue.SimpleQueue) -> None:
    """Put each line, and an empty text where the process has ended."""
    assert process.stdout
    with process.stdout as pipe:
        for line in pipe:
            replies.put(line)
    replies.put("")
