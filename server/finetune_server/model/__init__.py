"""Weights, the chat template, and the one thread that runs torch."""
