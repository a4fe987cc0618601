"""One file a resource: check the request, ask the rooms below, write the response."""
