"""The web door: one page to talk to, its HTTP interface, and the stream of events behind it."""
