"""Uploads in parts: joined in the given order, refused where bytes do not add up, and nothing is left behind."""

import asyncio
import hashlib
import io
import random

import openai
import pytest

from .. import needs

needs.training()

from finetune_server.routes import access, uploads
from finetune_server.store import upload_parts
from finetune_server.store.store import Store

from .. import openapi
from ..local_server import finished, lines, start, supervised

CONTENT = lines(12)


def new(api, content=CONTENT, **change):
    what = {"bytes": len(content), "filename": "train.jsonl", "mime_type": "text/jsonl", "purpose": "fine-tune"}
    return api.uploads.create(**what | change)


def parts_of(api, upload, *contents):
    return [api.uploads.parts.create(upload.id, data=content).id for content in contents]


def kept_parts(store):
    return list((store / "uploads").iterdir())


def test_parts_are_joined_in_the_given_order(api, store):
    upload = new(api)
    assert (upload.status, upload.file, upload.expires_at - upload.created_at) == ("pending", None, 3600)
    second, first = parts_of(api, upload, CONTENT[100:], CONTENT[:100])
    done = api.uploads.complete(upload.id, part_ids=[first, second], md5=hashlib.md5(CONTENT).hexdigest())
    assert done.status == "completed" and (done.file.filename, done.file.bytes) == ("train.jsonl", len(CONTENT))
    assert (
        api.files.content(done.file.id).content == CONTENT and api.files.retrieve(done.file.id).purpose == "fine-tune"
    )
    assert kept_parts(store) == []
    job = api.fine_tuning.jobs.create(model="tiny", training_file=done.file.id, method=supervised(n_epochs=1))
    assert finished(api, job).status == "succeeded"


def test_the_clients_own_helpers_upload_a_file(api, tmp_path):
    content = random.Random(0).randbytes(300_000)
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    done = api.uploads.upload_file_chunked(file=path, mime_type="text/plain", purpose="user_data", part_size=100_000)
    assert api.files.content(done.file.id).content == content

    async def chunked():
        async with openai.AsyncOpenAI(base_url=api.base_url, api_key="none") as client:
            what = {"mime_type": "text/plain", "purpose": "user_data", "part_size": 70_000}
            return await client.uploads.upload_file_chunked(file=path, **what)

    file = asyncio.run(chunked()).file
    assert file and api.files.content(file.id).content == content


def test_bytes_that_do_not_add_up_are_refused_and_can_be_mended(api):
    upload = new(api)
    first, short, rest = parts_of(api, upload, CONTENT[:100], CONTENT[100:-1], CONTENT[100:])
    sum_of_all = hashlib.md5(CONTENT).hexdigest()
    for part_ids, md5, param, words in [
        ([first, short], None, "part_ids", f"The parts have {len(CONTENT) - 1} bytes"),
        ([], None, "part_ids", "The parts have 0 bytes"),
        ([first, "part_x"], None, "part_ids[1]", "not a part of"),
        ([first, first], None, "part_ids[1]", "named twice"),
        ([rest, first], sum_of_all, "md5", "have the MD5 sum"),
        ([first, rest], "no sum", "md5", "have the MD5 sum"),
    ]:
        with pytest.raises(openai.BadRequestError, match=words) as caught:
            api.uploads.complete(upload.id, part_ids=part_ids, md5=md5 or openai.omit)
        assert caught.value.param == param
    done = api.uploads.complete(upload.id, part_ids=[first, rest], md5=sum_of_all.upper())
    assert api.files.content(done.file.id).content == CONTENT


def test_a_cancelled_upload_leaves_nothing_and_takes_nothing(api, store):
    upload = new(api)
    [part] = parts_of(api, upload, CONTENT)
    assert api.uploads.cancel(upload.id).status == "cancelled" and kept_parts(store) == []
    for call in (
        lambda: api.uploads.cancel(upload.id),
        lambda: api.uploads.parts.create(upload.id, data=b"x"),
        lambda: api.uploads.complete(upload.id, part_ids=[part]),
    ):
        with pytest.raises(openai.BadRequestError, match="is cancelled"):
            call()


def test_an_upload_expires_after_an_hour(api, store, monkeypatch):
    upload = new(api)
    parts_of(api, upload, CONTENT)
    monkeypatch.setattr(upload_parts.time, "time", lambda: upload.expires_at)
    with pytest.raises(openai.BadRequestError, match="is expired"):
        api.uploads.parts.create(upload.id, data=b"x")
    assert kept_parts(store) == []
    with pytest.raises(openai.NotFoundError):
        api.uploads.cancel("upload_x")


def test_its_file_expires_after_the_given_seconds(api):
    upload = new(api, expires_after={"anchor": "created_at", "seconds": 3600})
    file = api.uploads.complete(upload.id, part_ids=parts_of(api, upload, CONTENT)).file
    assert file.expires_at - file.created_at == 3600 == api.files.retrieve(file.id).expires_at - file.created_at


