"""What the server logs: words for a person, or a JSON object a line for a program that collects them."""

import json
import logging
import time

from .routes.answer_headers import REQUEST_ID


class JsonFormatter(logging.Formatter):
    """A line for each record; what was logged as `extra={"fields": {...}}` stands beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry = {
            "time": f"{moment}.{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get(None):
            entry["request_id"] = request_id
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def set_up(form: str) -> None:
    """Log to the standard error: warnings and errors as text, or as JSON also each request and each event of a job."""
    handler = logging.StreamHandler()
    if form == "json":
        handler.setFormatter(JsonFormatter())
        logging.getLogger("finetune_server").setLevel(logging.INFO)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
