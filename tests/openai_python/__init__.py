"""openai-python's own tests of the resources that there are, against the server."""
