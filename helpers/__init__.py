"""What the lessons use. `helpers.use(...)` chooses where the API lives; see `backend`."""

from .backend import Backend, BackendError, use

__all__ = ["Backend", "BackendError", "use"]
