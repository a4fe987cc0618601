"""Answers with a GGUF file and llama.cpp alone: python with_llama_cpp.py FILE < conversations.jsonl"""

import json
import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.verbosity = sys.argv[1], 2048, 0
server = xllamacpp.Server(params)
for line in sys.stdin:
    asked = {"messages": json.loads(line), "temperature": 0, "max_tokens": 70}
    reply = server.handle_chat_completions(asked)
    print(json.dumps(reply["choices"][0]["message"]["content"]), flush=True)
