"""Training data: read → check → clean → split → write.

examples = training_data.read("desk.xlsx", question="Question", answer="Answer")
report = training_data.inspect(examples)
parts = training_data.split(training_data.clean(examples, report))
training_data.write_jsonl("train.jsonl", map(training_data.upload_fields, parts["train"]))
"""

from .checks import check
from .cleaning import CHECKS, changed_messages, clean, inspect
from .example import first_answer, first_question, split_off_answer, upload_fields
from .findings_file import write_findings
from .jsonl import read_jsonl, stream_examples, write_jsonl
from .near_duplicates import find_near_duplicates
from .personal_data import find_personal_data
from .presidio_people import with_presidio
from .reading import read
from .report import Finding, Report
from .splitting import leaks, split

__all__ = [
    "CHECKS",
    "Finding",
    "Report",
    "changed_messages",
    "check",
    "clean",
    "find_near_duplicates",
    "find_personal_data",
    "first_answer",
    "first_question",
    "inspect",
    "leaks",
    "read",
    "read_jsonl",
    "split",
    "split_off_answer",
    "stream_examples",
    "upload_fields",
    "with_presidio",
    "write_findings",
    "write_jsonl",
]
