"""Where model files come from: one source kind a file. A source fills the staging folder; ``fetch.py`` verifies."""
