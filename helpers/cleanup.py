"""List what the course left at a backend, and delete it on request, and nothing else.

left = cleanup.created(client)
cleanup.delete(client, left)      # or some of its rows: left[left.kind == "file"]
"""

import openai
import pandas as pd
from openai import OpenAI
from openai.types import FileObject
from openai.types.fine_tuning import FineTuningJob

from .api_errors import explain, explain_errors
from .jobs import COURSE
from .paths import ROOT, TAPES
from .progress import FINAL
from .training_data.jsonl import BOM

COLUMNS = ["kind", "id", "name", "state"]
MODEL_DELETED = "deleted; its job counts as done: another seed trains it again"
NOT_OURS = "left alone: gone, or not made by the course"


@explain_errors()
def created(client: OpenAI) -> pd.DataFrame:
    """A row for each job, model and file that the course made: kind, id, name, state.

    Jobs are those with the course's label in their metadata, models those that such jobs made. Files are the course's
    data, whole or its first lines, and the files that these jobs read and wrote, unless another job reads them too.
    Raises openai.APIError.
    """
    ours, others = [], []
    for job in client.fine_tuning.jobs.list(limit=100):
        label = (job.metadata or {}).get("course", "")
        (ours if label.startswith(COURSE["course"]) else others).append(job)
    rows = [("job", job.id, job.model, job.status) for job in ours]
    rows += [("model", name, job.model, "ready") for name, job in _models(client, ours)]
    rows += [("file", file.id, file.filename, file.status) for file in _files(client, ours, others)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _models(client: OpenAI, ours: list[FineTuningJob]) -> list[tuple[str, FineTuningJob]]:
    """The name of each tuned model and checkpoint that still exists, with its job."""
    there = {model.id for model in client.models.list()} if ours else set()
    made = [(job.fine_tuned_model, job) for job in ours]
    for job in ours:
        if job.status != "failed":
            made += [(c.fine_tuned_model_checkpoint, job) for c in client.fine_tuning.jobs.checkpoints.list(job.id)]
    return [(name, job) for name, job in made if name and name in there]


def _files(client: OpenAI, ours: list[FineTuningJob], others: list[FineTuningJob]) -> list[FileObject]:
    used = set().union(*map(_files_of, ours)).difference(*map(_files_of, others))
    known = _data_by_size()
    return [file for file in client.files.list() if file.id in used or _is_course_data(client, file, known)]


def _files_of(job: FineTuningJob) -> set[str]:
    """The ids of the files that a job reads and wrote."""
    return {job.training_file, job.validation_file, *(job.result_files or [])} - {None}


def _data_by_size() -> dict[int, list[bytes]]:
    """The course's data files by their size in bytes, and by the size of their first lines: lessons upload both."""
    found: dict[int, list[bytes]] = {}
    for path in (ROOT / "data").rglob("*.jsonl"):
        if TAPES not in path.parents:
            content, size = path.read_bytes(), 0
            for line in content.splitlines(keepends=True):
                size += len(line)
                found.setdefault(size, []).append(content)
    return found


def _is_course_data(client: OpenAI, file: FileObject, known: dict[int, list[bytes]]) -> bool:
    if file.purpose != "fine-tune" or not {file.bytes, file.bytes - len(BOM)} & known.keys():
        return False
    content = client.files.content(file.id).content.removeprefix(BOM)
    return any(whole.startswith(content) for whole in known.get(len(content), []))


def delete(client: OpenAI, table: pd.DataFrame) -> pd.DataFrame:
    """Delete what the rows of a table from `created` name. Returns the table with a column `result`.

    What the course did not make is left alone. Running jobs are cancelled; OpenAI has no way to delete a job, so
    finished ones stay in its list. Raises openai.APIError if the course's things cannot be listed.
    """
    ours = {(kind, id): state for kind, id, _, state in created(client).itertuples(index=False)}
    results = []
    for kind, id in zip(table.kind, table.id, strict=True):
        state = ours.get((kind, id))
        results.append(_delete(client, kind, id, state) if state else NOT_OURS)
    return table.assign(result=results)


def _delete(client: OpenAI, kind: str, id: str, state: str) -> str:
    if kind == "job" and state in FINAL:
        return "stays: the API keeps finished jobs"
    act = {"job": client.fine_tuning.jobs.cancel, "model": client.models.delete, "file": client.files.delete}[kind]
    try:
        act(id)
    except openai.NotFoundError:  # deleted by a try whose answer got lost, or by somebody else
        return "gone already"
    except openai.APIError as error:
        return f"not deleted: {explain(error)}"
    return {"job": "cancelled", "model": MODEL_DELETED, "file": "deleted"}[kind]
