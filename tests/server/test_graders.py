"""Graders through the real client: rewards that were computed by hand, and what goes wrong with an answer."""

import math

import openai
import pytest

from .. import needs

needs.training()

from finetune_server.graders import python_grader

from .. import openapi

RUN, VALIDATE = "/fine_tuning/alpha/graders/run", "/fine_tuning/alpha/graders/validate"
TEXT = "{{sample.output_text}}"


def check(operation, reference: object = "{{item.answer}}", text=TEXT):
    return {"type": "string_check", "name": "same", "input": text, "reference": reference, "operation": operation}


def alike(metric, reference="{{item.answer}}"):
    return {
        "type": "text_similarity",
        "name": "alike",
        "input": TEXT,
        "reference": reference,
        "evaluation_metric": metric,
    }


def python(source):
    return {"type": "python", "name": "mine", "source": source, "image_tag": "2025-05-08"}


def of(expression):
    return python(f"def grade(sample, item):\n    return {expression}\n")


def multi(formula, **graders):
    graders = graders or {"same": check("eq"), "alike": alike("fuzzy_match")}
    return {"type": "multi", "name": "both", "graders": graders, "calculate_output": formula}


def score(**change):
    message = {"role": "user", "content": f"Rate {TEXT}"}
    return {"type": "score_model", "name": "judge", "model": "tiny", "input": [message]} | change


def run(api, grader, sample="", item=None):
    reply = api.post(RUN, body={"grader": grader, "model_sample": sample, "item": item or {}}, cast_to=object)
    openapi.accepts(reply, "post", RUN)
    return reply


def errors_of(reply):
    return [name for name, value in reply["metadata"]["errors"].items() if value is True]


A = {"answer": "a"}
CAT = {"answer": "the cat"}
NESTED = {"answer": {"words": ["no", "yes"], "n": 3}, "n": 0.5, "none": None, "flag": True, "de": "Grüße"}
MAT = {"answer": "the cat sat on a mat"}

