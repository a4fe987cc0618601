import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.extras.old_calls import find_old_calls

OLD = """import openai
openai.api_key = "…"
file = openai.File.create(file=open("x.jsonl"), purpose="fine-tune")
job = openai.FineTuningJob.create(training_file=file["id"], model="gpt-3.5-turbo")
openai.FineTuningJob.list_events(id=job["id"], limit=10)
reply = openai.ChatCompletion.create(engine="desk", messages=[])
print(reply["choices"][0]["message"]["content"])
"""
NEW = """from openai import OpenAI
client = OpenAI()
reply = client.chat.completions.create(model="m", messages=[])
print(reply.choices[0].message.content)
"""


def test_old_calls_of_a_script_are_named_by_line(tmp_path):
    (tmp_path / "old.py").write_text(OLD)
    table = find_old_calls(tmp_path / "old.py")
    assert list(zip(table.line, table.found, strict=True)) == [
        (2, "openai.api_key"),
        (3, "openai.File.create"),
        (4, "openai.FineTuningJob.create"),
        (5, "openai.FineTuningJob.list_events"),
        (6, "openai.ChatCompletion.create"),
        (6, "engine="),
        (7, "['choices']"),
    ]
    assert "client.files.create" in table.today[1]


def test_old_calls_of_a_notebook_are_named_by_cell(tmp_path):
    cells = [
        ("markdown", "openai.File.create was it"),
        ("code", NEW),
        ("code", "!openai api fine_tunes.create -t x.jsonl"),
    ]
    path = tmp_path / "mine.ipynb"
    path.write_text(
        json.dumps({"cells": [{"cell_type": kind, "source": source.splitlines(True)} for kind, source in cells]})
    )
    assert find_old_calls(path)[["cell", "line", "found"]].values.tolist() == [[3, 1, "openai api fine_tunes"]]


def test_todays_code_has_none(tmp_path):
    (tmp_path / "new.py").write_text(NEW)
    assert find_old_calls(tmp_path / "new.py").empty
    (tmp_path / "new.py").write_text(
        'table = pd.read_excel("x.xlsx", engine="openpyxl")\nengine = create_engine(url)\n'
    )
    assert find_old_calls(tmp_path / "new.py").empty


@pytest.mark.parametrize(
    "line",
    [
        "from openai.error import RateLimitError",
        "import openai.error",
        "openai.Embedding.create(input=x)",
        "openai.Moderation.create(input=x)",
        "openai.api_version = '2023-05-15'",
    ],
)
def test_calls_that_are_rare_are_found_too(tmp_path, line):
    (tmp_path / "old.py").write_text(line)
    assert len(find_old_calls(tmp_path / "old.py")) == 1


def test_what_is_no_notebook_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no file"):
        find_old_calls(tmp_path / "none.ipynb")
    (tmp_path / "text.ipynb").write_text("a letter")
    with pytest.raises(ValueError, match="is not a notebook"):
        find_old_calls(tmp_path / "text.ipynb")


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_one_clear_error(tmp_path_factory, content):
    path = Path(tmp_path_factory.mktemp("any") / "x.ipynb")
    path.write_bytes(content)
    try:
        find_old_calls(path)
    except ValueError as error:
        assert "is not a notebook" in str(error)
