"""OpenAI's objects and errors, and the checks of a request. Nothing here knows torch."""
