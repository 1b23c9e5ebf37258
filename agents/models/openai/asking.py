"""How a chat completion is asked for: the request's shape, and LangChain's ways to ask for tools and for JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, convert_to_openai_messages
from langchain_core.output_parsers import BaseOutputParser, JsonOutputParser, PydanticOutputParser
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_json_schema
from langchain_core.utils.pydantic import is_basemodel_subclass
from pydantic import BaseModel

from agents.models.async_chat import AsyncChat
from agents.models.marks import Marks

__all__ = ["AskingChat", "ordered"]

_MARKS = Marks()  # hosts read them in a message as their own: a sender could end the turn and speak for the assistant
_LIMIT = "max_tokens"
_CHOICES = frozenset({"auto", "none", "required"})


def ordered(
    messages: Sequence[BaseMessage], stop: Sequence[str] | None, options: Mapping[str, Any], *, limit: str = _LIMIT
) -> dict[str, Any]:
    """The request for a streamed answer. ``options`` go along as they are; ``max_tokens`` goes by the name ``limit``.

    Raises ValueError for parts of messages that have no form on this wire.
    """
    order = {
        "messages": convert_to_openai_messages(_MARKS.taken_from_messages(messages)),
        "stream": True,
        "stream_options": {"include_usage": True},
        **{name: value for name, value in options.items() if value is not None},
    }
    if stop:
        order["stop"] = list(stop)
    if limit != _LIMIT and _LIMIT in order:
        order[limit] = order.pop(_LIMIT)
    return order


class AskingChat(AsyncChat):
    """A chat model on this wire, whoever serves it."""

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | dict[str, Any] | bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tools in OpenAI's format. ``tool_choice``: ``auto``, ``none``, ``any`` (one must be called), a name."""
        if tool_choice is not None:
            kwargs["tool_choice"] = _choice(tool_choice)
        return super().bind_tools(tools, **kwargs)

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """Answers that keep to a schema: the host holds the model to it (``response_format`` of kind json_schema).

        ``strict`` asks OpenAI to refuse schemas it cannot hold a model to; others ignore it.
        """
        form = convert_to_json_schema(schema)
        named = {"name": form.get("title", "answer"), "schema": form, "strict": bool(kwargs.pop("strict", False))}
        kwargs.pop("method", None)
        asked = self.bind(response_format={"type": "json_schema", "json_schema": named}, **kwargs)
        parser = _parser(schema)
        if not include_raw:
            return asked | parser
        read = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
        unread = RunnablePassthrough.assign(parsed=lambda _: None)
        return RunnableMap(raw=asked) | read.with_fallbacks([unread], exception_key="parsing_error")


def _choice(asked: str | dict[str, Any] | bool) -> str | dict[str, Any]:
    if asked is True or asked == "any":
        return "required"
    if isinstance(asked, str) and asked not in _CHOICES:
        return {"type": "function", "function": {"name": asked}}
    return "none" if asked is False else asked


def _parser(schema: dict[str, Any] | type) -> BaseOutputParser[Any]:
    if isinstance(schema, type) and is_basemodel_subclass(schema):
        return PydanticOutputParser(pydantic_object=schema)
    return JsonOutputParser()
