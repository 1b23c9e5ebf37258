"""Commands that people give in a chat: a file each, found by the list in ``registry``."""
