"""No key and no account reaches a tape, wherever it is in what was asked and answered."""

import base64
import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.replay.tape import Exchange, Request, Response
from tools.redaction import identifying, redact

PLANTED = {
    "key": "sk-proj-" + "aB3_" * 10,
    "another's key": "sk-svcacct-" + "Zz9-" * 10,
    "a key as an error quotes it": "sk-proj-********************wXyZ",
    "organization": "org-" + "Ab1" * 8,
    "project": "proj_" + "Cd2" * 8,
    "user": "user-" + "Ef3" * 8,
    "a secret of the environment": "Acme Europe 0815",
}
SECRETS = (PLANTED["key"], PLANTED["a secret of the environment"])


def exchange(path="/files", query=(), body=None, answer=None, headers=None):
    return Exchange(Request("POST", path, list(query), body), Response(200, headers or {}, answer or {"json": {}}), 1.0)


def places(text):
    """The text in each place that an exchange has."""
    content = f"step,train_loss {text} 1,0.5".encode()
    return {
        "path": exchange(path=f"/files/{text}"),
        "quoted path": exchange(path=f"/files/{text}".replace("-", "%2D").replace("_", "%5F")),
        "query": exchange(query=[["after", text]]),
        "request": exchange(body={"messages": [{"role": "user", "content": f"My key: {text}."}]}),
        "field": exchange(body={text: 1}),
        "header": exchange(headers={"x-request-id": text}),
        "response": exchange(answer={"json": {"error": {"message": f'No "{text}" in here'}}}),
        "text": exchange(answer={"text": f'data: {{"id": "{text}"}}\n\n'}),
        "base64": exchange(answer={"base64": base64.b64encode(content).decode()}),
        "base64 as text": exchange(answer={"text": base64.b64encode(content).decode()}),
    }


def told(of: Exchange) -> str:
    """All that a tape would tell, base64 included."""
    [(_, value)] = of.response.body.items()
    hidden = ""
    if isinstance(value, str) and not value.startswith("data:") and len(value) > 30:
        hidden = base64.b64decode(value).decode()
    return json.dumps(asdict(of)) + hidden


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("place", places(""))
def test_what_is_planted_is_gone(planted, place):
    secret = PLANTED[planted]
    before = places(secret)[place]
    after = redact(before, SECRETS)
    assert identifying(before, SECRETS) and not identifying(after, SECRETS)
    assert secret not in told(after) and "recorded" in told(after)


@given(st.text(), st.text(), st.sampled_from(sorted(PLANTED)), st.sampled_from(sorted(places(""))))
def test_whatever_stands_around_it(before, after, planted, place):
    secret = PLANTED[planted]
    text = f"{before} {secret} {after}" if place in ("request", "response", "text") else secret
    assert secret not in told(redact(places(text)[place], SECRETS))


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_what_tells_nothing_stays_as_it_is(answer):
    before = exchange(answer={"json": answer})
    assert redact(before, ("sk-proj-" + "x" * 40,)) == before


def test_the_organization_is_taken_out_of_names_and_owners():
    tuned = "ft:gpt-4.1-mini-2025-04-14:acme:t1000:XyZ"
    answer = {
        "organization_id": "org-1",
        "data": [{"id": tuned, "owned_by": "acme"}, {"id": "x", "owned_by": "system"}],
    }
    after = redact(exchange(path=f"/models/{tuned}", body={"model": tuned}, answer={"json": answer}))
    assert "acme" not in told(after) and "org-1" not in told(after)
    body = after.response.body["json"]
    assert [{"model": body["data"][0]["id"]}] == [after.request.body]
    assert body["data"][0]["id"] == "ft:gpt-4.1-mini-2025-04-14:recorded:t1000:XyZ"
    assert after.request.path.endswith("ft:gpt-4.1-mini-2025-04-14:recorded:t1000:XyZ")
    assert [one["owned_by"] for one in body["data"]] == ["recorded", "system"]


def test_the_local_servers_names_are_nobodys():
    answer = {"organization_id": "org-local", "owned_by": "local", "fine_tuned_model": "ft:Smol:local:t1000:XyZ"}
    assert not identifying(exchange(answer={"json": answer}), ("local",))


def test_without_the_account_only_the_key_goes():
    answer = {"json": {"organization_id": "org-1", "id": "ft:m:acme:t:1", "said": PLANTED["key"]}}
    after = redact(exchange(answer=answer), SECRETS, account=False).response.body["json"]
    assert (after["organization_id"], after["id"], after["said"]) == ("org-1", "ft:m:acme:t:1", "recorded")
