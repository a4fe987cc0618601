"""Errors in OpenAI's shape."""

import errno
import re
import sqlite3

from starlette.responses import JSONResponse


class ApiError(Exception):
    """What a client sees as `openai.APIStatusError`."""

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None):
        super().__init__(message)
        self.status, self.message, self.param, self.code = status, message, param, code

    def body(self) -> dict:
        """OpenAI's error object."""
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}

    def response(self) -> JSONResponse:
        return JSONResponse(self.body(), status_code=self.status)


def storage_error(error: Exception) -> ApiError:
    """The answer where the store cannot be read or written; `error` is an OSError, or SQLite's or safetensors'."""
    number = getattr(error, "errno", None) or int((re.findall(r"os error (\d+)", str(error)) or [0])[0])
    name = getattr(error, "sqlite_errorname", None) or ""
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        message = f"The server's disk is full or cannot be written ({error}). Free some space, then try again."
        return ApiError(507, message, code="insufficient_storage")
    if isinstance(error, sqlite3.Error):
        message = f"The server's database cannot be used ({error}). Start the server again, and it says what to do."
        return ApiError(500, message, code="broken_store")
    return ApiError(500, f"The server failed: {type(error).__name__}: {error}")
