"""What a client is told where the store cannot be read or written."""

import errno
import re

from ..protocol.errors import ApiError
from .database import DatabaseAway, DatabaseError


def storage_error(error: Exception) -> ApiError:
    """The answer; `error` is an OSError, also one of the database, or of safetensors."""
    number = getattr(error, "errno", None) or int((re.findall(r"os error (\d+)", str(error)) or [0])[0])
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        message = f"The server's disk is full or cannot be written ({error}). Free some space, then try again."
        return ApiError(507, message, code="insufficient_storage")
    if isinstance(error, DatabaseAway):
        message = f"The server's database cannot be reached ({error}). Try again in a few seconds."
        return ApiError(503, message, code="database_away")
    if isinstance(error, DatabaseError):
        message = f"The server's database cannot be used ({error}). Start the server again, and it says what to do."
        return ApiError(500, message, code="broken_store")
    return ApiError(500, f"The server failed: {type(error).__name__}: {error}")
