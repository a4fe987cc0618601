"""Prompts become tokens, and tokens text. The engine knows nothing of HTTP."""
