"""Practice: a debate in the terminal, or over a pipe with one speech a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.status import Status as RichStatus

from bot.debate.flowsheet import flow_sheet
from bot.debate.record import Speech
from bot.debate.state import DebateState, Status
from bot.debate.steps import Drafting, Progress, Step
from bot.debate.words import Level
from bot.errors import UserError
from bot.reports.coaching import coaching_text
from bot.reports.transcript import speech_json
from bot.service import DebateService
from bot.terminal_ui.flow_table import flow_table

DEBATER = "You"
STEPS = {
    Step.QUEUED: "Waiting for a turn ...",
    Step.HEARING: "Hearing your points ...",
    Step.RETRIEVING: "Looking for evidence ...",
    Step.WRITING: "Writing an answer ...",
    Step.CHECKING: "Checking every sentence ...",
}
HELP = (
    "An empty line ends your speech. /sources shows the last passages, /flow the points, /coach what to prepare; /quit stops, "
    "and the debate can be resumed."
)


def typed_speeches(console: Console) -> Iterator[str]:
    """Speeches typed at a terminal: lines up to an empty one; a line that begins with / stands alone."""
    while True:
        lines: list[str] = []
        while True:
            try:
                line = console.input("[bold]> [/bold]" if not lines else "  ")
            except (EOFError, KeyboardInterrupt):
                return
            if line.startswith("/") and not lines:
                lines = [line]
                break
            if not line.strip():
                if lines:
                    break
                continue
            lines.append(line)
        yield "\n".join(lines)


class Practice:
    """One sitting. Everything said is in the log before it is shown."""

    def __init__(self, service: DebateService, console: Console, *, as_json: bool, echo: bool) -> None:
        self._service = service
        self._console = console
        self._json = as_json
        self._echo = echo
        self._refused = False

    async def run(
        self, speeches: Iterable[str], format_key: str, debate_id: str | None = None, level: Level = Level.VARSITY
    ) -> int:
        """Debate until `speeches` or the format end. 0, or 1 if a speech was refused (and said why)."""
        if debate_id is None:
            state = await self._service.open(format_key, DEBATER, level)
        else:
            state = await self._service.state(debate_id)
        self._introduce(state, resumed=debate_id is not None)
        state = await self._bot_speaks(state)
        for text in speeches:
            if state.next_turn is None or not await self._take(state, text):
                break
            state = await self._bot_speaks(await self._service.state(state.id))
            if state.next_turn is None:
                break
        return await self._end(state)

    async def _take(self, state: DebateState, text: str) -> bool:
        """Deal with one line of input; False to stop."""
        if text.startswith("/"):
            return await self._command(state, text.strip())
        if self._echo:
            self._say(f"[bold]{DEBATER}:[/bold] {escape(text)}\n")
        try:
            await self._service.deliver(state.id, self._service.debater(state), text)
        except UserError as error:
            self._refused = True
            self._complain(error)
        return True

    async def _bot_speaks(self, state: DebateState) -> DebateState:
        while self._service.bot_is_due(state):
            with self._console.status(STEPS[Step.QUEUED]) as status:
                drafting = Drafting()

                def told(reached: Progress, drafting: Drafting = drafting, status: RichStatus = status) -> None:
                    words = drafting.words(reached)
                    status.update(STEPS[reached.step] + (f" {words} words drafted, not checked yet" if words else ""))

                speech, seconds = await self._service.answer(state.id, told)
            self._show(state, speech, seconds)
            state = await self._service.state(state.id)
        return state

    def _introduce(self, state: DebateState, *, resumed: bool) -> None:
        if resumed:
            self._say(f"Debate {state.id} goes on after {len(state.speeches)} speeches.")
        else:
            self._say(f"[bold]Motion:[/bold] {escape(state.motion)}")
            self._say(f"You propose it; the bot maintains that {escape(self._service.position)}.")
        self._say(f"[dim]Debate {state.id}. {HELP}[/dim]\n")

    def _show(self, state: DebateState, speech: Speech, seconds: float) -> None:
        if self._json:
            print_json = {"debate": state.id, **speech_json(speech), "seconds": round(seconds, 3)}
            self._console.file.write(json.dumps(print_json, ensure_ascii=False) + "\n")
            return
        self._say("[bold]Debatebot:[/bold]")
        self._say(f"{escape(speech.text)}\n")
        for reference in self._service.references(speech.citations):
            self._say(f"  [dim]{escape(reference.line)}[/dim]")
        self._say(f"  [dim]({seconds:.2f} s, {speech.checks.get('cut', 0)} sentences cut by the check)[/dim]\n")

    async def _command(self, state: DebateState, text: str) -> bool:
        if text in ("/quit", "/exit"):
            return False
        said = [speech for speech in state.speeches if speech.citations]
        if text == "/sources" and said:
            for reference in self._service.references(said[-1].citations):
                self._say(f"{escape(reference.line)}\n  {escape(reference.text)}\n")
        elif text == "/flow":
            self._flow(state)
        elif text == "/coach":
            await self._coach(state)
        else:
            self._say(HELP)
        return True

    async def _coach(self, state: DebateState) -> None:
        self._say(escape(coaching_text(await self._service.coach(state.id))))

    def _flow(self, state: DebateState) -> None:
        side = state.bot_side()
        if side is not None and not self._json:
            self._console.print(flow_table(flow_sheet(state.speeches, side)))

    async def _end(self, state: DebateState) -> int:
        if state.next_turn is None and state.speeches and not self._json:
            self._say("The debate is over.")
            if state.status is not Status.CLOSED:
                await self._service.close(state.id, self._service.debater(state))
            self._say(f"[dim]What to learn from it: debatebot coach {state.id}[/dim]")
        elif state.next_turn is not None:
            self._say(f"[dim]To go on: debatebot practice --resume {state.id}[/dim]")
        self._say(f"[dim]To keep it: debatebot export {state.id} --format md[/dim]")
        return int(self._refused)

    def _say(self, line: str) -> None:
        if not self._json:
            self._console.print(line, highlight=False)

    def _complain(self, error: UserError) -> None:
        if self._json:
            self._console.file.write(json.dumps({"error": str(error)}, ensure_ascii=False) + "\n")
        else:
            self._console.print(f"[red]error:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
