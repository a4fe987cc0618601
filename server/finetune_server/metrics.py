"""What this process has counted since its start, for Prometheus: rates, such as tokens a second, are made there."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("finetune_requests", "Requests that were answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "finetune_request_seconds",
    "Seconds from a request to the end of its answer.",
    ["method", "route"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
)
TRAINED_TOKENS = Counter("finetune_trained_tokens", "Tokens of the examples that steps of jobs have learned from.")
PROMPT_TOKENS = Counter("finetune_prompt_tokens", "Tokens of the prompts of answers.")
ANSWER_TOKENS = Counter("finetune_answer_tokens", "Tokens of answers that were drawn.")
ANSWERS = Gauge("finetune_answers", "Answers that grow, and that wait for room to begin.", ["state"])
FAILED_JOBS = Counter("finetune_failed_jobs", "Jobs that failed, by their error.", ["code"])
