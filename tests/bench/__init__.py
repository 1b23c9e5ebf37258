"""The bench: what Parley costs, part by part, beside what it should cost.

``python -m tests.bench [part ...]`` prints one table and writes the same as JSON. A missed target is a figure like
any other; only a part that cannot be measured fails.
"""
