"""What the openai package called things before 1.0 (November 2023), and what to write today.

Sources: the package's migration guide (github.com/openai/openai-python, discussion 742) and its own command line.
"""

TODAY = {
    "openai.File.create": "client.files.create(file=…, purpose=…)",
    "openai.File.list": "client.files.list()",
    "openai.File.retrieve": "client.files.retrieve(file_id)",
    "openai.File.download": "client.files.content(file_id).content",
    "openai.File.delete": "client.files.delete(file_id)",
    "openai.FineTuningJob.create": "client.fine_tuning.jobs.create(model=…, training_file=…, method=…)",
    "openai.FineTuningJob.list_events": "client.fine_tuning.jobs.list_events(job_id)",
    "openai.FineTuningJob.list": "client.fine_tuning.jobs.list()",
    "openai.FineTuningJob.retrieve": "client.fine_tuning.jobs.retrieve(job_id)",
    "openai.FineTuningJob.cancel": "client.fine_tuning.jobs.cancel(job_id)",
    "openai.FineTune": "client.fine_tuning.jobs (the service of fine-tunes is gone)",
    "openai.ChatCompletion.create": "client.chat.completions.create(model=…, messages=…)",
    "openai.ChatCompletion.acreate": "await AsyncOpenAI().chat.completions.create(…)",
    "openai.Completion.create": "client.completions.create(…), better client.chat.completions.create(…)",
    "openai.Completion.acreate": "await AsyncOpenAI().completions.create(…), better chat.completions.create(…)",
    "openai.Model.list": "client.models.list()",
    "openai.Model.retrieve": "client.models.retrieve(model)",
    "openai.Model.delete": "client.models.delete(model)",
    "openai.Engine": "client.models",
    "openai.Deployment": "a deployment is made by Azure's management, not by this package",
    "openai.Edit": "client.chat.completions.create(…) (the service of edits is gone)",
    "openai.Embedding": "client.embeddings.create(model=…, input=…)",
    "openai.Moderation": "client.moderations.create(input=…)",
    "openai.Image": "client.images.generate(…)",
    "openai.Audio": "client.audio.transcriptions.create(…)",
    "openai.error.InvalidRequestError": "openai.BadRequestError",
    "openai.error.Timeout": "openai.APITimeoutError",
    "openai.error.ServiceUnavailableError": "openai.InternalServerError",
    "openai.error.TryAgain": "openai.InternalServerError",
    "openai.error.PermissionError": "openai.PermissionDeniedError",
    "openai.error.InvalidAPIType": "nothing: there is no api_type any more",
    "openai.error.SignatureVerificationError": "openai.InvalidWebhookSignatureError",
    "openai.error": "openai. and the same name, for instance openai.RateLimitError",
    "openai.InvalidRequestError": "openai.BadRequestError",
    "openai.api_key": "OpenAI() reads OPENAI_API_KEY; or OpenAI(api_key=…)",
    "openai.api_base": "OpenAI(base_url=…), or the variable OPENAI_BASE_URL",
    "openai.api_type": 'OpenAI(base_url="https://RESOURCE.openai.azure.com/openai/v1/")',
    "openai.api_version": "not needed at the v1 address",
    "openai.organization": "OpenAI(organization=…)",
    "openai.proxy": "OpenAI(http_client=openai.DefaultHttpxClient(proxy=…))",
    "openai.embeddings_utils": "nothing: copy the function, the module is gone",
    "openai api fine_tunes": "client.fine_tuning.jobs in Python; the command line has no training any more",
    "openai api fine_tuning.job": "client.fine_tuning.jobs in Python",
    "openai tools fine_tunes.prepare_data": "helpers.training_data.check(file)",
    "/v1/fine-tunes": "/v1/fine_tuning/jobs",
    "/v1/engines": "/v1/models; or the engine as model= at /v1/chat/completions",
    "engine=": "model=",
    "deployment_id=": "model=, the deployment's name",
    "request_timeout=": "timeout=",
    "['choices']": "attributes: reply.choices[0].message.content",
}
ARGUMENTS = ("engine", "deployment_id", "request_timeout")  # of any old call
IN_TEXTS = ("openai api ", "openai tools ", "/v1/")  # how the names begin that are in a text, or in a shell's line


def old_name(dotted: str) -> tuple[str, str] | None:
    """An old dotted name as TODAY has it, and what to write today; None for a name of today.

    "openai.Embedding.create" is "openai.Embedding"; a class without a method is its first method; an exception whose
    name is the same today is written out.
    """
    parts = dotted.split(".")
    for n in range(len(parts), 1, -1):
        name = ".".join(parts[:n])
        if name == "openai.error" and n < len(parts):
            return dotted, dotted.replace(".error.", ".")
        if name in TODAY:
            return name, TODAY[name]
        if first := next((old for old in TODAY if old.startswith(f"{name}.")), None):
            return dotted, TODAY[first]
    return None


def names_in_text(text: str, *, calls: bool) -> list[tuple[int, str]]:
    """Lines, counted from 0, and the old names of the command line and of addresses; with `calls` those of Python."""
    names = [old for old in TODAY if old.startswith(("openai.", *IN_TEXTS) if calls else IN_TEXTS)]
    found = [(n, old) for n, line in enumerate(text.splitlines()) for old in names if old in line]
    return [(n, old) for n, old in found if not any(m == n and o != old and o.startswith(old) for m, o in found)]
