"""Routes of the Files API."""

import time
from typing import get_args

from openai.types import FileObject, FilePurpose
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from ..protocol.errors import ApiError
from ..protocol.objects import file_object
from ..protocol.validate import check_once, check_range, unknown_parameter
from ..store.store import NotFound, Store
from .access import MAX_FILE_BYTES
from .paging import order_of, page

FIELDS = ("file", "purpose", "expires_after[anchor]", "expires_after[seconds]")
LIFETIMES = (3600, 2_592_000)  # seconds that a file may be kept before it expires
PURPOSES = sorted({*get_args(FilePurpose), *get_args(FileObject.model_fields["purpose"].annotation)})


def routes(store: Store) -> list[Route]:
    async def create(request: Request) -> Response:
        async with request.form(max_files=1, max_fields=10) as form:  # larger files wait on the disk, not in memory
            upload = uploaded(form)
            file = new_file(upload, form)
            return JSONResponse(await run_in_threadpool(store.add_file, file, upload.file))

    async def list_(request: Request) -> Response:
        purpose, order = request.query_params.get("purpose"), order_of(request, "desc")
        if purpose is not None and purpose not in PURPOSES:
            raise ApiError(400, f"Invalid 'purpose': expected one of {list(PURPOSES)}.", param="purpose")
        files = [f for f in store.all("file") if purpose in (None, f["purpose"]) and not expired(f)]
        return JSONResponse(page(files if order == "asc" else files[::-1], request, 10_000))

    async def retrieve(request: Request) -> Response:
        return JSONResponse(find_file(store, request.path_params["id"]))

    async def content(request: Request) -> Response:
        file = find_file(store, request.path_params["id"])
        path = await run_in_threadpool(store.file_path, file["id"])
        return FileResponse(path, media_type="application/octet-stream")

    async def delete(request: Request) -> Response:
        file_id = find_file(store, request.path_params["id"])["id"]
        store.delete_file(file_id)
        return JSONResponse({"id": file_id, "object": "file", "deleted": True})

    return [
        Route("/files", create, methods=["POST"]),
        Route("/files", list_),
        Route("/files/{id}", retrieve),
        Route("/files/{id}", delete, methods=["DELETE"]),
        Route("/files/{id}/content", content),
    ]


def uploaded(form: FormData) -> UploadFile:
    """The file of an upload, or an ApiError if there is none."""
    upload = form.get("file")
    if not isinstance(upload, UploadFile):
        raise ApiError(400, "'file' is a required property", param="file")
    return upload


def new_file(upload: UploadFile, form: FormData) -> dict:
    """The file object for an upload, or an ApiError that names what is wrong with it."""
    check_once(form)
    purpose = form.get("purpose")
    assert upload.filename is not None and upload.size is not None  # the form parser sets both
    if not isinstance(purpose, str) or purpose not in get_args(FilePurpose):
        raise ApiError(400, f"'{purpose}' is not one of {list(get_args(FilePurpose))} - 'purpose'", param="purpose")
    check_new_file(upload.filename, purpose, "file")
    if upload.size > MAX_FILE_BYTES:
        raise ApiError(413, f"The file has more than {MAX_FILE_BYTES} bytes.", param="file")
    for name in form:
        if name not in FIELDS:
            raise unknown_parameter(name, FIELDS)
    file = file_object(upload.filename, purpose, upload.size)
    if (seconds := seconds_to_live(form)) is not None:
        file["expires_at"] = file["created_at"] + seconds
    return file


def check_new_file(filename: str, purpose: str, param: str) -> None:
    """Raise an ApiError if a file of this purpose has another name; `param` is what tells the name."""
    if purpose == "fine-tune" and not filename.endswith(".jsonl"):
        raise ApiError(400, "Invalid file format for Fine-Tuning API. Must be .jsonl", param=param)


def seconds_to_live(form: FormData) -> int | None:
    """After how many seconds an upload expires, counted from its creation; None if it is kept."""
    anchor, seconds = (form.get(f"expires_after[{name}]") for name in ("anchor", "seconds"))
    if anchor is None and seconds is None:
        return None
    if anchor != "created_at":
        raise ApiError(400, "Invalid 'expires_after[anchor]': expected 'created_at'.", param="expires_after")
    if not isinstance(seconds, str) or not seconds.isdecimal():
        raise ApiError(400, "Invalid 'expires_after[seconds]': expected a whole number.", param="expires_after")
    check_range(int(seconds), *LIFETIMES, "expires_after")
    return int(seconds)


def expired(file: dict) -> bool:
    return file.get("expires_at", float("inf")) <= time.time()


def find_file(store: Store, file_id: str, param: str = "id", status: int = 404) -> dict:
    try:
        file = store.get("file", file_id)
        if expired(file):
            store.delete_file(file_id)
            raise NotFound(file_id)
        return file
    except NotFound:
        raise ApiError(status, f"No such File object: {file_id}", param=param) from None
