"""llama.cpp's own server over a GGUF file, in this process; the package xllamacpp brings it ready built."""

import contextlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import openai


@contextlib.contextmanager
def serving(path: Path, context: int = 512, threads: int = 1) -> Iterator[openai.OpenAI]:
    """A client of the server, which ends with the context; `context` counts tokens."""
    # By name: it has no types, and not every machine has it.
    xllamacpp = import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.warmup, params.verbosity = context, False, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(params)
    yield openai.OpenAI(base_url=f"{server.listening_address}/v1", api_key="none", max_retries=0)
    del server
