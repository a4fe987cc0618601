"""The files that a batch ends with: one of answers, one of errors. One without lines is not made."""

import json
from pathlib import Path

from ..protocol.objects import file_object
from ..store.batch_outcomes import drop_outcomes, outcomes
from ..store.store import Store
from .batch_status import move

FILES = {"output_file_id": False, "error_file_id": True}  # whether the requests failed that stand in it


def write_files(store: Store, batch: dict, status: str) -> dict:
    """Write the outcomes of a batch to its files, and end it with this status. Raises Moved."""
    files, contents = {}, []
    for name, failed in FILES.items():
        if next(outcomes(store, batch["id"], failed), None):
            files[name] = file = file_object(f"{batch['id']}_{name.removesuffix('_file_id')}.jsonl", "batch_output", 0)
            contents.append((store.folder / "files" / file["id"], _writer(store, batch["id"], failed)))
    with store.new_content(*contents):
        for file, (path, _) in zip(files.values(), contents, strict=True):
            if batch["output_seconds"] is not None:
                file["expires_at"] = file["created_at"] + batch["output_seconds"]
            store.put("file", file | {"bytes": path.stat().st_size})
        drop_outcomes(store, batch["id"])
        ids = {name: file["id"] for name, file in files.items()}
        return move(store, batch["id"], [batch["status"]], status, **ids)


def _writer(store: Store, batch_id: str, failed: bool):
    def write(path: Path) -> None:
        with open(path, "w", encoding="utf-8") as file:
            for outcome in outcomes(store, batch_id, failed):
                file.write(json.dumps(outcome, ensure_ascii=False) + "\n")

    return write
