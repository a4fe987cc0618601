"""What `check` finds in examples, and how its report names it."""

import json

import pandas as pd
import pytest

from helpers import tokens
from helpers.paths import DATA
from helpers.t1000 import tickets
from helpers.t1000.desk_cleaning import handbook_check
from helpers.training_data import check, inspect, read_jsonl, stream_examples
from helpers.training_data.balance import find_other_tone, find_uneven_topics, form_of_address
from helpers.training_data.checks import MODEL
from helpers.training_data.contradictions import find_contradictions

CALL = {"id": "c1", "type": "function", "function": {"name": "find_order", "arguments": '{"number": 7}'}}
TOOL = {"type": "function", "function": {"name": "find_order", "parameters": {"type": "object", "properties": {}}}}
SYSTEM, ASKED = {"role": "system", "content": "Be brief."}, {"role": "user", "content": "How heavy is it?"}
SAID = {"role": "assistant", "content": "It weighs 2.4 kilograms."}
CALLING = [
    ASKED,
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "{}"},
    SAID,
]
OLD_CALLING = [
    ASKED,
    {"role": "assistant", "content": None, "function_call": CALL["function"]},
    {"role": "function", "name": "find_order", "content": "{}"},
    SAID,
]


def kinds(example):
    return set(check([example]).counts)


def example(*messages, **more):
    return {"messages": list(messages), **more}


@pytest.mark.parametrize(
    "good",
    [
        example(SYSTEM, ASKED, SAID),
        example({"role": "developer", "content": "Be brief."}, ASKED, SAID),
        example(ASKED, {**SAID, "weight": 0}, ASKED, {**SAID, "weight": 1}),
        example({**ASKED, "name": "Anna"}, SAID, topic="weight"),
        example({"role": "user", "content": [{"type": "text", "text": "How heavy is it?"}]}, SAID),
        example(*CALLING, tools=[TOOL], parallel_tool_calls=False),
        example(*CALLING[:2], tools=[TOOL]),
        example(*OLD_CALLING, functions=[TOOL["function"]]),
        example(ASKED, {"role": "assistant", "content": "Type a <|b, or ask | for <b|> and [INSTALL]."}),
        example(ASKED, {"role": "assistant", "content": "Yes"}),
        example(
            ASKED, {"role": "assistant", "content": "Let it dry. It takes 24 hours.\n\nBest regards, your service team"}
        ),
        example(ASKED, {"role": "assistant", "content": "Spaß“ – „Fuß–Boden“: 20 °C, £5, naïve château"}),
    ],
)
def test_a_good_example_gives_no_finding(good):
    assert check([good]).table.empty


