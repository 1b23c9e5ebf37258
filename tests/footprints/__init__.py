"""How near the footprints that adapters tell are to what their models take, measured in a child process each."""
