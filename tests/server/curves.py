"""What a job measured, as a table by step: from its events, and from its result file."""

import io

import pandas as pd

from ..local_server import events


def loss_curve(api, job) -> pd.DataFrame:
    return pd.DataFrame([event.data for event in events(api, job) if event.type == "metrics"]).set_index("step")


def result_table(api, job) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(api.files.content(job.result_files[0]).content), index_col="step")