@pytest.mark.parametrize(
    "kind, bad",
    [
        ("wrong type", []),
        ("wrong type", {"messages": "How heavy?"}),
        ("wrong type", example("How heavy?", SAID)),
        ("wrong type", example({"role": "user", "content": 5}, SAID)),
        ("wrong type", example({"role": "user", "content": [{"type": "text"}]}, SAID)),
        ("wrong type", example({**ASKED, "name": 5}, SAID)),
        ("unknown key", example({**ASKED, "time": "9:30"}, SAID)),
        ("unknown key", example(*CALLING[:2], {**CALLING[2], "name": None}, SAID, tools=[TOOL])),
        ("unknown role", example(ASKED, {"role": "agent", "content": "Hello."}, SAID)),
        ("unknown role", example(ASKED, {"role": ["user"], "content": "Hello."}, SAID)),
        ("unknown role", example({"content": "Hello."}, SAID)),
        ("no answer", example(ASKED)),
        ("no answer", example()),
        ("no answer", example(ASKED, {**SAID, "weight": 0})),
        ("empty", example({"role": "user", "content": ""}, SAID)),
        ("empty", example(ASKED, {"role": "assistant", "content": " \n\t"})),
        ("empty", example(ASKED, {"role": "assistant"})),
        ("empty", example({"role": "user", "content": []}, SAID)),
        ("cut off", example(ASKED, {"role": "assistant", "content": "Please wash the filter with"})),
        ("cut off", example(ASKED, {"role": "assistant", "content": "It is full. Please open the bottom fl"})),
        ("cut off", example(ASKED, {"role": "assistant", "content": "Bitte reinigen Sie die"})),
        ("too long", example({"role": "user", "content": "dust " * 70_000}, SAID)),
        ("weight", example(ASKED, {**SAID, "weight": 0.5}, SAID)),
        ("weight", example(ASKED, {**SAID, "weight": True}, SAID)),
        ("weight", example({**ASKED, "weight": 1}, SAID)),
        ("tools", example(ASKED, SAID, tools={})),
        ("tools", example(ASKED, SAID, tools=[{"type": "function"}])),
        ("tools", example(ASKED, SAID, tools=[{"type": "function", "function": {"name": "find order"}}])),
        ("tools", example(ASKED, SAID, parallel_tool_calls="no")),
        ("tool call", example(*CALLING)),
        ("tool call", example(ASKED, CALLING[1], SAID, tools=[TOOL])),
        ("tool call", example(ASKED, CALLING[2], SAID, tools=[TOOL])),
        ("tool call", example(ASKED, {"role": "assistant", "tool_calls": "find_order"})),
        ("tool call", example(ASKED, {"role": "assistant", "tool_calls": [{**CALL, "id": 1}]}, tools=[TOOL])),
        (
            "tool call",
            example(
                ASKED,
                {
                    "role": "assistant",
                    "tool_calls": [{**CALL, "function": {"name": "find_order", "arguments": "{number: 7}"}}],
                },
                tools=[TOOL],
            ),
        ),
        ("tools", example(*OLD_CALLING, functions="find_order")),
        ("tools", example(*OLD_CALLING, functions=[])),
        ("tools", example(ASKED, SAID, functions=[{"description": "no name"}])),
        ("tools", example(ASKED, SAID, functions=[{"name": "find order"}])),
        ("tool call", example(*OLD_CALLING)),
        ("tool call", example(*OLD_CALLING, functions=[{"name": "other"}])),
        ("tool call", example(ASKED, OLD_CALLING[1], SAID, functions=[TOOL["function"]])),
        ("tool call", example(ASKED, OLD_CALLING[2], SAID, functions=[TOOL["function"]])),
        (
            "tool call",
            example(
                ASKED,
                {"role": "assistant", "function_call": {"name": "find_order", "arguments": "{id: 7"}},
                functions=[TOOL["function"]],
            ),
        ),
        ("tool call", example(ASKED, {"role": "assistant", "function_call": "find_order"})),
        ("tool call", example(ASKED, {"role": "assistant", "function_call": {"name": "find_order"}})),
        ("name", example({**ASKED, "name": "Kim Blank"}, SAID)),
        ("name", example({**ASKED, "name": "k" * 65}, SAID)),
        ("name", example({**SYSTEM, "name": "désk"}, ASKED, SAID)),
        ("control token", example(ASKED, {"role": "assistant", "content": "It prints <|fim_suffix|> and stops."})),
        ("control token", example({"role": "user", "content": "Why <|im_start|>user?"}, SAID)),
        ("control token", example({"role": "system", "content": "[INST] Be brief. [/INST]"}, ASKED, SAID)),
        ("control token", example(ASKED, {"role": "assistant", "content": "It weighs 2 kilograms.</s>"})),
        ("control token", example(ASKED, {"role": "assistant", "content": "Yes.<end_of_turn>", "weight": 0}, SAID)),
        ("encoding", example(ASKED, {"role": "assistant", "content": "FÃ¼r den Filter."})),
        ("encoding", example(ASKED, {"role": "assistant", "content": "Itâ€™s full."})),
        ("encoding", example(ASKED, {"role": "assistant", "content": "Der K\ufffdrper."})),
        ("encoding", example(ASKED, {"role": "assistant", "content": "The\x00 filter."})),
        ("encoding", example(ASKED, {"role": "assistant", "content": "A smile \ud83d."})),
    ],
)
def test_what_is_wrong_is_named(kind, bad):
    assert kind in kinds(bad)


def test_a_finding_names_line_message_and_what_to_do():
    report = check([example(ASKED, SAID), example(ASKED, {"role": "agent", "content": "Hello."}, SAID)])
    (row,) = report.table.to_dict("records")
    assert (row["line"], row["message"], row["kind"], row["detail"]) == (2, 2, "unknown role", "the role is 'agent'")
    assert row["what to do"].startswith("Use system")


def test_the_odd_system_prompt_is_named_even_if_it_comes_first():
    report = check(
        [
            example({"role": "system", "content": "Be kind."}, ASKED, SAID),
            *[example(SYSTEM, ASKED, SAID)] * 3,
            example(ASKED, SAID),
        ]
    )
    assert list(report.table.line) == [1, 5] and report.counts == {"other system prompt": 2}


def test_the_few_examples_with_another_system_prompt_can_be_left_out():
    prompts = (["Be brief."] * 29 + ["Be kind."]) * 200
    examples = [example({"role": "system", "content": prompt}, ASKED, SAID) for prompt in prompts]
    report = check(examples)
    assert report.counts == {"other system prompt": 200} and len(list(report.without_findings(examples))) == 5_800


