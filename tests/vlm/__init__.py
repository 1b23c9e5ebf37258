"""Every family of vision-language models through the real path, in the environment of the lock for GPUs."""
