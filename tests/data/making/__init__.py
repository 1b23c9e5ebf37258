"""How the hostile corpus is made: every file by code of ours, the same at every run."""
