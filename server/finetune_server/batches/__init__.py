"""Files of requests, answered one after the other and written to files of answers."""
