"""Calls of the openai package before 1.0 (November 2023) in a notebook or script, and what to write today.

Sources: the package's migration guide (github.com/openai/openai-python, discussion 742) and its own command line.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ..training_data.jsonl import existing_file
from ..training_data.text_encoding import decoded

TODAY = {
    "openai.File.create": "client.files.create(file=…, purpose=…)",
    "openai.File.list": "client.files.list()",
    "openai.File.retrieve": "client.files.retrieve(file_id)",
    "openai.File.download": "client.files.content(file_id).content",
    "openai.File.delete": "client.files.delete(file_id)",
    "openai.FineTuningJob.create": "client.fine_tuning.jobs.create(model=…, training_file=…, method=…)",
    "openai.FineTuningJob.list_events": "client.fine_tuning.jobs.list_events(job_id)",
    "openai.FineTuningJob.list": "client.fine_tuning.jobs.list()",
    "openai.FineTuningJob.retrieve": "client.fine_tuning.jobs.retrieve(job_id)",
    "openai.FineTuningJob.cancel": "client.fine_tuning.jobs.cancel(job_id)",
    "openai.FineTune": "client.fine_tuning.jobs (the service of fine-tunes is gone)",
    "openai.ChatCompletion.acreate": "await AsyncOpenAI().chat.completions.create(…)",
    "openai.ChatCompletion.create": "client.chat.completions.create(model=…, messages=…)",
    "openai.Completion.create": "client.completions.create(…), better client.chat.completions.create(…)",
    "openai.Model.list": "client.models.list()",
    "openai.Model.retrieve": "client.models.retrieve(model)",
    "openai.Model.delete": "client.models.delete(model)",
    "openai.Embedding": "client.embeddings.create(model=…, input=…)",
    "openai.Moderation": "client.moderations.create(input=…)",
    "openai.Image": "client.images.generate(…)",
    "openai.Audio": "client.audio.transcriptions.create(…)",
    "openai.error": "openai. and the same name, for instance openai.RateLimitError",
    "openai.api_key": "OpenAI() reads OPENAI_API_KEY; or OpenAI(api_key=…)",
    "openai.api_base": "OpenAI(base_url=…), or the variable OPENAI_BASE_URL",
    "openai.api_type": 'OpenAI(base_url="https://RESOURCE.openai.azure.com/openai/v1/")',
    "openai.api_version": "not needed at the v1 address",
    "openai.organization": "OpenAI(organization=…)",
    "openai api fine_tunes": "client.fine_tuning.jobs in Python; the command line has no training any more",
    "openai api fine_tuning.job": "client.fine_tuning.jobs in Python",
    "openai tools fine_tunes.prepare_data": "helpers.training_data.check(file)",
    "engine=": "model=",
    "['choices']": "attributes: reply.choices[0].message.content",
}
_SPELLED = {
    "['choices']": r"\[\s*['\"]choices['\"]\s*\]",
    "engine=": r"openai\.\w+\.a?create\(.*\bengine\s*=(?!=)",
    "openai.FineTune": r"\bopenai\.FineTune\b",
}


def find_old_calls(path: str | Path) -> pd.DataFrame:
    """A row for each old call in a notebook, a script, or a text file: cell (of a notebook), line, found, today.

    Raises OSError if there is no such file, ValueError if a notebook cannot be read.
    """
    path = existing_file(path)
    rows = [
        (cell, n, old, TODAY[old])
        for cell, source in _sources(path)
        for n, line in enumerate(source.splitlines(), 1)
        for old in _old_calls(line)
    ]
    table = pd.DataFrame(rows, columns=["cell", "line", "found", "today"])
    return table.astype({"cell": "Int64", "line": "int64"})


def _old_calls(line: str) -> Iterator[str]:
    """The old calls in a line; of two that begin alike, the longer one."""
    found = [old for old in TODAY if re.search(_SPELLED.get(old, re.escape(old)), line)]
    yield from (old for old in found if not any(other != old and other.startswith(old) for other in found))


def _sources(path: Path) -> Iterator[tuple[int | None, str]]:
    """The code of each cell with its number in the notebook, counted from 1, or the whole file."""
    text = decoded(path.read_bytes())
    if path.suffix != ".ipynb":
        yield None, text
        return
    try:
        for n, cell in enumerate(json.loads(text)["cells"], 1):
            if cell["cell_type"] == "code":
                yield n, "".join(cell["source"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"{path} is not a notebook ({error!r:.100}). Save it again in Jupyter, or name a .py file."
        ) from None