BY_HAND = [
    (check("eq"), "a", A, 1),
    (check("eq"), "A", A, 0),
    (check("eq"), "a ", A, 0),
    (check("eq"), "", {"answer": ""}, 1),
    (check("ne"), "a", A, 0),
    (check("ne"), "b", A, 1),
    (check("like"), "bab", A, 1),  # "like" is "contains"
    (check("like"), "bAb", A, 0),
    (check("like"), "a", {"answer": "bab"}, 0),  # the answer contains the reference, not the other way
    (check("like"), "anything", {"answer": ""}, 1),
    (check("ilike"), "bAb", A, 1),
    (check("ilike"), "STRASSE", {"answer": "straße"}, 1),
    (check("ilike"), "bcb", A, 0),
    (check("eq", "{{ item.answer }}"), "a", A, 1),
    (check("eq", "<{{item.answer}}{{item.answer}}>"), "<aa>", A, 1),
    (check("eq", "{{item.answer.words[1]}}"), "yes", NESTED, 1),
    (check("eq", "{{item.answer.words.0}}"), "no", NESTED, 1),
    (check("eq", "{{item.answer.n}}"), "3", NESTED, 1),
    (check("eq", "{{item.n}}"), "0.5", NESTED, 1),
    (check("eq", "{{item.none}}"), "null", NESTED, 1),
    (check("eq", "{{item.flag}}"), "true", NESTED, 1),
    (check("eq", "{{item.de}}"), "Grüße", NESTED, 1),
    (check("eq", "{{item.answer.words}}"), '["no", "yes"]', NESTED, 1),
    (check("eq", "{{item.answer}}"), "{{item.answer}}", {"answer": "{{item.answer}}"}, 1),  # values are no templates
    (check("eq", text="{{sample.output_json.city}}"), '{"city": "a"}', A, 1),
    (check("eq", text="{{sample.output_json.city}}"), '{"city": "b"}', A, 0),
    (check("eq", "7", text="{{sample.output_json[0].n}}"), '[{"n": 7}]', {}, 1),
    (check("eq", text="{{sample.choices[0].message.content}}"), "a", A, 1),
    (check("eq", "[]", text="{{sample.output_tools}}"), "a", {}, 1),
    (alike("fuzzy_match"), "a", A, 1),
    (alike("fuzzy_match"), "b", A, 0),
    (alike("fuzzy_match"), "abxd", {"answer": "abcd"}, 0.75),  # 3 of 4 letters are common: 2·3 / (4+4)
    (alike("fuzzy_match"), "ab", {"answer": "abcdef"}, 0.5),  # 2·2 / (2+6)
    (alike("gleu"), "the cat sat", {"answer": "the cat sat"}, 1),
    (alike("gleu"), "the cat", {"answer": "the dog"}, 1 / 3),  # of "the", "cat", "the cat", one is common
    (alike("gleu"), "the cat sat", {"answer": "the cat ran"}, 0.5),  # 3 of 6 n-grams
    (alike("gleu"), "the", {"answer": "the cat"}, 1 / 3),  # recall is the smaller
    (alike("gleu"), "", CAT, 0),
    (alike("bleu"), "the cat sat on a mat", MAT, 1),
    (alike("bleu"), "the cat sat on the mat", MAT, (5 / 6 * 3 / 5 * 2 / 4 * 1 / 3) ** 0.25),
    (alike("bleu"), "the cat sat on", MAT, math.exp(1 - 6 / 4)),  # all precisions are 1; it is short
    (alike("bleu"), "", CAT, 0),
    (alike("rouge_1"), "the cat sat", CAT, 0.8),  # 2·2 / (3+2)
    (alike("rouge_1"), "The CAT!", CAT, 1),
    (alike("rouge_1"), "the the the", CAT, 0.4),  # counted once: 2·1 / (3+2)
    (alike("rouge_2"), "the cat sat", CAT, 2 / 3),  # 2·1 / (2+1)
    (alike("rouge_2"), "cat the", CAT, 0),
    (alike("rouge_3"), "a b c", {"answer": "a b c d"}, 2 / 3),
    (alike("rouge_4"), "a b c d", {"answer": "a b c d"}, 1),
    (alike("rouge_5"), "a b c d e", {"answer": "a b c d e f"}, 2 / 3),
    (alike("rouge_5"), "a b c d", {"answer": "a b c d"}, 0),  # too short for five words
    (alike("rouge_l"), "a b c d", {"answer": "a c d b"}, 0.75),  # a c d: 2·3 / (4+4)
    (alike("rouge_l"), "x y", {"answer": "a b"}, 0),
    (of("0.25"), "", {}, 0.25),
    (of("True"), "", {}, 1),
    (of("-2"), "", {}, -2),
    (of("float(sample['output_text'] == item['answer'])"), "a", A, 1),
    (of("sample['output_json']['n'] / 4"), '{"n": 3}', {}, 0.75),
    (of("len(item['answer']['words'])"), "", NESTED, 2),
    (of("float(sample.get('output_json') is None)"), "no json", {}, 1),
    (of("sample['choices'][0]['message']['content'].count('a')"), "banana", {}, 3),
    (
        python("import re\nimport json\ndef grade(sample, item): return bool(re.match('a', json.dumps(sample)[-3]))"),
        "",
        {},
        0,
    ),
    (python("n = 2\ndef grade(sample, item, times=3): return n * times"), "", {}, 6),
    (multi("same + alike"), "a", A, 2),
    (multi("0.25 * same + 0.75 * alike"), "abxd", {"answer": "abcd"}, 0.5625),
    (multi("min(same, alike)"), "abxd", {"answer": "abcd"}, 0),
    (multi("max(same, alike, 0.9)"), "abxd", {"answer": "abcd"}, 0.9),
    (multi("alike ^ 2"), "abxd", {"answer": "abcd"}, 0.5625),
    (multi("2 ^ 3 ^ 2 / 512"), "", {"answer": ""}, 1),  # from the right, as in mathematics
    (multi("-alike + abs(-1)"), "abxd", {"answer": "abcd"}, 0.25),
    (multi("floor(alike) + ceil(alike) * 10"), "abxd", {"answer": "abcd"}, 10),
    (multi("sqrt(4 * (alike - 0.5))"), "abxd", {"answer": "abcd"}, 1),
    (multi("exp(log(alike))"), "abxd", {"answer": "abcd"}, 0.75),
    (multi("(same + 3) / 2"), "b", A, 1.5),
    (multi("one * two", one=of("3"), two=of("item['n']")), "", {"n": 2}, 6),
    (multi("same", **check("eq")), "a", A, 1),  # one grader, as OpenAI's types have it
]


