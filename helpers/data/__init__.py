"""From files as people have them to training files: read, check, find what spoils a model, mask, split, write."""
