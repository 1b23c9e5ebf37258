"""The doors: what comes in, what goes out, and who may enter. Nothing imports this package."""

VERSION = "0.1.0"
