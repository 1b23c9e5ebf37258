"""GGUF models through llama.cpp, served by a supervised child that speaks OpenAI's wire."""
