"""Routes of the Files API."""

import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .errors import ApiError, page
from .store import NotFound, Store, new_id

LARGEST = 512 * 1024 * 1024  # bytes, OpenAI's limit for one file
PURPOSES = ("fine-tune", "assistants", "batch", "vision", "user_data", "evals")


def routes(store: Store) -> list[Route]:
    async def create(request: Request) -> Response:
        form = await request.form(max_part_size=LARGEST)
        upload, purpose = form.get("file"), form.get("purpose")
        if not hasattr(upload, "read"):
            raise ApiError(400, "'file' is a required property", param="file")
        if purpose not in PURPOSES:
            raise ApiError(400, f"'{purpose}' is not one of {list(PURPOSES)} - 'purpose'", param="purpose")
        if purpose == "fine-tune" and not upload.filename.endswith(".jsonl"):
            raise ApiError(400, "Invalid file format for Fine-Tuning API. Must be .jsonl", param="file")
        content = await upload.read()
        if len(content) > LARGEST:
            raise ApiError(413, f"The file has more than {LARGEST} bytes.", param="file")
        return JSONResponse(store.add_file(file_object(upload.filename, purpose, len(content)), content))

    async def list_(request: Request) -> Response:
        purpose = request.query_params.get("purpose")
        files = [f for f in store.all("file") if purpose in (None, f["purpose"])]
        newest_first = request.query_params.get("order", "desc") == "desc"
        return JSONResponse(page(files[::-1] if newest_first else files, request, 10_000))

    async def retrieve(request: Request) -> Response:
        return JSONResponse(find_file(store, request.path_params["id"]))

    async def content(request: Request) -> Response:
        find_file(store, request.path_params["id"])
        return Response(store.file_path(request.path_params["id"]).read_bytes(), media_type="application/octet-stream")

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


def file_object(filename: str, purpose: str, size: int) -> dict:
    return {
        "id": new_id("file-"), "object": "file", "bytes": size, "created_at": int(time.time()),
        "filename": filename, "purpose": purpose, "status": "processed",
    }  # fmt: skip


def find_file(store: Store, file_id: str, param: str = "id", status: int = 404) -> dict:
    try:
        return store.get("file", file_id)
    except NotFound:
        raise ApiError(status, f"No such File object: {file_id}", param=param) from None
