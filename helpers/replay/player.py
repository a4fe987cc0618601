"""Plays a tape: which recorded answer a request gets, and which when it comes again."""

from collections import defaultdict, deque
from collections.abc import Iterable

from .tape import Exchange, Request, Response

LOOKS = 100  # at a job: of one that was watched for hours, a reader sees about so many


class NotRecorded(LookupError):
    """The `request` is not on the tape."""

    def __init__(self, request: Request):
        super().__init__(f"not on the tape: {request}")
        self.request = request


class Player:
    """Answers requests from a tape. The same request again gets the next recorded answer, then the last.

    A request with more than LOOKS answers is a look at a job. Such answers are played in even steps of recorded time,
    and what one look asks, the job and its newest events, stays together.
    """

    def __init__(self, exchanges: Iterable[Exchange]):
        self._left: dict[str, deque[Exchange]] = defaultdict(deque)
        for exchange in exchanges:
            self._left[exchange.request.key].append(exchange)
        self.requests: list[Request] = [answers[0].request for answers in self._left.values()]
        self._steps = {
            key: (answers[-1].seconds - answers[0].seconds) / LOOKS
            for key, answers in self._left.items()
            if len(answers) > LOOKS
        }
        self._reached: dict[str, float] = {}  # seconds on the tape, of a job's path and of each request about it

    def answer(self, request: Request) -> Response:
        """The recorded response. Raises NotRecorded."""
        left = self._left.get(request.key)
        if not left:
            raise NotRecorded(request)
        if request.key in self._steps:
            self._go_on(request, left)
        return (left.popleft() if len(left) > 1 else left[0]).response

    def _go_on(self, request: Request, left: deque[Exchange]) -> None:
        """Drop the answers before the next step, and those older than what was last said of the same job."""
        job, key = request.path.removesuffix("/events"), request.key
        next_step = self._reached[key] + self._steps[key] if key in self._reached else 0
        earliest = max(next_step, self._reached.get(job, 0))
        while len(left) > 1 and left[0].seconds < earliest:
            left.popleft()
        self._reached[key] = left[0].seconds
        self._reached[job] = max(self._reached.get(job, 0), left[0].seconds)
