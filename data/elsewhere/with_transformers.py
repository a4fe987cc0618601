"""Answers with an exported folder and transformers alone: python with_transformers.py FOLDER < conversations.jsonl"""

import json
import sys

from transformers import pipeline

chat = pipeline("text-generation", sys.argv[1])
for line in sys.stdin:
    [talk] = chat(json.loads(line), do_sample=False, max_new_tokens=70)
    print(json.dumps(talk["generated_text"][-1]["content"]), flush=True)
