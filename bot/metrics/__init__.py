"""What the running assistant tells of itself in Prometheus' terms: its models, its desk, its memory and its GPUs."""
