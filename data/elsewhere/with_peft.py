"""Answers with an adapter on its base model: python with_peft.py ADAPTER BASE < conversations.jsonl"""

import json
import sys

from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

adapter, base = sys.argv[1:]
tuned = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), adapter)
chat = pipeline("text-generation", tuned.merge_and_unload(), tokenizer=AutoTokenizer.from_pretrained(base))
for line in sys.stdin:
    [talk] = chat(json.loads(line), do_sample=False, max_new_tokens=70)
    print(json.dumps(talk["generated_text"][-1]["content"]), flush=True)
