"""Decoding untrusted media within bounds: native decoders may hang, swell or crash, so they run in child processes."""
