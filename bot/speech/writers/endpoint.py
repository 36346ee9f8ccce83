"""A language model behind any OpenAI-compatible server: vLLM, llama.cpp, Ollama, a hosted API."""

from __future__ import annotations

import time
from collections.abc import Sequence

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError, AsyncOpenAI, RateLimitError
from openai.types.chat import ChatCompletionMessageParam

from bot.speech.writers.breaker import Breaker
from bot.speech.writers.generator import Generation, GenerationError, Message, OnText
from bot.speech.writers.loading import ModelError

# The client itself backs off exponentially between tries and obeys Retry-After.
RETRIES = 2
AT_ONCE = 6


class Endpoint:
    """One model of one server. `timeout` seconds bound each try; after repeated failures the server rests (`Breaker`)."""

    at_once = AT_ONCE

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str = "",
        *,
        timeout: float = 20.0,
        retries: int = RETRIES,
        breaker: Breaker | None = None,
    ) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ModelError(f"WRITER_BASE_URL={base_url!r} is no address: write it like http://127.0.0.1:8000/v1")
        if not model:
            raise ModelError("WRITER=openai needs WRITER_MODEL: the model's name on that server")
        self.name = model
        # A server of one's own asks for no key, but the client insists on having one.
        self._client = AsyncOpenAI(base_url=base_url, api_key=api_key or "none", timeout=timeout, max_retries=retries)
        self._breaker = breaker or Breaker()

    async def generate(self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None) -> Generation:
        """The model's answer, streamed. Whatever goes wrong is a `GenerationError` that says what in a few words."""
        if self._breaker.open:
            raise GenerationError("the language model's server failed repeatedly and rests")
        try:
            generation = await self._stream(messages, max_tokens, on_text)
        except GenerationError:
            self._breaker.failed()
            raise
        except RateLimitError as error:
            # Too many requests is an answer of a healthy server; the client has waited and tried again already.
            raise GenerationError("the language model's server is over its rate limit") from error
        except APITimeoutError as error:
            self._breaker.failed()
            raise GenerationError("the language model's server is too slow") from error
        except APIConnectionError as error:
            self._breaker.failed()
            raise GenerationError("the language model's server cannot be reached") from error
        except APIStatusError as error:
            self._breaker.failed()
            raise GenerationError(f"the language model's server answered {error.status_code}") from error
        except (APIError, ValueError, TypeError, AttributeError, LookupError) as error:
            self._breaker.failed()
            raise GenerationError("the language model's server sent something that is no answer") from error
        self._breaker.succeeded()
        return generation

    async def _stream(self, messages: Sequence[Message], max_tokens: int, on_text: OnText | None) -> Generation:
        began = time.perf_counter()
        chat: list[ChatCompletionMessageParam] = [_param(message) for message in messages]
        stream = await self._client.chat.completions.create(
            model=self.name,
            messages=chat,
            max_tokens=max_tokens,
            temperature=0,
            stream=True,
            stream_options={"include_usage": True},
        )
        pieces: list[str] = []
        finish: str | None = None
        prompt_tokens = generated = 0
        async with stream:
            async for chunk in stream:
                if chunk.usage is not None:
                    prompt_tokens, generated = chunk.usage.prompt_tokens, chunk.usage.completion_tokens
                for choice in chunk.choices[:1]:
                    piece = choice.delta.content or ""
                    finish = choice.finish_reason or finish
                    if piece:
                        pieces.append(piece)
                        if on_text is not None:
                            on_text(piece)
        if finish is None:
            raise GenerationError("the language model's server broke off in the middle")
        # Servers that count nothing are counted by their pieces, which is at most one token each.
        return Generation(
            "".join(pieces), prompt_tokens, generated or len(pieces), time.perf_counter() - began, whole=finish == "stop"
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _param(message: Message) -> ChatCompletionMessageParam:
    if message.role == "system":
        return {"role": "system", "content": message.content}
    if message.role == "user":
        return {"role": "user", "content": message.content}
    return {"role": "assistant", "content": message.content}
