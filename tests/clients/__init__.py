"""Programs that no one here wrote, against the server: what works of what they do with OpenAI's API."""
