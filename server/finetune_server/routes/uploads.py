"""Routes of the Uploads API: a file that comes in parts, in any order, is one file as soon as it is completed."""

import time

from openai.types import UploadCompleteParams, UploadCreateParams
from openai.types.upload_create_params import ExpiresAfter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..protocol.errors import ApiError
from ..protocol.nulls import drop_nulls
from ..protocol.objects import file_object, new_id
from ..protocol.validate import check, check_names, check_range, json_body, unknown_parameter
from ..store.store import NotFound, Store
from ..store.upload_parts import WrongSum, add_part, end_expired_uploads, end_upload, expired, join_parts
from .access import MAX_FILE_BYTES, MAX_PART_BYTES
from .files import LIFETIMES, check_new_file

PENDING_SECONDS = 3600  # that an upload waits for its parts after its creation, as at OpenAI
HIDDEN = ("file_seconds", "part_bytes")  # fields of uploads and parts in the store that OpenAI's objects do not have


def routes(store: Store) -> list[Route]:
    end_expired_uploads(store)

    async def create(request: Request) -> Response:
        upload = new_upload(drop_nulls(await json_body(request)))
        end_expired_uploads(store)
        return JSONResponse(_shown(store.put("upload", upload)))

    async def part(request: Request) -> Response:
        upload = find_upload(store, request)
        async with request.form(max_files=1, max_fields=1) as form:
            for name in form:
                if name != "data":
                    raise unknown_parameter(name, ["data"])
            data = form.get("data")
            if not isinstance(data, UploadFile):
                raise ApiError(400, "'data' is a required property: the bytes of the part, as a file.", param="data")
            new = new_part(upload, data.size or 0)
            fits = lambda: _check_fits(store, upload, new)
            return JSONResponse(_shown(await run_in_threadpool(add_part, store, new, data.file, fits)))

    async def complete(request: Request) -> Response:
        upload = find_upload(store, request)
        body = drop_nulls(await json_body(request))
        check_names(body, UploadCompleteParams.__annotations__, "")
        check(UploadCompleteParams, body)
        _check_parts(store, upload, body["part_ids"])
        file = file_object(upload["filename"], upload["purpose"], upload["bytes"])
        if upload["file_seconds"] is not None:
            file["expires_at"] = file["created_at"] + upload["file_seconds"]
        pending = lambda: check_pending(store.get("upload", upload["id"]))
        what = (store, upload["id"], body["part_ids"], file, body.get("md5"), pending)
        try:
            return JSONResponse(_shown(await run_in_threadpool(join_parts, *what)))
        except WrongSum as error:
            message = f"The bytes of the parts have the MD5 sum {error}, not the given one: upload them again."
            raise ApiError(400, message, param="md5") from None

    async def cancel(request: Request) -> Response:
        return JSONResponse(_shown(end_upload(store, find_upload(store, request)["id"], "cancelled")))

    return [
        Route("/uploads", create, methods=["POST"]),
        Route("/uploads/{id}/parts", part, methods=["POST"]),
        Route("/uploads/{id}/complete", complete, methods=["POST"]),
        Route("/uploads/{id}/cancel", cancel, methods=["POST"]),
    ]


def new_upload(body: dict) -> dict:
    """The upload object for a request, or an ApiError that names what is wrong with it."""
    check_names(body, UploadCreateParams.__annotations__, "")
    check(UploadCreateParams, body)
    check_range(body["bytes"], 1, MAX_FILE_BYTES, "bytes")
    check_new_file(body["filename"], body["purpose"], "filename")
    seconds = body.get("expires_after", {}).get("seconds")
    check_names(body.get("expires_after", {}), ExpiresAfter.__annotations__, "expires_after")
    check_range(seconds, *LIFETIMES, "expires_after.seconds")
    now = int(time.time())
    return {
        "id": new_id("upload_"),
        "object": "upload",
        "bytes": body["bytes"],
        "created_at": now,
        "filename": body["filename"],
        "purpose": body["purpose"],
        "status": "pending",
        "expires_at": now + PENDING_SECONDS,
        "file": None,
        "file_seconds": seconds,
    }


def new_part(upload: dict, size: int) -> dict:
    """The object of a part of so many bytes, or an ApiError."""
    if not 0 < size <= MAX_PART_BYTES:
        message = f"A part has at least one byte and at most {MAX_PART_BYTES}, and this one has {size}."
        raise ApiError(400 if size == 0 else 413, message, param="data")
    made = {"id": new_id("part_"), "object": "upload.part", "created_at": int(time.time())}
    return made | {"upload_id": upload["id"], "part_bytes": size}


def find_upload(store: Store, request: Request) -> dict:
    """The upload that the path names, as long as it is pending; an ApiError if it is not, or not there."""
    try:
        upload = store.get("upload", request.path_params["id"])
    except NotFound:
        message = f"No such Upload object: {request.path_params['id']}"
        raise ApiError(404, message, param="upload_id", code="not_found") from None
    if expired(upload):
        upload = end_upload(store, upload["id"], "expired")
    check_pending(upload)
    return upload


def check_pending(upload: dict) -> None:
    if upload["status"] != "pending":
        message = f"The upload {upload['id']} is {upload['status']}: create another one."
        raise ApiError(400, message, param="upload_id", code="invalid_upload_status")


def _check_fits(store: Store, upload: dict, part: dict) -> None:
    """An ApiError if the parts of an upload fill the disk. A part may come twice, if its answer was lost."""
    check_pending(store.get("upload", upload["id"]))
    size = sum(other["part_bytes"] for other in store.all("upload.part", upload["id"])) + part["part_bytes"]
    if size > 2 * upload["bytes"]:
        message = f"The parts would have {size} bytes, and the upload was created for {upload['bytes']}."
        raise ApiError(400, message, param="data", code="too_many_bytes")


def _check_parts(store: Store, upload: dict, part_ids: list[str]) -> None:
    """An ApiError unless these are parts of the upload, each once, which together have the bytes that were told."""
    sizes = {part["id"]: part["part_bytes"] for part in store.all("upload.part", upload["id"])}
    for n, part in enumerate(part_ids):
        if part not in sizes or part in part_ids[:n]:
            why = f"is not a part of {upload['id']}" if part not in sizes else "is named twice"
            raise ApiError(400, f"Invalid 'part_ids': {part} {why}.", param=f"part_ids[{n}]")
    if (size := sum(sizes[part] for part in part_ids)) != upload["bytes"]:
        message = f"The parts have {size} bytes, and the upload was created for {upload['bytes']}."
        raise ApiError(400, message, param="part_ids", code="wrong_number_of_bytes")


def _shown(kept: dict) -> dict:
    return {name: value for name, value in kept.items() if name not in HIDDEN}
