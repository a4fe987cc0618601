"""What the lessons use. `helpers.use(...)` chooses where the API lives; see `backend`."""

import sys

if sys.version_info < (3, 11):
    raise ImportError("The course needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2])

from .backend import Backend, BackendError, use

__all__ = ["Backend", "BackendError", "use"]
