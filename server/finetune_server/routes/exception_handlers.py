"""What is answered where a route raises: an error in OpenAI's form."""

import logging
from collections.abc import Callable

from python_multipart.exceptions import FormParserError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ..protocol.errors import ApiError
from ..store.database import BrokenStore
from ..store.storage_error import storage_error
from ..store.store import NotFound
from .answer_headers import REQUEST_ID

log = logging.getLogger(__name__)


def storage_failed(request: Request, error: Exception) -> Response:
    log.error("%s: %s %s", REQUEST_ID.get(), request.method, request.url.path, exc_info=error)
    return storage_error(error).response()


def no_route(request: Request, error: HTTPException) -> Response:
    if error.status_code in (404, 405):
        message = f"This server has no route {request.method} {request.url.path}"
        return ApiError(error.status_code, message, code="unknown_url").response()
    return ApiError(error.status_code, error.detail).response()


# Each takes the exception of its key; for all others there is AnswerHeadersMiddleware.
EXCEPTION_HANDLERS: dict[type[Exception], Callable[..., Response]] = {
    ApiError: lambda _, error: error.response(),
    NotFound: lambda _, error: ApiError(404, f"{error.args[0]} was deleted meanwhile.", code="not_found").response(),
    OSError: storage_failed,
    BrokenStore: lambda _, error: ApiError(500, str(error), code="broken_store").response(),
    ClientDisconnect: lambda *_: ApiError(400, "The request ended before its body was complete.").response(),
    FormParserError: lambda _, error: ApiError(400, f"The form cannot be read: {error}").response(),
    HTTPException: no_route,
}
