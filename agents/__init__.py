"""The mind: what a turn needs, perception, fusion, and the models behind their ports. Knows neither bot nor storage."""
