"""What the lessons use. `helpers.use(...)` chooses where the API lives; see `helpers.backends`."""

import sys

if sys.version_info < (3, 11):
    raise ImportError(f"The course needs Python 3.11 or newer; this is {sys.version_info[0]}.{sys.version_info[1]}.")

from .backends import Backend, BackendError, use

__all__ = ["Backend", "BackendError", "use"]
