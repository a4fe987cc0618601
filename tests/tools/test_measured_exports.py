"""What is told of exports is what was measured."""

from tools import measured_exports


def test_the_table_counts_the_answers_that_are_the_same():
    lines = [
        {"recorded": "2026-11-27T23:00:00Z", "cores": 2, "processor": "AMD EPYC", "answers": ["a", "b"]},
        {
            "format": "merged",
            "type": None,
            "version": "t 1",
            "bytes": {"x": 1_400_000, "y": 200},
            "answers": ["a", "b"],
        },
        {"format": "gguf", "type": "q8_0", "version": "x 2", "bytes": {"x": 600_000}, "answers": ["a", "c"]},
    ]
    _, _, merged, gguf, _, origin = measured_exports.table(lines).splitlines()
    assert merged == "| `merged` | f32 | t 1 | 1 | 2 of 2 |" and gguf == "| `gguf` | q8_0 | x 2 | 1 | 1 of 2 |"
    assert origin == "(Measured on 2026-11-27, 2 cores of AMD EPYC.)"


def test_the_table_stands_between_its_marks(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- exports -->\nold\n<!-- /exports -->\nafter\n")
    monkeypatch.setattr(measured_exports, "README", readme)
    monkeypatch.setattr(measured_exports, "table", lambda lines: "new")
    measured_exports.write_table([])
    assert readme.read_text() == "before\n<!-- exports -->\nnew\n<!-- /exports -->\nafter\n"
