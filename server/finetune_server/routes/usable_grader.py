"""The grader that a request gives, checked for use on this server."""

from ..graders.grade import Grader
from ..graders.read_grader import read_grader
from ..protocol.errors import ApiError
from ..store.store import Store
from .models import check_can_answer


def usable_grader(given: object, param: str, store: Store, base_model: str) -> Grader:
    """The grader of a request, or an ApiError, also for a model that cannot be asked here."""
    if given is None:
        message = f"Missing required parameter: '{param}'."
        raise ApiError(400, message, param=param, code="missing_required_parameter")
    grader = read_grader(given, param)
    for model in grader.models():
        check_can_answer(store, base_model, model)
    return grader
