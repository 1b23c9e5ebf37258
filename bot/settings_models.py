"""Settings of the models: which fill the roles, where they go and where they come from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from bot.hosts import is_this_host
from bot.settings_values import Address, Folder, Gpus, HostWithModel, Keys, Token, divided

__all__ = ["ModelSettings"]

Apart = Literal["gpu", "all", "none", "asr", "caption", "vqa", "ocr", "sentiment", "emotion", "langid", "embeddings"]


class ModelSettings(BaseModel):
    """The part of the settings that is about models."""

    profile: str = Field("embedded", description="Named set of models; see `python -m bot models list`.")
    profiles: Folder | None = Field(
        None, description="TOML file of your own profiles, added to ours or instead of them."
    )
    remote_url: HostWithModel | None = Field(
        None, description="Host of the profile `remote`: http://host:port/v1#model, as in `openai:` references."
    )
    asr: str | None = Field(None, description="Model reference for speech to text; overrides the profile's.")
    caption: str | None = Field(None, description="Model reference for captions; overrides the profile's.")
    vqa: str | None = Field(None, description="Model reference for visual question answering; overrides the profile's.")
    ocr: str | None = Field(None, description="Model reference for reading text in images; overrides the profile's.")
    llm: str | None = Field(None, description="Model reference for the language model; overrides the profile's.")

    sentiment: str | None = Field(None, description="Model reference for the mood of texts; overrides the profile's.")
    emotion: str | None = Field(None, description="Model reference for emotion in voices; overrides the profile's.")
    langid: str | None = Field(None, description="Model reference for naming languages; overrides the profile's.")
    embeddings: str | None = Field(None, description="Model reference for text embeddings; overrides the profile's.")
    tts: str | None = Field(None, description="Model reference for spoken answers; overrides the profile's.")
    api_keys: Keys = Field(
        {},
        description="Keys of OpenAI-compatible hosts, `host=key` with commas between; each is sent to its host alone.",
    )

    placement: Literal["share", "spread"] = Field(
        "share",
        description="`share`: models take as few GPUs as needed; `spread`: each the GPU with the most room.",
    )
    gpus: Gpus = Field(
        None, description="Numbers of the GPUs that models may use, with commas between; `none`: no GPU; unset: all."
    )
    vram_gb: float | None = Field(
        None, gt=0, description="Memory of each GPU for models, in gigabytes; unset: what is free at start."
    )
    ram_gb: float | None = Field(
        None, gt=0, description="Memory of the machine for models, in gigabytes; unset: what is free at start."
    )
    threads: int | None = Field(
        None, ge=1, description="Cores that the engines of models use; unset: all that this process may use."
    )
    idle_minutes: float | None = Field(
        None, gt=0, description="Minutes without work after which a model leaves memory until it is asked again."
    )

    models_dir: Folder = Field(
        Path(platformdirs.user_cache_dir("parley")) / "models",
        description="Folder for model files, shared by every checkout of this user.",
    )

    hf_endpoint: Address = Field(
        "https://huggingface.co",
        validation_alias=AliasChoices("HF_ENDPOINT", "hf_endpoint"),
        description="Model hub, or a mirror that serves the same paths.",
    )
    hf_hub_offline: bool = Field(
        False,
        validation_alias=AliasChoices("HF_HUB_OFFLINE", "hf_hub_offline"),
        description="Never ask a model hub; models then come from packages alone.",
    )

    hf_token: Token = Field(
        None,
        validation_alias=AliasChoices("HF_TOKEN", "hf_token"),
        description="Token for gated and private repositories of the model hub; sent to HF_ENDPOINT alone.",
    )
    hub: Literal["huggingface", "modelscope"] = Field(
        "huggingface", description="Which model hub is asked: HF_ENDPOINT's, or ModelScope."
    )
    modelscope_endpoint: Address = Field(
        "https://modelscope.cn",
        validation_alias=AliasChoices("MODELSCOPE_ENDPOINT", "modelscope_endpoint"),
        description="ModelScope, asked for models where PARLEY_HUB says so.",
    )

    apart: Annotated[tuple[Apart, ...], NoDecode, BeforeValidator(divided)] = Field(
        ("gpu",), description="Whose engines get a process of their own: `gpu`, `all`, `none`, or roles with commas."
    )

    @field_validator("hf_token")
    @classmethod
    def _a_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        if not re.fullmatch(r"[!-~]+", value.get_secret_value()):
            raise ValueError("should be a token, without blanks")
        endpoint = urlsplit(info.data.get("hf_endpoint", ""))
        if endpoint.scheme == "http" and not is_this_host(endpoint.hostname or ""):
            raise ValueError("should not be set while HF_ENDPOINT begins with http://, which others can read along")
        return value
