"""Models on any host that speaks OpenAI's HTTP API: vLLM, SGLang, Ollama, LocalAI, llama.cpp, hosted ones."""
