"""The doors: what comes in, what goes out, and who may enter. Nothing imports this package."""
