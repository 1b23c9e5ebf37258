"""Trying models for real: each in a child process of its own, on samples of ours, within deadlines."""
