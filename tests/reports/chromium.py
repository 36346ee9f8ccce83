"""A headless Chromium, driven over its debugging protocol: opens a page as a phone or a desktop would, light or dark.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

BINARY = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0"),
)
START_SECONDS = 240.0


class Page:
    """One tab. `complaints` are the console errors, exceptions and violated policies since it was opened."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._last = 0
        self._events: list[dict[str, Any]] = []
        self.complaints: list[str] = []

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of one protocol command; a refused one raises with the browser's message."""
        self._last += 1
        await self._socket.send_json({"id": self._last, "method": method, "params": parameters})
        while True:
            message = await asyncio.wait_for(self._socket.receive_json(), START_SECONDS)
            if message.get("id") == self._last:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return dict(message["result"])
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        self._events.append(message)
        told = message.get("params", {})
        if message["method"] == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.complaints.append(told["entry"]["text"])
        elif message["method"] == "Runtime.exceptionThrown":
            self.complaints.append(told["exceptionDetails"]["text"])
        elif message["method"] == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
            self.complaints.append(str(told["args"]))
        elif message["method"] == "Network.requestWillBeSent" and not told["request"]["url"].startswith(("file:", "data:")):
            self.complaints.append(f"asked for {told['request']['url']}")

    async def look(self, file: Path, *, width: int, dark: bool, height: int = 800) -> None:
        """Open `file`, an absolute path, in a viewport of `width` pixels and wait until it has loaded."""
        for domain in ("Page", "Log", "Runtime", "Network"):
            await self.call(f"{domain}.enable")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])
        await self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self._events.clear()
        await self.call("Page.navigate", url=file.as_uri())
        deadline = time.monotonic() + START_SECONDS
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{file.name} did not load")
            await self.call("Runtime.evaluate", expression="0")
            await asyncio.sleep(0.02)

    async def value(self, expression: str) -> Any:
        """What a script expression comes to, asked from outside the page's own policy."""
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    async def screenshot(self, *, full: bool = True) -> bytes:
        """The page as PNG, beyond the viewport if `full`."""
        result = await self.call("Page.captureScreenshot", captureBeyondViewport=full)
        return base64.b64decode(result["data"])

    async def pdf(self) -> bytes:
        """The page as printed."""
        return base64.b64decode((await self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True))["data"])


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """A fresh browser with one empty tab and a profile of its own; ended and removed afterwards."""
    assert BINARY is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            *(BINARY, *FLAGS, f"--user-data-dir={profile}", "about:blank"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            port = await _port(Path(profile), process)
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                    tabs = await answer.json()
                address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    yield Page(socket)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _port(profile: Path, process: asyncio.subprocess.Process) -> int:
    file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.returncode is not None:
            raise RuntimeError(f"Chromium ended with {process.returncode} before it could be used")
        lines = file.read_text().splitlines() if file.exists() else []
        if lines:
            return int(lines[0])
        await asyncio.sleep(0.05)
    raise TimeoutError("Chromium did not open its debugging port")
