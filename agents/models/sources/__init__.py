"""Where model files come from: one kind of source a file, what they tell meanwhile, and files known by content."""
