"""An adapter goes out of one server and into another, which answers with it as the first one did."""

import json
import shutil

import openai
import pytest
import requests

from .. import needs, tiny_model

needs.training()

from safetensors.numpy import load_file, save_file

from finetune_server import __main__
from finetune_server.store.store import Store
from finetune_server.training.adapter_folder import BadAdapter, take_in

from ..local_server import finished, lines, start, supervised, upload

FILES = ("adapter_config.json", "adapter_model.safetensors")
QUESTION = [{"role": "user", "content": "question 1"}]


def said_by(api, name):
    reply = api.chat.completions.create(model=name, messages=QUESTION, temperature=0, max_completion_tokens=8)
    return reply.choices[0].message.content


@pytest.fixture(scope="module")
def trained(api):
    """The name of a model that `api` trained."""
    method = supervised(n_epochs=1, batch_size=4, learning_rate_multiplier=20)
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(12)), method=method, seed=1)
    return finished(api, job).fine_tuned_model


def downloaded(api, name, file):
    return requests.get(f"{str(api.base_url).rstrip('/')}/models/{name}/adapter/{file}", timeout=10)


@pytest.fixture
def folder(api, trained, tmp_path):
    """The adapter of that model, as it was downloaded."""
    folder = tmp_path / "adapter"
    folder.mkdir()
    for file in FILES:
        reply = downloaded(api, trained, file)
        reply.raise_for_status()
        (folder / file).write_bytes(reply.content)
    return folder


@pytest.fixture
def taker(tmp_path):
    """The store of a server that takes adapters in."""
    store = Store(tmp_path / "store")
    yield store
    store.close()


def change_config(folder, **values):
    path = folder / FILES[0]
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_model_that_was_taken_in_answers_as_the_trained_one_and_goes_like_any(api, trained, folder, tmp_path, model):
    other = start(tmp_path / "other", model, adapters=[("mine", folder)])
    shutil.rmtree(folder)  # the weights were copied
    base, name = [listed.id for listed in other.models.list()]
    assert name.startswith("ft:tiny:local:mine:") and other.models.retrieve(name).owned_by == "local"
    assert said_by(other, name) == said_by(api, trained) != said_by(other, base)
    other.models.delete(name)
    assert [listed.id for listed in other.models.list()] == [base]
    with pytest.raises(openai.NotFoundError):
        said_by(other, name)


def test_only_the_two_files_of_a_tuned_model_can_be_downloaded(api, trained):
    for name, file in [("tiny", FILES[0]), ("none", FILES[0]), (trained, "README.md"), (trained, "..%2Fstore.sqlite")]:
        assert downloaded(api, name, file).status_code == 404


def test_it_is_taken_in_once(folder, taker, model, recwarn):
    change_config(folder, base_model_name_or_path="somebody/tiny")
    names = [take_in(taker, model, "tiny", "mine", folder) for _ in range(2)]
    weights = load_file(folder / FILES[1])
    save_file({name: weight * 2 for name, weight in weights.items()}, folder / FILES[1])
    names.append(take_in(taker, model, "tiny", "mine", folder))
    assert [one["id"] for one in taker.all("model")] == [names[0], names[2]]
    assert names[0] == names[1] != names[2]
    assert not [warning for warning in recwarn if "base_model_name_or_path" in str(warning.message)]
    assert sorted(path.name for path in taker.weights_folder(names[2]).iterdir()) == list(FILES)


@pytest.mark.parametrize("made_for", ["large", "somebody/large", "/models/large", r"C:\models\somebody--large"])
def test_one_of_another_base_is_refused(folder, taker, model, made_for):
    change_config(folder, base_model_name_or_path=made_for)
    with pytest.raises(BadAdapter, match="is for the model .*large.*, not for tiny, which runs here: .*--model"):
        take_in(taker, model, "tiny", "mine", folder)
    assert not taker.all("model") and not list((taker.folder / "models").iterdir())


def test_one_whose_base_is_not_named_is_known_by_the_shapes_of_its_layers(folder, taker, tmp_path, model):
    change_config(folder, base_model_name_or_path=None)
    wide = tiny_model.make(tmp_path / "wide", hidden_size=64)
    with pytest.raises(BadAdapter, match="does not fit the layers of wide"):
        take_in(taker, wide, "wide", "mine", folder)
    assert take_in(taker, model, "tiny", "mine", folder)


def no_lora(folder):
    change_config(folder, peft_type="PROMPT_TUNING")


def no_layers(folder):
    change_config(folder, target_modules=["none"])


def no_weights(folder):
    (folder / FILES[1]).unlink()


def half_the_weights(folder):
    path = folder / FILES[1]
    path.write_bytes(path.read_bytes()[:-100])


def no_object(folder):
    (folder / FILES[0]).write_text("[]")


@pytest.mark.parametrize("spoil", [no_lora, no_layers, no_weights, half_the_weights, no_object, shutil.rmtree])
def test_a_folder_without_a_fitting_adapter_is_refused_in_a_sentence(folder, taker, model, spoil):
    spoil(folder)
    with pytest.raises(BadAdapter, match=r"adapter(?s:.)*\.$") as caught:
        take_in(taker, model, "tiny", "mine", folder)
    assert str(folder) in str(caught.value) and not taker.all("model")


def test_the_command_takes_names_and_folders(tmp_path, capsys):
    given = ["--adapter", f"desk={tmp_path}", "--adapter", f"a-b.c={tmp_path / 'x=y'}"]
    assert __main__.parser().parse_args(given).adapter == [("desk", tmp_path), ("a-b.c", tmp_path / "x=y")]
    for wrong in (str(tmp_path), f"={tmp_path}", f"a:b={tmp_path}", "name="):
        with pytest.raises(SystemExit):
            __main__.parser().parse_args(["--adapter", wrong])
        assert "NAME=FOLDER" in capsys.readouterr().err
