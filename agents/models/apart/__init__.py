"""Synchronous adapters in a process of their own: an engine that aborts or hangs there takes nothing of ours along."""
