"""What OpenAI's specification says about the requests we make, as far as we make them: JSON Schema 2020-12.

Written from https://github.com/openai/openai-openapi (MIT), version of the API 2.3.0: CreateChatCompletionRequest,
CreateTranscriptionRequest, CreateEmbeddingRequest and CreateSpeechRequest. Objects are closed where the specification
closes them, and also where it does not, so that a name nobody knows is a mistake of ours.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

__all__ = ["LLAMACPP_EXTENSIONS", "chat_request", "embedding_request", "speech_request", "transcription_request"]

Schema = dict[str, Any]

# What llama.cpp's server takes beside OpenAI's names: tools/server/README.md, "/completion".
LLAMACPP_EXTENSIONS: Schema = {
    "top_k": {"type": "integer"},
    "repeat_penalty": {"type": "number"},
    "repeat_last_n": {"type": "integer"},
    "dry_multiplier": {"type": "number"},
    "dry_allowed_length": {"type": "integer"},
    "dry_penalty_last_n": {"type": "integer"},
    "cache_prompt": {"type": "boolean"},
}


def _closed(required: list[str], **properties: Any) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _text(pattern: str = "") -> Schema:
    return {"type": "string", **({"pattern": pattern} if pattern else {})}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


_PLACE = _text(r"^(https?://|data:image/)")
_PARTS: Schema = {
    "oneOf": [
        _closed(["type", "text"], type={"const": "text"}, text=_text()),
        _closed(
            ["type", "image_url"],
            type={"const": "image_url"},
            image_url=_closed(["url"], url=_PLACE, detail={"enum": ["auto", "low", "high"]}),
        ),
        _closed(
            ["type", "input_audio"],
            type={"const": "input_audio"},
            input_audio=_closed(["data", "format"], data=_text(), format={"enum": ["wav", "mp3"]}),
        ),
    ]
}
_FUNCTION_NAME = _text("^[a-zA-Z0-9_-]{1,64}$")
_CALL = _closed(
    ["id", "type", "function"],
    id=_text(),
    type={"const": "function"},
    function=_closed(["name", "arguments"], name=_text(), arguments=_text()),
)
_TOOL = _closed(
    ["type", "function"],
    type={"const": "function"},
    function=_closed(
        ["name"],
        name=_FUNCTION_NAME,
        description=_text(),
        parameters={"type": "object"},
        strict={"type": ["boolean", "null"]},
    ),
)
_MESSAGES = {
    "oneOf": [
        _closed(["role", "content"], role={"enum": ["system", "developer"]}, content=_text()),
        _closed(["role", "content"], role={"const": "user"}, content={"oneOf": [_text(), _list(_PARTS)]}, name=_text()),
        _closed(["role"], role={"const": "assistant"}, content={"type": ["string", "null"]}, tool_calls=_list(_CALL)),
        _closed(["role", "content", "tool_call_id"], role={"const": "tool"}, content=_text(), tool_call_id=_text()),
    ]
}
_CHAT: Schema = {
    "model": _text(),
    "messages": _list(_MESSAGES),
    "max_tokens": {"type": ["integer", "null"]},
    "max_completion_tokens": {"type": ["integer", "null"]},
    "temperature": {"type": ["number", "null"], "minimum": 0, "maximum": 2},
    "top_p": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "stop": {"oneOf": [_text(), {**_list(_text()), "maxItems": 4}, {"type": "null"}]},
    "stream": {"type": ["boolean", "null"]},
    "stream_options": _closed([], include_usage={"type": "boolean"}, include_obfuscation={"type": "boolean"}),
    "logprobs": {"type": ["boolean", "null"]},
    "tools": {"type": "array", "items": _TOOL},
    "tool_choice": {
        "oneOf": [
            {"enum": ["none", "auto", "required"]},
            _closed(["type", "function"], type={"const": "function"}, function=_closed(["name"], name=_text())),
        ]
    },
    "response_format": _closed(
        ["type", "json_schema"],
        type={"const": "json_schema"},
        json_schema=_closed(
            ["name"], name=_FUNCTION_NAME, description=_text(), schema={"type": "object"}, strict={"type": "boolean"}
        ),
    ),
}
_ONE = {"minItems": 1, "maxItems": 1, "type": "array"}


def chat_request(extensions: Schema | None = None) -> Draft202012Validator:
    return Draft202012Validator(_closed(["model", "messages"], **_CHAT, **(extensions or {})))


def embedding_request() -> Draft202012Validator:
    texts = {**_list(_text()), "maxItems": 2048}
    return Draft202012Validator(
        _closed(
            ["model", "input"],
            model=_text(),
            input={"oneOf": [_text(), texts]},
            encoding_format={"enum": ["float", "base64"]},
            dimensions={"type": "integer", "minimum": 1},
            user=_text(),
        )
    )


def speech_request() -> Draft202012Validator:
    return Draft202012Validator(
        _closed(
            ["model", "input", "voice"],
            model=_text(),
            input={"type": "string", "maxLength": 4096},
            instructions={"type": "string", "maxLength": 4096},
            voice={"oneOf": [_text(), _closed(["id"], id=_text())]},
            response_format={"enum": ["mp3", "opus", "aac", "flac", "wav", "pcm"]},
            speed={"type": "number", "minimum": 0.25, "maximum": 4},
            stream_format={"enum": ["sse", "audio"]},
        )
    )


def transcription_request() -> Draft202012Validator:
    """Of a form without its file: every field has a list of values. Lists go by names that end in ``[]``."""
    return Draft202012Validator(
        _closed(
            ["model"],
            model=_ONE,
            language={**_ONE, "items": _text("^[a-z]{2,3}$")},
            prompt=_ONE,
            response_format={
                **_ONE,
                "items": {"enum": ["json", "text", "srt", "verbose_json", "vtt", "diarized_json"]},
            },
            temperature=_ONE,
            **{
                "include[]": {"type": "array", "items": {"const": "logprobs"}},
                "timestamp_granularities[]": {"type": "array", "items": {"enum": ["word", "segment"]}},
            },
        )
    )
