"""Simulations of a hundred GPUs for a thousand tenants, and what server/SCALE.md tells of them."""