@pytest.mark.parametrize(
    "change, param",
    [
        ({"bytes": 0}, "bytes"),
        ({"bytes": 2**33}, "bytes"),
        ({"bytes": "9"}, "bytes"),
        ({"purpose": "fun"}, "purpose"),
        ({"filename": "train.csv"}, "filename"),
        ({"mime": "x"}, "mime"),
        ({"mime_type": None}, "mime_type"),
        ({"expires_after": {"anchor": "now", "seconds": 3600}}, "expires_after.anchor"),
        ({"expires_after": {"anchor": "created_at", "seconds": 1}}, "expires_after.seconds"),
        ({"expires_after": {"anchor": "created_at", "seconds": 3600, "x": 1}}, "expires_after.x"),
    ],
)
def test_what_cannot_be_uploaded_is_refused(api, change, param):
    body = {"bytes": 9, "filename": "a.jsonl", "mime_type": "text/jsonl", "purpose": "fine-tune"} | change
    with pytest.raises(openai.BadRequestError) as caught:
        api.post("/uploads", body=body, cast_to=object)
    assert caught.value.param == param


def test_a_part_that_is_too_large_or_empty_is_refused(api, store, monkeypatch):
    upload = new(api)
    with pytest.raises(openai.BadRequestError, match="at least one byte"):
        api.uploads.parts.create(upload.id, data=b"")
    with pytest.raises(openai.BadRequestError, match="required property"):
        api.post(f"/uploads/{upload.id}/parts", body={"data": "x"}, cast_to=object)
    parts_of(api, upload, CONTENT, CONTENT)  # the answer to the first was lost
    with pytest.raises(openai.BadRequestError, match="was created for"):
        api.uploads.parts.create(upload.id, data=b"x")
    monkeypatch.setattr(uploads, "MAX_PART_BYTES", 10)
    with pytest.raises(openai.APIStatusError, match="at most 10"):
        api.uploads.parts.create(upload.id, data=b"x" * 11)
    monkeypatch.setattr(access, "MAX_PART_BYTES", 10)
    monkeypatch.setattr(access, "AROUND", 1000)
    with pytest.raises(openai.APIStatusError, match="too large") as caught:
        api.uploads.parts.create(upload.id, data=b"x" * 2000)
    assert caught.value.status_code == 413 and len(kept_parts(store)) == 2
    api.uploads.cancel(upload.id)


def test_a_part_larger_than_a_json_body_passes(api, monkeypatch):
    monkeypatch.setattr(access, "MAX_JSON_BYTES", 1000)
    content = b"x" * 50_000
    upload = new(api, content, filename="x.txt", purpose="user_data")
    assert api.uploads.complete(upload.id, part_ids=parts_of(api, upload, content)).file.bytes == 50_000


def test_a_part_that_was_damaged_here_is_told(api, store):
    upload = new(api)
    [part] = parts_of(api, upload, CONTENT)
    (store / "uploads" / part).write_bytes(b"half")
    with pytest.raises(openai.InternalServerError, match="upload the file again"):
        api.uploads.complete(upload.id, part_ids=[part])
    api.uploads.cancel(upload.id)


def test_a_full_disk_refuses_a_part_and_keeps_the_others(api, monkeypatch, store):
    upload = new(api)
    first = parts_of(api, upload, CONTENT[:50])

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("finetune_server.store.upload_parts.shutil.copyfileobj", full)
        with pytest.raises(openai.InternalServerError, match="disk is full"):
            parts_of(api, upload, CONTENT[50:])
    assert len(kept_parts(store)) == 1
    assert api.uploads.complete(upload.id, part_ids=[*first, *parts_of(api, upload, CONTENT[50:])]).file


def test_a_start_removes_what_no_upload_waits_for(tmp_path, model):
    store = Store(tmp_path)
    upload = uploads.new_upload({"bytes": 3, "filename": "a.txt", "mime_type": "x", "purpose": "user_data"})
    store.put("upload", upload)
    upload_parts.add_part(store, uploads.new_part(upload, 3), io.BytesIO(b"abc"), lambda: None)
    (tmp_path / "uploads" / "part_x.part").write_bytes(b"half")
    store.change("upload", upload["id"], expires_at=1)
    store.close()
    api = start(tmp_path, model)
    assert kept_parts(tmp_path) == []
    with pytest.raises(openai.BadRequestError, match="is expired"):
        api.uploads.cancel(upload["id"])


def test_the_apis_own_description_accepts_them(api):
    upload = new(api)
    openapi.accepts(upload.to_dict(), "POST", "/uploads")
    part = api.uploads.parts.create(upload.id, data=CONTENT)
    openapi.accepts(part.to_dict(), "POST", f"/uploads/{upload.id}/parts")
    done = api.uploads.complete(upload.id, part_ids=[part.id])
    openapi.accepts(done.to_dict(), "POST", f"/uploads/{upload.id}/complete")
    openapi.accepts(api.uploads.cancel(new(api).id).to_dict(), "POST", "/uploads/x/cancel")
