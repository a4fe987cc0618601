"""The route by which a tuned model leaves. OpenAI has none like it: the path and its words are this server's own."""

import shutil
import weakref
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ..export.formats import FORMATS, WEIGHT_TYPES, write_export
from ..export.not_exportable import NotExportable
from ..export.tar_stream import tar_pieces, tar_size
from ..protocol.errors import ApiError
from ..protocol.objects import new_id
from ..store.aliases import is_base
from ..store.store import Store
from .models import check_can_answer


def routes(store: Store, base_folder: Path, base_model: str) -> list[Route]:
    async def export(request: Request) -> Response:
        name, kind = request.path_params["id"], request.path_params["format"]
        check_can_answer(store, base_model, name)
        if is_base(store, base_model, name):
            raise ApiError(400, "The base model has no export: only tuned models have.", param="model")
        weight_type = asked_type(request, kind)
        room = store.folder / "exports" / new_id("export-")
        room.mkdir()
        try:
            folder = await run_in_threadpool(
                write_export, room, store, base_folder, base_model, name, kind, weight_type
            )
        except BaseException as error:
            shutil.rmtree(room, ignore_errors=True)
            if isinstance(error, NotExportable):
                raise ApiError(400, f"{error}. Take another format: adapter or merged.", param="format") from None
            raise
        pieces = tar_pieces(folder)
        weakref.finalize(pieces, shutil.rmtree, room, ignore_errors=True)  # also if the client hangs up
        headers = {
            "content-length": str(tar_size(folder)),
            "content-disposition": f'attachment; filename="{folder.name}.tar"',
        }
        return StreamingResponse(pieces, media_type="application/x-tar", headers=headers)

    return [Route("/models/{id:path}/export/{format}", export)]


def asked_type(request: Request, kind: str) -> str:
    """The type of a GGUF's weights. Raises an ApiError for a format, a parameter or a type that does not exist."""
    if kind not in FORMATS:
        raise ApiError(404, f"There is no format {kind!r}: there are {', '.join(FORMATS)}.", param="format")
    if "type" in request.query_params and kind != "gguf":
        raise ApiError(400, "'type' is for the format gguf: the others have one type only.", param="type")
    asked = request.query_params.get("type", WEIGHT_TYPES[0])
    if asked not in WEIGHT_TYPES:
        raise ApiError(400, f"Invalid 'type': expected one of {', '.join(WEIGHT_TYPES)}.", param="type")
    return asked
