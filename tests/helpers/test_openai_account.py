"""What `use("openai")` asks and says before anything costs money."""

import pytest

import helpers
from helpers.backends import backend, openai_account

from ..faulty_server import BROKEN, DROP, MINI, SLOW_DOWN, WRONG_KEY, FaultyServer, Refusal

KEY = "sk-" + "a" * 40
FULL = "gpt-4.1-2025-04-14"
NO_RIGHT = Refusal(403, None, "You have insufficient permissions for this operation. Missing scopes: api.model.read.")


@pytest.fixture
def use(monkeypatch, capsys):
    """`use("openai")` against a server: the backend, and what was shown."""
    for name in ("OPENAI_BASE_URL", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(backend, "_own_keys", {})
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)

    def use(server, **how):
        monkeypatch.setattr(openai_account, "OPENAI_URL", server.url)
        chosen = helpers.use("openai", **how)
        shown = capsys.readouterr().out
        assert KEY not in shown
        assert {line.split()[0] for line in server.asked} == {"GET"}  # finding out makes nothing
        return chosen, shown

    return use


def test_the_model_its_end_the_budget_and_who_may_train(use):
    server = FaultyServer(models=(MINI, FULL, "gpt-6-luna", "ft:gpt-4o-2024-08-06:org::1"))
    server.models[MINI]["shutdown_date"] = "2027-01-14"
    chosen, shown = use(server)
    assert (chosen.base_model, chosen.budget_usd, chosen.paid) == (MINI, 3.0, True)
    assert f"Base model: {MINI}, which shuts down on 2027-01-14. Others that can be tuned: {FULL}." in shown
    assert "the default budget of a training is 3.00 USD" in shown
    for fact in (
        "2026-05-07",
        "past 60 days (since 2026-07-02)",
        "2027-01-06",
        "read on 2026-11-21",
        "lists 1 fine-tuned",
    ):
        assert fact in shown
    assert len(shown.splitlines()) == 3


def test_without_a_date_from_openai_the_source_of_ours_is_named(use):
    assert "no shutdown date from OpenAI (four third parties agree: 2027-01-14)" in use(FaultyServer())[1]


def test_another_model_is_taken_where_the_usual_one_is_missing(use):
    assert use(FaultyServer(models=("gpt-6-luna", FULL)))[0].base_model == FULL


def test_a_model_of_ones_own_choice(use):
    assert use(FaultyServer(models=(MINI, FULL)), base_model=FULL)[0].base_model == FULL
    with pytest.raises(helpers.BackendError, match=f"does not offer gpt-5 to this account; it offers: {MINI}, {FULL}"):
        use(FaultyServer(models=(MINI, FULL)), base_model="gpt-5")


def test_an_account_without_a_model_to_tune_is_told_where_to_go(use):
    with pytest.raises(helpers.BackendError, match=r'no model that can be tuned. Go on with use\("local"\)'):
        use(FaultyServer(models=("gpt-6-luna",)))


@pytest.mark.parametrize(
    "refusal, words",
    [(NO_RIGHT, "Missing scopes: api.model.read"), (BROKEN, "fault of its own"), (SLOW_DOWN, "Too many requests")],
)
def test_a_refused_listing_is_said_and_does_not_stop(use, refusal, words):
    server = FaultyServer()
    server.permission = lambda line: refusal
    chosen, shown = use(server)
    assert chosen.base_model == MINI and "did not say whether the account has it" in shown and words in shown


@pytest.mark.parametrize(
    "fault, words",
    [
        (WRONG_KEY, "OpenAI: The key was not accepted. Check OPENAI_API_KEY"),
        (DROP, "OpenAI: No answer came from 127.0.0.1. Check the network."),
    ],
)
def test_a_wrong_key_and_a_dead_network_are_one_sentence(use, fault, words):
    server = FaultyServer()
    server.permission = lambda line: fault
    with pytest.raises(helpers.BackendError, match=words) as caught:
        use(server)
    assert KEY not in str(caught.value) and "sk-" not in str(caught.value)
