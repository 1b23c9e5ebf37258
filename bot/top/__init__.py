"""What ``python -m bot models top`` shows: metrics asked of the running assistant, and what two looks tell together."""
