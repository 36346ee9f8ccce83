"""The settings: one frozen value, read from the environment and `.env` when it is made, never at import."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import UserError

_HERE = Path(__file__).resolve().parent.parent
_MOST_SHARDS = 10_000


class Settings(BaseSettings):
    """Everything an operator can set. Each field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", frozen=True, extra="ignore", env_ignore_empty=True
    )

    knowledge_dir: Path = Field(_HERE / "knowledge", description="the brief: a folder with brief.md, sources/, blocks/")
    data_dir: Path = Field(Path("data"), description="where the log and the index live")
    # Its password stands in no representation of the settings.
    database_url: str = Field("", repr=False, description="SQLAlchemy address of the log; empty = debatebot.sqlite3 in DATA_DIR")
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
    log_format: Literal["text", "json"] = Field("text", description="lines of the log of `debatebot run`: text or json")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="from which level on it is written")
    http_address: str = Field("127.0.0.1", description="where `debatebot run` serves /health, /live and /metrics")
    http_port: int = Field(0, ge=0, le=65535, description="its port; 0 = not served")
    shard_count: int = Field(0, ge=0, le=_MOST_SHARDS, description="shards of the bot in all its processes; 0 = not sharded")
    shard_ids: str = Field("", description="this process's shards, such as 0,1 or 4-7; empty = all of SHARD_COUNT")

    @field_validator("shard_ids")
    @classmethod
    def _known_shards(cls, value: str, info: ValidationInfo) -> str:
        ids, count = numbers_of(value), info.data.get("shard_count", 0)
        if ids and not count:
            raise ValueError("SHARD_COUNT is not set: say how many shards there are in all")
        if len(set(ids)) != len(ids) or any(n >= count for n in ids):
            raise ValueError(f"with SHARD_COUNT={count} they are different numbers from 0 to {count - 1}")
        return value

    @property
    def shards(self) -> tuple[int, ...]:
        """The shards of this process, sorted; none where the bot is not sharded."""
        return tuple(sorted(numbers_of(self.shard_ids))) or tuple(range(self.shard_count))

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


def numbers_of(text: str) -> list[int]:
    """The numbers of a list such as "0,2,5-7"; anything else raises `ValueError`."""
    numbers: list[int] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, _, last = part.partition("-")
        if not first.isdecimal() or not (last or first).isdecimal() or part.endswith("-"):
            raise ValueError("write numbers as in 0,1 or 4-7")
        if not int(first) <= int(last or first) < int(first) + _MOST_SHARDS:
            raise ValueError("a range goes up, as in 4-7")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; a bad value raises `UserError` that names the variable and the value."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise UserError(f"{name}={first['input']!r} cannot be used: {_said(first['msg'])}; mend it in .env") from error


def _said(message: str) -> str:
    """Pydantic's sentence as part of ours."""
    own = message.removeprefix("Value error, ")
    return own if own != message else message.lower()
