"""Tiny models with random weights, made on the spot and saved as real ones are: loading cannot tell them apart."""