@pytest.mark.parametrize("grader, sample, item, reward", BY_HAND)
def test_a_reward_is_the_one_computed_by_hand(api, grader, sample, item, reward):
    reply = run(api, grader, sample, item)
    assert reply["reward"] == pytest.approx(reward, abs=1e-9) and errors_of(reply) == []
    assert reply["metadata"]["scores"] and (grader["type"] == "multi") == bool(reply["sub_rewards"])


def test_the_table_is_as_long_as_promised():
    assert len(BY_HAND) >= 50


LOOP = python("def grade(sample, item):\n    while True: pass")


@pytest.mark.parametrize(
    "grader, error, words",
    [
        (check("eq", "{{item.other}}"), "invalid_variable_error", ""),
        (check("eq", "{{item.answer.deeper}}"), "invalid_variable_error", ""),
        (check("eq", text="{{sample.output_json.city}}"), "sample_parse_error", ""),
        (multi("1 / same"), "other_error", ""),
        (multi("(0 - 1) ^ 0.5"), "other_error", ""),
        (multi("9 ^ 9 ^ 9"), "other_error", ""),
        (multi("log(same)"), "other_error", ""),
        (multi("one + 1", one=check("eq", "{{item.other}}")), "invalid_variable_error", ""),
        (of("1 / 0"), "python_grader_runtime_error", "ZeroDivisionError"),
        (of("'high'"), "python_grader_runtime_error", "returned 'high', which is not a finite number"),
        (of("float('nan')"), "python_grader_runtime_error", "which is not a finite number"),
        (of("sample['output_json']"), "python_grader_runtime_error", "KeyError"),
        (python("import sys\ndef grade(sample, item): sys.exit(3)"), "python_grader_runtime_error", "SystemExit"),
        (python("raise OSError('early')\ndef grade(sample, item): pass"), "python_grader_runtime_error", "early"),
        (of("len('x' * 10**10)"), "python_grader_runtime_error", "MemoryError"),
        (of("open('/etc/passwd').read()"), "python_grader_runtime_error", "may only compute: open"),
        (of("open('here', 'w').write('x')"), "python_grader_runtime_error", "may only compute: open"),
        (
            of("__import__('os').listdir('/') and __import__('os').remove('/x')"),
            "python_grader_runtime_error",
            "os.remove",
        ),
        (of("__import__('socket').create_connection(('127.0.0.1', 80))"), "python_grader_runtime_error", "socket."),
        (of("__import__('subprocess').run(['ls'])"), "python_grader_runtime_error", "subprocess.Popen"),
        (of("__import__('os').fork()"), "python_grader_runtime_error", "os.fork"),
        (of("__import__('ctypes').CDLL(None)"), "python_grader_runtime_error", "ctypes.dlopen"),
        (of("__import__('os')._exit(1)"), "python_grader_runtime_error", "Its process ended"),
        (of("sample['no']"), "python_grader_runtime_error", "KeyError: 'no'"),
        (LOOP, "python_grader_runtime_error", "took longer than 1 s"),
    ],
)
def test_what_goes_wrong_is_told_beside_a_reward_of_0(api, monkeypatch, grader, error, words):
    monkeypatch.setattr(python_grader, "SECONDS", 1.0 if grader is LOOP else 60.0)
    reply = run(api, grader, "a", {"answer": "b"})
    assert errors_of(reply) == [error]
    assert words in (reply["metadata"]["errors"]["python_grader_runtime_error_details"] or "")
    assert reply["reward"] == (1 if grader.get("calculate_output") == "one + 1" else 0)


