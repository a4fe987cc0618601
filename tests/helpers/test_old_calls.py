"""Old calls of OpenAI's package are found, with what replaces them."""

import json
from pathlib import Path

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.extras.old_calls import find_old_calls
from helpers.paths import NOTEBOOKS

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


def notebook(folder, *cells):
    path = folder / "mine.ipynb"
    path.write_text(
        json.dumps({"cells": [{"cell_type": kind, "source": text.splitlines(True)} for kind, text in cells]})
    )
    return path


def found_in(folder, code):
    (folder / "code.py").write_text(code, encoding="utf-8")
    table = find_old_calls(folder / "code.py")
    return list(zip(table.line, table.found, strict=True))


def test_old_calls_of_a_script_are_named_by_line(tmp_path):
    (tmp_path / "old.py").write_text(OLD)
    table = find_old_calls(tmp_path / "old.py")
    assert list(zip(table.line, table.found, strict=True)) == [
        (2, "openai.api_key"),
        (3, "openai.File.create"),
        (4, "openai.FineTuningJob.create"),
        (4, "['id']"),
        (5, "openai.FineTuningJob.list_events"),
        (5, "['id']"),
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
    path = notebook(tmp_path, *cells)
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


def test_arguments_are_found_on_lines_of_their_own(tmp_path):
    call = 'openai.ChatCompletion.create(\n    engine="desk",\n    messages=[],\n    request_timeout=9,\n)\n'
    assert found_in(tmp_path, call) == [(1, "openai.ChatCompletion.create"), (2, "engine="), (4, "request_timeout=")]
    call = 'from openai import Embedding as E\nE.create(input="x",\n  deployment_id="d")\nread(engine="c")'
    assert [name for _, name in found_in(tmp_path, call)] == ["openai.Embedding", "openai.Embedding", "deployment_id="]


@pytest.mark.parametrize(
    "old, today",
    [
        ("InvalidRequestError", "BadRequestError"),
        ("Timeout", "APITimeoutError"),
        ("ServiceUnavailableError", "InternalServerError"),
        ("PermissionError", "PermissionDeniedError"),
        ("TryAgain", "InternalServerError"),
        ("RateLimitError", "RateLimitError"),
        ("AuthenticationError", "AuthenticationError"),
    ],
)
@pytest.mark.parametrize(
    "code",
    [
        "try:\n    f()\nexcept openai.error.NAME:\n    pass",
        "try:\n    f()\nexcept (ValueError, openai.error.NAME) as e:\n    pass",
        "from openai.error import NAME",
        "import openai.error as e\nraise e.NAME('x')",
        "from openai import error\nraise error.NAME('x')",
    ],
)
def test_an_old_exception_is_told_its_name_of_today(tmp_path, old, today, code):
    assert hasattr(openai, today)
    (tmp_path / "old.py").write_text(code.replace("NAME", old))
    assert f"openai.{today}" in find_old_calls(tmp_path / "old.py").today.tolist()


def test_a_renamed_exception_is_found_where_it_is_caught(tmp_path):
    code = "from openai.error import APIError, Timeout\ntry:\n    f()\nexcept (APIError, Timeout):\n    pass"
    assert found_in(tmp_path, code) == [
        (1, "openai.error.APIError"),
        (1, "openai.error.Timeout"),
        (4, "openai.error.Timeout"),
    ]


@pytest.mark.parametrize(
    "code",
    [
        'reply = requests.post(url, json={}).json()\nprint(reply["choices"][0]["message"]["content"])',
        'data = json.loads(text)\ntext = data["choices"][0]["text"]\njob["status"]',
        'def answer(reply):\n    return reply["choices"][0]["message"]["content"]',
        'job = requests.get(f"{url}/jobs/{job["id"]}").json()\nwhile job["status"] != "x":\n    pass'.replace(
            '["id"]', ""
        ),
        'client = OpenAI()\nd = client.chat.completions.create(model="m").model_dump()\nd["choices"]',
        'from openai import OpenAI\njob = OpenAI().fine_tuning.jobs.retrieve("j")\njob.metadata["course"]',
        "import openai\ntry:\n    openai.models.list()\nexcept openai.BadRequestError:\n    pass",
        '# openai.File.create was it\n"""openai.ChatCompletion.create"""\nprint("openai.error")',
        'engine = create_engine(url)\npd.read_excel("x", engine="openpyxl")',
        'other.ChatCompletion.create(engine="x")',
    ],
)
def test_todays_code_and_json_are_not_old(tmp_path, code):
    assert found_in(tmp_path, code) == []


@pytest.mark.parametrize(
    "code, lines, today",
    [
        ('job = openai.FineTuningJob.retrieve("j")\nwhile job["status"] != "x":\n    pass', [2], "job.status"),
        ('r = openai.Completion.create()\nc = r["choices"]\nc[0]["text"]', [2, 3], "c[0].text"),
        ('openai.Completion.create()\nprint(r.choices[0]["message"]["content"])', [2], "r.choices[0].message.content"),
        ('for c in openai.Completion.create(stream=True):\n    c["choices"]', [2], "c.choices"),
        ('ids = [f["id"] for f in openai.File.list()["data"]]', [1, 1], "f.id"),
        ('r = await openai.ChatCompletion.acreate()\nr.get("choices")', [2], "r.choices"),
        ('def ask():\n    return openai.Completion.create()\nask()["id"]', [3], "….id"),
        ('self.job = openai.FineTuningJob.create()\nself.job["id"]', [2], "self.job.id"),
        ('def say(reply):\n    reply["choices"]\nsay(openai.Completion.create())', [2], "reply.choices"),
        ('from openai import OpenAI\nr = OpenAI().embeddings.create()\nr["data"]', [3], "r.data"),
    ],
)
def test_subscripts_of_the_packages_objects_are_found(tmp_path, code, lines, today):
    (tmp_path / "old.py").write_text(code)
    table = find_old_calls(tmp_path / "old.py")
    subscripts = table[table.found.str.startswith("[")]
    assert subscripts.line.tolist() == lines and f"attributes: {today}" in subscripts.today.tolist()


def test_magics_and_shell_lines_of_a_notebook(tmp_path):
    path = notebook(
        tmp_path,
        ("code", "\n%pip install openai==0.28\nimport openai as ai\n!openai api \\\n  list\nai.Model.list()"),
        ("code", "%%time\njob = ai.FineTuningJob.create()\njob?"),
        ("code", "%time job['id']\nx = !openai api fine_tunes.list"),
        ("code", "%%bash\ncd data\nopenai tools fine_tunes.prepare_data -f x.jsonl"),
        ("code", 'print "Python 2", openai.File.list()'),
    )
    table = find_old_calls(path)
    assert list(zip(table.cell, table.line, table.found, strict=True)) == [
        (1, 6, "openai.Model.list"),
        (2, 2, "openai.FineTuningJob.create"),
        (3, 1, "['id']"),
        (3, 2, "openai api fine_tunes"),
        (4, 3, "openai tools fine_tunes.prepare_data"),
        (5, 1, "openai.File.list"),
    ]


def test_a_notebook_of_format_3(tmp_path):
    cell = {"cell_type": "code", "input": ["import openai\n", "openai.Model.list()"]}
    (tmp_path / "old.ipynb").write_text(json.dumps({"nbformat": 3, "worksheets": [{"cells": [cell]}]}))
    assert find_old_calls(tmp_path / "old.ipynb").line.tolist() == [2]


def test_old_addresses_are_found_and_those_of_today_are_not(tmp_path):
    address = "https://api.openai.com/v1"
    code = f'post("{address}/engines/davinci/completions")\npost("{address}/fine_tuning/jobs")'
    assert found_in(tmp_path, code) == [(1, "/v1/engines")]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_lessons_have_no_old_call(path):
    assert find_old_calls(path).empty


LINES = [*OLD.splitlines(), "%%time", "!ls \\", "  x", "def f(a):", "(", '"' * 3, "f?", "x = %ls", "job['x'\\", ""]


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_any_lines_give_lines_that_exist(tmp_path_factory, lines):
    path = Path(tmp_path_factory.mktemp("any") / "x.py")
    path.write_text("\n".join(lines))
    assert find_old_calls(path).line.between(1, max(len(lines), 1)).all()


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