def test_lines_of_a_file_are_named_blank_ones_counted(tmp_path):
    path = tmp_path / "x.jsonl"
    good = json.dumps(example(ASKED, SAID)).encode()
    path.write_bytes(
        b"\r\n".join([b"\xef\xbb\xbf" + good, b"", b"{", good[:-1] + b', "topic": 1}', b'{"messages": "\xfc"}', b"NaN"])
    )
    report = check(path)
    assert list(zip(report.table.line, report.table.kind, strict=True)) == [
        (3, "not JSON"),
        (4, "unknown key"),
        (5, "encoding"),
        (6, "not JSON"),
    ]
    assert [e["line"] for e in report.without_findings(stream_examples(path))] == [1]
    assert [e["line"] for e in report.without_findings(stream_examples(path), ignored=["unknown key"])] == [1, 4]


def test_a_report_reads_well_and_has_no_addresses():
    report = check([example(ASKED)] * 7 + [example(ASKED, SAID)])
    assert repr(report) == (
        "8 examples, 92 tokens an epoch: 7 findings in 7 of them. A training file needs at least 10 examples.\n"
        "        7  no answer, line 1, 2, 3, 4, 5, …\n"
        "           Add what the assistant should say, or leave the example out."
    )
    assert ">no answer</td>" in report._repr_html_() and " at 0x" not in report._repr_html_()
    assert "<b>" not in check([example({"role": "<b>", "content": "x"})])._repr_html_()


def test_a_long_text_is_counted_as_the_tokenizer_counts_it():
    said = "Der T-1000 saugt 12 qm, und er wiegt 2,4 kg. " * 12_000
    assert check([example({"role": "user", "content": said}, SAID)]).tokens == tokens.billed(
        example({"role": "user", "content": said}, SAID), MODEL
    )


def test_more_findings_than_are_kept_are_counted_and_left_out():
    report = check([example(ASKED)] * 1500 + [example(ASKED, SAID)])
    assert report.counts["no answer"] == 1500 and len(report.table) == 1000
    assert len(list(report.without_findings([example(ASKED)] * 1500 + [example(ASKED, SAID)]))) == 1


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_the_clean_sets_give_no_finding(language, part):
    path = DATA / language / f"{part}.jsonl"
    examples = list(stream_examples(path))
    report = inspect(examples)
    assert report.table.empty and check(path).table.empty, report
    assert report.tokens == sum(tokens.billed(e, MODEL) for e in examples)


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_contradicts_the_handbook_is_found_without_it(language):
    raw = read_jsonl(DATA / language / "raw.jsonl")
    against_handbook = inspect(raw, checks=[handbook_check(tickets.load_handbook(language))])
    report = inspect(raw, checks=[find_contradictions])
    assert report.lines("two answers") == against_handbook.lines("contradicts the handbook") != set()


def test_what_is_checked_stays_as_it_is():
    examples = [example(*CALLING, tools=[TOOL]), example(ASKED, {**SAID, "weight": 2})]
    before = json.dumps(examples)
    check(examples)
    assert json.dumps(examples) == before


@pytest.mark.parametrize(
    "text, how",
    [
        ("Bitte laden Sie den T-1000.", "Sie"),
        ("Lade ihn, wenn du magst.", "du"),
        ("Sie ist leer.", ""),
        ("Nehmen Sie deinen Filter.", "Sie and du"),
        ("Die Batterie ist leer.", ""),
    ],
)
def test_how_a_german_answer_addresses_its_reader(text, how):
    assert form_of_address(text) == how


def test_another_tone_and_uneven_topics_are_named():
    said = [
        "Bitte laden Sie ihn.",
        "Bitte öffnen Sie ihn.",
        "Mach du das mal.",
        "Bitte prüfen Sie " + "das " * 40 + "Rohr.",
    ]
    examples = [example(ASKED, {"role": "assistant", "content": s}, topic="t") for s in said]
    assert [(f.line, f.kind) for f in find_other_tone(examples)] == [(3, "other tone"), (4, "other length")]
    topics = ["a"] * 12 + ["b"] * 10 + ["c"] * 2
    assert [(f.line, f.detail) for f in find_uneven_topics([example(topic=t) for t in topics])] == [
        (23, "'c' has 2 examples, the median topic 10")
    ]


def test_the_table_is_empty_but_has_its_columns_where_nothing_was_found():
    table = check([example(ASKED, SAID)] * 10).table
    assert isinstance(table, pd.DataFrame) and list(table) == ["line", "message", "kind", "detail", "what to do"]