def test_a_grader_sees_neither_the_environment_nor_what_stood_before(api, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    seen = run(api, of("len(__import__('os').environ.get('OPENAI_API_KEY', ''))"))
    assert seen["reward"] == 0 and errors_of(seen) == []


def test_what_a_grader_prints_is_no_reward(api):
    assert run(api, python("def grade(sample, item):\n    print('{\"reward\": 9}')\n    return 1"))["reward"] == 1


def test_one_answer_that_ends_the_process_costs_no_other_its_reward(monkeypatch):
    monkeypatch.setattr(python_grader, "SECONDS", 20.0)
    source = "import os\ndef grade(sample, item):\n    return os._exit(1) if item['n'] == 1 else item['n']"
    grader = python_grader.PythonGrader("mine", source)
    grades = grader.grade([python_grader.Case("", {"n": n}) for n in range(4)], lambda questions: [])
    assert [g.reward for g in grades] == [0, 0, 2, 3] and [bool(g.error) for g in grades] == [False, True, False, False]


def test_after_three_timeouts_the_rest_is_not_tried(monkeypatch):
    monkeypatch.setattr(python_grader, "SECONDS", 0.2)
    grader = python_grader.PythonGrader("mine", LOOP["source"])
    grades = grader.grade([python_grader.Case("", {})] * 20, lambda questions: [])
    assert [(g.details or "")[:9] for g in grades] == ["It took l"] * 3 + ["It was no"] * 17


def test_a_model_of_this_server_grades(api):
    sampling = {"temperature": 0, "max_completions_tokens": 40}
    reply = run(api, score(range=[2, 3], sampling_params=sampling), "hello")
    told = reply["metadata"]
    assert told["sampled_model_name"] == "tiny" and told["token_usage"] > 20
    assert reply["model_grader_token_usage_per_model"] == {"tiny": told["token_usage"]}
    assert 2 <= reply["reward"] <= 3 if errors_of(reply) == [] else reply["reward"] == 0
    short = run(api, score(sampling_params={"temperature": 0, "max_completions_tokens": 1}), "hello")
    assert errors_of(short) == ["model_grader_parse_error"] and short["reward"] == 0


def test_a_prompt_that_the_grading_model_cannot_read_is_told(api):
    reply = run(api, score(), "x" * 600)
    assert errors_of(reply) == ["model_grader_server_error"]
    assert "cannot read its prompt" in reply["metadata"]["errors"]["model_grader_server_error_details"]


def test_the_client_runs_and_validates_a_grader(api):
    graders = api.fine_tuning.alpha.graders
    reply = graders.run(grader=check("eq"), model_sample="a", item=A)
    assert reply.reward == 1 and reply.metadata.errors.api_model_grader_parse_error is False
    assert graders.validate(grader=check("eq")).grader.to_dict() == check("eq")
    shown = api.post(VALIDATE, body={"grader": of("1")}, cast_to=object)
    openapi.accepts(shown, "post", VALIDATE)


@pytest.mark.parametrize(
    "grader, param, words",
    [
        (None, "grader", "Missing required parameter: 'grader'"),
        ("string_check", "grader.type", "expected an object whose type is string_check, "),
        ({"type": "label_model"}, "grader.type", "expected a grader of the type string_check, .* got 'label_model'"),
        (check("contains"), "grader.operation", "'eq', 'ne', 'like' or 'ilike'"),
        (check("eq") | {"references": "a"}, "grader.references", "did you mean 'grader.reference'"),
        (check("eq", 3), "grader.reference", "valid string"),
        (check("eq", "{{answer}}"), "grader.reference", r"{{answer}} names nothing: write {{item.KEY}}"),
        (check("eq", "{{item}}"), "grader.reference", "names nothing"),
        (check("eq", text="{{sample.text}}"), "grader.input", "a sample has output_text, output_json, output_tools"),
        (alike("cosine"), "grader.evaluation_metric", "does not compute 'cosine'.*take one of fuzzy_match, bleu"),
        (alike("meteor"), "grader.evaluation_metric", "does not compute 'meteor'"),
        (alike("rouge_9"), "grader.evaluation_metric", "Invalid value"),
        (python("def grade(sample, item: return 1"), "grader.source", "it is not Python: .* at line 1"),
        (python("def score(sample, item): return 1"), "grader.source", "no function grade"),
        (python("def grade(sample): return 1"), "grader.source", "must take two arguments: sample and item"),
        (python("#" * 256_000), "grader.source", "256000 bytes, and must have fewer"),
        (score(model="gone"), "model", "The model `gone` does not exist"),
        (score(input=[]), "grader.input", "at least one message"),
        (score(input=[{"role": "user", "content": "{{a}}"}]), "grader.input[0].content", "names nothing"),
        (score(range=[1, 0]), "grader.range", "the smaller one first"),
        (score(range="01"), "grader.range", "Invalid"),
        (
            score(sampling_params={"reasoning_effort": "low"}),
            "grader.sampling_params.reasoning_effort",
            "do not reason",
        ),
        (score(sampling_params={"temperature": 3}), "grader.sampling_params.temperature", "from 0 to 2"),
        (score(sampling_params={"max_tokens": 3}), "grader.sampling_params.max_tokens", "did you mean"),
        (multi("same +"), "grader.calculate_output", "it does not parse"),
        (multi("same 2"), "grader.calculate_output", "it does not parse at character"),
        (multi("same + other"), "grader.calculate_output", "there is no grader 'other': there are same, alike"),
        (multi("same if alike else 0"), "grader.calculate_output", "is not known: it may have numbers, the names"),
        (multi("__import__('os')"), "grader.calculate_output", "is not known"),
        (multi("same.real"), "grader.calculate_output", "is not known"),
        (multi("abs(same, alike)"), "grader.calculate_output", "abs takes one number, and has 2"),
        (multi("max(same)"), "grader.calculate_output", "max takes two numbers or more, and has 1"),
        (multi("1" * 2000), "grader.calculate_output", "has 2000 characters"),
        (multi("a", a=multi("same")), "grader.graders.a.type", "got 'multi'"),
        (multi("a", **{"a b": check("eq")}), "grader.graders", "'a b' cannot stand in a formula"),
        (multi("a") | {"graders": []}, "grader.graders", "a grader under each name"),
        (multi("a", a=check("eq", "{{b}}")), "grader.graders.a.reference", "names nothing"),
    ],
)
@pytest.mark.parametrize("path", [RUN, VALIDATE])
def test_a_grader_that_cannot_grade_is_refused_by_its_parameter(api, path, grader, param, words):
    body = {"grader": grader} | ({"model_sample": "a"} if path == RUN else {})
    with pytest.raises((openai.BadRequestError, openai.NotFoundError), match=words) as caught:
        api.post(path, body=body, cast_to=object)
    assert caught.value.param == param
    openapi.accepts(caught.value.response.json(), "post", path, caught.value.status_code)


@pytest.mark.parametrize(
    "body, param",
    [
        ({"model_sample": 3}, "model_sample"),
        ({"item": [1]}, "item"),
        ({"item": False}, "item"),
        ({"sample": "a"}, "sample"),
    ],
)
def test_a_bad_request_to_run_is_refused(api, body, param):
    with pytest.raises(openai.BadRequestError) as caught:
        api.post(RUN, body={"grader": check("eq"), "model_sample": "a"} | body, cast_to=object)
    assert caught.value.param == param
