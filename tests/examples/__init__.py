"""Files that a third party may copy as a beginning."""
