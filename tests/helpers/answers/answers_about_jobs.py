"""Right and wrong answers to the exercises of lesson 3, as readers may give them."""

import hashlib
import json
import random
import uuid

from helpers import jobs, tokens


def tomorrow(content, settings):
    return hashlib.sha256(content + repr(sorted(settings.items())).encode()).hexdigest()


def found(client, request):
    for job in client.fine_tuning.jobs.list(limit=100):
        if job.metadata == request["metadata"] and job.status not in ("failed", "cancelled"):
            return job


def once(client, request):
    return found(client, request) or client.fine_tuning.jobs.create(**request)


def twice(client, request):
    job = once(client, request)
    client.fine_tuning.jobs.create(**request)
    return job


def newest_only(client, request):
    newest = client.fine_tuning.jobs.list().data[:1]
    mine = [j for j in newest if j.metadata == request["metadata"] and j.status != "failed"]
    return mine[0] if mine else client.fine_tuning.jobs.create(**request)


def first_page_only(client, request):
    page = client.fine_tuning.jobs.list(limit=100).data
    mine = [j for j in page if j.metadata == request["metadata"] and j.status not in ("failed", "cancelled")]
    return mine[0] if mine else client.fine_tuning.jobs.create(**request)


def page_by_page(client, request):
    page = client.fine_tuning.jobs.list()
    mine = [j for j in page.data if j.metadata == request["metadata"] and j.status not in ("failed", "cancelled")]
    while not mine and page.has_more:
        page = client.fine_tuning.jobs.list(after=page.data[-1].id)
        mine = [j for j in page.data if j.metadata == request["metadata"] and j.status not in ("failed", "cancelled")]
    return mine[0] if mine else client.fine_tuning.jobs.create(**request)


def with_status(*good):
    def train_once(client, request):
        for job in client.fine_tuning.jobs.list():
            if job.metadata == request["metadata"] and job.status in good:
                return job
        return client.fine_tuning.jobs.create(**request)

    return train_once


def newest_with_label(client, request):
    there = [j for j in client.fine_tuning.jobs.list() if j.metadata == request["metadata"]][:1]
    good = [j for j in there if j.status not in ("failed", "cancelled")]
    return good[0] if good else client.fine_tuning.jobs.create(**request)


def any_status(client, request):
    there = [j for j in client.fine_tuning.jobs.list() if j.metadata == request["metadata"]]
    return there[0] if there else client.fine_tuning.jobs.create(**request)


def without_label(client, request):
    mine = {key: value for key, value in request.items() if key != "metadata"}
    return found(client, request) or client.fine_tuning.jobs.create(**mine)


RIGHT = {
    "epochs_when_auto": [
        tokens.epochs_when_auto,
        lambda n: max(3, min(25, 100 // n)),
        lambda n: 25 if n <= 4 else 3 if n > 33 else int(100 / n),
    ],
    "label": [
        tomorrow,
        lambda c, s: hashlib.md5(json.dumps([hashlib.md5(c).hexdigest(), s], sort_keys=True).encode()).hexdigest(),
        lambda c, s: tomorrow(c, s)[:16],
        lambda c, s: hashlib.blake2b(
            json.dumps(s, sort_keys=True).encode(), key=hashlib.sha256(c).digest()
        ).hexdigest(),
    ],
    "train_once": [
        once,
        page_by_page,
        with_status("validating_files", "queued", "running", "succeeded"),
        lambda c, r: jobs.find(c, r["metadata"]) or c.with_options(max_retries=0).fine_tuning.jobs.create(**r),
        lambda c, r: jobs.train_once(c, budget_usd=None, **r),
    ],
}


WRONG = {
    "epochs_when_auto": [
        lambda n: 3,
        lambda n: 100 // n,
        lambda n: min(25, 100 // n),
        lambda n: max(3, min(25, round(100 / n))),
        lambda n: max(3, 100 // n),
        lambda n: "3",
        lambda n: max(3, min(25, -(-100 // n))),
    ],
    "label": [
        lambda c, s: str(hash((c, *sorted(s.items())))),
        lambda c, s: hashlib.sha256(c).hexdigest(),
        lambda c, s: hashlib.sha256(repr(s).encode() + c).hexdigest(),
        lambda c, s: str(uuid.uuid4()),
        lambda c, s: tomorrow(c, {"n_epochs": s["n_epochs"]}),
        lambda c, s: f"{c!r} {sorted(s.items())}",
        lambda c, s: f"{len(c)} {sorted(s.items())}",
        lambda c, s: str(random.random()),
        lambda c, s: hashlib.sha256(c + repr(sorted(s.values())).encode()).hexdigest(),
        lambda c, s: tomorrow(c, s).encode(),
        lambda c, s: c[:20].decode() + json.dumps(s, sort_keys=True),
        lambda c, s: hashlib.sha256(c).hexdigest() + json.dumps(s, sort_keys=True),
        lambda c, s: tomorrow(c[:100], s),
        lambda c, s: tomorrow(c[:-1], s),
        lambda c, s: tomorrow(c[-100:], s),
        lambda c, s: tomorrow(c.split(b"\n")[0], s),
        lambda c, s: tomorrow(c.strip(), s),
        lambda c, s: tomorrow(bytes(sorted(c)), s),
        lambda c, s: tomorrow(c, s)[:4],
        lambda c, s: tomorrow(c, {key: str(value) for key, value in s.items()}),
        lambda c, s: tomorrow(c, dict(sorted(s.items())[:2])),
        lambda c, s: tomorrow(c, {"all": "".join(str(value) for _, value in sorted(s.items()))}),
        lambda c, s: tomorrow(c, {"all": sum(value for value in s.values() if isinstance(value, int))}),
        lambda c, s: "",
    ],
    "train_once": [
        lambda c, r: c.fine_tuning.jobs.create(**r),
        twice,
        newest_only,
        first_page_only,
        with_status("running"),
        with_status("succeeded"),
        with_status("queued", "running", "succeeded"),
        with_status("validating_files", "queued", "running", "succeeded", "failed"),
        with_status("validating_files", "queued", "running", "succeeded", "cancelled"),
        newest_with_label,
        any_status,
        without_label,
        lambda c, r: once(c, r).id,
        lambda c, r: once(c, r | {"seed": 1}),
        lambda c, r: next(j for j in c.fine_tuning.jobs.list() if j.metadata == r["metadata"]),
    ],
}
