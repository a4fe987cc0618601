"""How a tutorial of autumn 2023 trained a model, with openai 0.28. It no longer runs; lesson 10 says what to write."""

import openai

openai.api_key = "put your key here"

uploaded = openai.File.create(file=open("examples.jsonl", "rb"), purpose="fine-tune")
job = openai.FineTuningJob.create(training_file=uploaded["id"], model="gpt-3.5-turbo", suffix="desk")
print(openai.FineTuningJob.list_events(id=job["id"], limit=10))

job = openai.FineTuningJob.retrieve(job["id"])
reply = openai.ChatCompletion.create(model=job["fine_tuned_model"], messages=[{"role": "user", "content": "Hello"}])
print(reply["choices"][0]["message"]["content"])
