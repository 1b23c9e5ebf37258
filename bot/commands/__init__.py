"""One subcommand a file; each offers ``register(subparsers)``. Imports stay light until a command runs."""
