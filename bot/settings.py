"""The settings: one frozen value, read from the environment and `.env` when it is made, never at import."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import UserError

_HERE = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything an operator can set. Each field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", frozen=True, extra="ignore", env_ignore_empty=True
    )

    knowledge_dir: Path = Field(_HERE / "knowledge", description="the brief: a folder with brief.md, sources/, blocks/")
    data_dir: Path = Field(Path("data"), description="where the log and the index live")
    database_url: str = Field("", description="SQLAlchemy address of the log; empty = debatebot.sqlite3 in DATA_DIR")
    encoder_model: str = Field("", description="a sentence-transformers name or folder; empty = the packaged MiniLM")
    encoder_backend: Literal["auto", "onnx", "torch"] = Field(
        "auto", description="what runs the packaged MiniLM: onnx, torch, or auto = onnx where it can be built, else torch"
    )
    encoder_threads: int = Field(2, ge=1, le=64, description="CPU threads for encoding")
    queue_limit: int = Field(256, ge=1, description="how many requests may wait for the encoder before new ones are refused")

    writer: Literal["composer", "transformers", "openai"] = Field(
        "composer", description="who words the speeches: composer, transformers (a model in this process), openai (a server)"
    )
    writer_model: str = Field("", description="transformers: a hub name, folder or .gguf file; openai: the server's model name")
    writer_base_url: str = Field("", description="openai: the address of any compatible server, such as http://127.0.0.1:8000/v1")
    writer_api_key: SecretStr = Field(SecretStr(""), description="openai: the key, where the server asks for one")
    entailment_model: str = Field(
        "", description="a cross-encoder for inference as a second check of what the model words; empty = none"
    )
    writer_suggests: bool = Field(
        False, description="the writer's model also suggests what hard points argue; the matching decides"
    )
    writer_seconds: float = Field(30.0, gt=0, le=600, description="what the model has not worded by then stays composed")
    writer_device: str = Field("auto", description="transformers: auto, cpu, cuda, cuda:1, mps")
    writer_dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field("auto", description="transformers: the precision")
    writer_batching: Literal["auto", "on", "off"] = Field(
        "auto", description="transformers: several speeches in one pass; auto = on CUDA"
    )
    writer_user_tokens: int = Field(0, ge=0, description="tokens a day for each user; 0 = no limit")
    writer_server_tokens: int = Field(0, ge=0, description="tokens a day for each Discord server; 0 = no limit")
    writer_prompt_price: float = Field(0.0, ge=0, description="US dollars per million prompt tokens, for the record")
    writer_generated_price: float = Field(0.0, ge=0, description="US dollars per million generated tokens, for the record")

    discord_token: SecretStr = Field(SecretStr(""), description="the bot token; needed by `debatebot run` and `sync` only")
    discord_message_content: bool = Field(
        False, description="true once Discord granted the message content intent: plain messages in a debate are heard too"
    )
    discord_api_url: str = Field("", description="another REST server than Discord's, with DISCORD_GATEWAY_URL (for tests)")
    discord_gateway_url: str = Field("", description="another gateway than Discord's, with DISCORD_API_URL (for tests)")

    @property
    def log_url(self) -> str:
        """The SQLAlchemy address of the log."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'debatebot.sqlite3'}"

    @property
    def added_dir(self) -> Path:
        """Where the documents that the operator adds to the brief live."""
        return self.data_dir / "sources"

    @property
    def index_dir(self) -> Path:
        """Where the cached index lives."""
        return self.data_dir / "index"


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; a bad value raises `UserError` that names the variable and the value."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise UserError(f"{name}={first['input']!r} cannot be used: {first['msg'].lower()}; mend it in .env") from error
