from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot import cli
from tests.conftest import ROOT, TINY, Run, fresh_database, lend_encoder

pytestmark = pytest.mark.encoder


def last_line(output: bytes) -> str:
    return output.decode().strip().splitlines()[-1]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> object:
    """Runs a command in this process: (exit code, standard output, standard error)."""
    monkeypatch.setenv("KNOWLEDGE_DIR", str(TINY))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    lend_encoder(tmp_path / "data")

    def call(*args: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["debatebot", *args])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as left:
            cli.main()
        code = left.value.code
        out = capsys.readouterr()
        return (0 if code is None else int(code)), out.out, out.err

    return call


def test_two_piped_speeches_get_two_answers_with_citations_that_resolve(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("practice", "--json", stdin=b"Teenagers need more sleep.\nParents can adapt.\n")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert len(answers) == 2
    assert all(answer["citations"] for answer in answers)
    rows = sqlite3.connect(tmp_path / "data" / "debatebot.sqlite3").execute
    counts = [rows(f"select count(*) from {t}").fetchone()[0] for t in ("debates", "speeches", "points", "citations")]
    assert counts[:2] == [1, 4]
    assert counts[2] > 4
    assert counts[3] == sum(len(answer["citations"]) for answer in answers)


def test_nothing_on_standard_input_plays_the_sample_debate(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("practice")
    assert code == 0
    assert "Debatebot:" in out
    assert "[1] Marta Lindqvist (2019)" in out


def test_practice_goes_on_where_it_stopped(run) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run("practice", stdin=b"Teenagers need more sleep.\n")
    debate = out.split("Debate ")[1].split(".")[0]
    code, out, _ = run("practice", "--resume", debate, stdin=b"Parents can adapt.\n/flow\n/sources\n/help\n/quit\n")
    assert code == 0
    assert "goes on after 2 speeches" in out
    code, out, _ = run("export", debate, "--format", "json")
    assert len(json.loads(out)["speeches"]) == 4
    for form in ("md", "csv", "html"):
        assert run("export", debate, "--format", form)[0] == 0
    assert debate in run("export", "list")[1]


def test_a_format_with_an_end_ends(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run(
        "practice", "--format", "one-on-one", stdin=b"Teenagers need sleep.\nParents adapt.\nSo vote for us.\nmore\n"
    )
    assert code == 0
    assert "The debate is over." in out


@pytest.mark.parametrize(
    ("speech", "line"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00\x01", "binary"),
        (b"sleep\x00now", "binary"),
        ("😀😀😀".encode(), "no words"),
        (b"sleep " * 200_000, "keep it under"),
    ],
)
def test_a_speech_that_is_none_is_one_clear_line(run, speech: bytes, line: str) -> None:  # type: ignore[no-untyped-def]
    code, _, err = run("rebut", stdin=speech)
    assert code == 1
    assert line in err
    assert len(err.strip().splitlines()) == 1


def test_right_to_left_text_is_a_speech(run) -> None:  # type: ignore[no-untyped-def]
    assert run("rebut", "--json", stdin="המורים עייפים והילדים צריכים שינה".encode())[0] == 0


def test_rebut_says_what_it_heard_and_why(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("rebut", "--json", stdin=b"Teenagers need more sleep.")
    answer = json.loads(out)
    assert code == 0
    assert set(answer) == {
        *("speech", "points", "citations", "conceded", "dropped", "writer", "checks", "seconds", "plan"),
    }
    assert answer["points"][0]["met_by"] == "teenagers-need-sleep"
    assert run("rebut", stdin=b"Teenagers need more sleep.")[0] == 0
    assert "cannot be read" in run("rebut", "/nowhere/speech.txt")[2]


def test_lookup_finds_and_refuses(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("lookup", "How many minutes more did teenagers sleep?", "--json")
    found = json.loads(out)
    assert (code, found["found"]) == (0, True)
    assert found["hits"][0]["passage"] == "sleep-study#longer"
    keys = {"passage", "source", "locator", "stance", "kind", "wording", "score", "text", "correction"}
    assert set(found["hits"][0]) == keys
    assert "not in my sources" in run("lookup", "best pizza in Naples")[1]
    assert "Correction" in run("lookup", "Did grades rise in every school that began later?")[1]
    assert "there is no source" in run("lookup", "buses", "--source", "nothing")[2]


def test_the_knowledge_commands_answer(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    assert "is sound" in run("knowledge", "check")[1]
    assert "sleep-study" in run("knowledge", "list")[1]
    assert "Marta Lindqvist" in run("knowledge", "show", "sleep-study")[1]
    assert "nothing in the brief" in run("knowledge", "show", "zzz")[2]
    assert "is ready" in run("knowledge", "build")[1]
    monkeypatch.setenv("KNOWLEDGE_DIR", str(tmp_path / "none"))
    assert run("knowledge", "check")[0] == 1
    code, _, err = run("lookup", "x")
    assert code == 1
    assert "knowledge folder is missing" in err


def test_evaluate_prints_a_table_and_json(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "gold" / "qrels").mkdir(parents=True)
    (tmp_path / "gold" / "queries.jsonl").write_text('{"_id": "q", "text": "bus drivers"}\n')
    (tmp_path / "gold" / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tsurvey#buses\t1\n")
    assert "hybrid" in run("evaluate", str(tmp_path / "gold"))[1]
    assert json.loads(run("evaluate", str(tmp_path / "gold"), "--json")[1])["systems"]["hybrid"]["ndcg_at_10"] > 0.5
    assert run("evaluate", str(tmp_path / "missing"))[0] == 1


def test_doctor_names_what_is_wrong(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("doctor")
    assert code == 0
    assert "FAIL" not in out
    for part in ("brief", "log", "encoder", "index", "disk"):
        assert f"ok   {part}" in out
    (tmp_path / "blocked").write_text("a file, not a folder")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "blocked"))
    code, out, _ = run("doctor")
    assert code == 1
    assert "set DATA_DIR" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("practice", "--format", "opera"), "there is no format"),
        (("practice", "--resume", "nothing"), "there is no debate"),
        (("export", "nothing"), "there is no debate"),
        (("export", "x", "--format", "csv", "--table", "legs"), "use points, scores or actions"),
        (("export", "x", "--format", "doc"), "use md, json, csv or html"),
    ],
)
def test_bad_arguments_are_one_clear_line(run, arguments: tuple[str, ...], message: str) -> None:  # type: ignore[no-untyped-def]
    code, _, err = run(*arguments, stdin=b"x y\n")
    assert code == 1
    assert message in err


def test_wrong_usage_is_code_two(run) -> None:  # type: ignore[no-untyped-def]
    assert run("lookup")[0] == 2


def test_a_bad_setting_names_the_variable_and_its_value(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("ENCODER_THREADS", "many")
    assert "ENCODER_THREADS='many'" in run("lookup", "x")[2]


def test_an_unexpected_error_is_shown_as_an_id_and_logged(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("bot.brief.load.check_brief", lambda *_folders: 1 / 0)
    code, out, err = run("knowledge", "check")
    assert code == 1
    assert "Traceback" not in out + err
    short = err.split("(id ")[1].split(")")[0]
    assert short in (tmp_path / "data" / "errors.log").read_text()
    monkeypatch.setenv("DATA_DIR", "/proc/nothing")
    assert "could not be logged" in run("knowledge", "check")[2]


def test_a_corrupt_log_is_one_clear_line_and_is_left_as_it_is(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "data").mkdir(exist_ok=True)
    file = tmp_path / "data" / "debatebot.sqlite3"
    file.write_bytes(b"this is no database" * 100)
    code, _, err = run("practice", stdin=b"Teenagers need sleep.\n")
    assert code == 1
    assert "is not a debate log or is damaged" in err
    assert file.read_bytes() == b"this is no database" * 100


@pytest.mark.slow
def test_a_debate_killed_twice_in_the_middle_loses_and_doubles_nothing(debatebot: Run, tmp_path: Path) -> None:
    env = {**os.environ, "KNOWLEDGE_DIR": str(TINY), "DATA_DIR": str(tmp_path / "data")}
    debatebot("knowledge", "build")
    debate = None
    for _ in range(2):
        resume: list[str] = ["--resume", debate] if debate else []
        command = [sys.executable, "-m", "bot", "practice", *resume]
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert process.stdin is not None
        process.stdin.write(b"Teenagers need more sleep.\n" * 40)
        process.stdin.close()
        deadline = time.monotonic() + 240
        before = count(tmp_path)
        while count(tmp_path) < before + 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        debate = sqlite3.connect(tmp_path / "data" / "debatebot.sqlite3").execute("select id from debates").fetchone()[0]
    before = count(tmp_path)
    done = debatebot("practice", "--resume", debate, stdin=b"Parents can adapt.\n")
    assert done.returncode == 0, done.stderr
    turns = [
        r[0] for r in sqlite3.connect(tmp_path / "data" / "debatebot.sqlite3").execute("select turn from speeches order by turn")
    ]
    assert turns == list(range(len(turns)))
    assert len(turns) >= before + 2


def count(tmp_path: Path) -> int:
    """How many speeches the log holds by now."""
    file = tmp_path / "data" / "debatebot.sqlite3"
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
            return int(connection.execute("select count(*) from speeches").fetchone()[0])
    except sqlite3.Error:
        return 0


@pytest.fixture
async def server_log(postgresql: str, worker_id: str) -> str:
    """An empty PostgreSQL database."""
    return await fresh_database(postgresql, f"debatebot_cli_{worker_id}")


def test_a_debate_is_practised_and_exported_and_the_doctor_well_on_postgresql(debatebot: Run, server_log: str) -> None:
    done = debatebot("practice", stdin=b"Grades rise.\nParents adapt.\n", DATABASE_URL=server_log)
    assert done.returncode == 0, done.stderr
    listed = debatebot("export", "list", DATABASE_URL=server_log).stdout.decode().split("\t")
    exported = debatebot("export", listed[0], "--format", "json", DATABASE_URL=server_log)
    assert "Grades rise." in [speech["text"] for speech in json.loads(exported.stdout)["speeches"]]
    assert b"ok   log" in debatebot("doctor", DATABASE_URL=server_log).stdout
    refused = debatebot("backup", "copy.db", DATABASE_URL=server_log)
    assert (refused.returncode, b"pg_dump" in refused.stderr) == (1, True)


def test_the_module_runs_like_the_command(debatebot: Run) -> None:
    assert b"practice" in debatebot("--help").stdout


def test_the_example_environment_equals_the_settings() -> None:
    from bot.settings import Settings

    lines = (ROOT / ".env.example").read_text().splitlines()
    named = [line.split("=")[0] for line in lines if line and not line.startswith("#")]
    assert named == [name.upper() for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        assert f"# {field.description}" in "\n".join(lines), name
        if name != "knowledge_dir":
            shown = str(field.default).lower() if isinstance(field.default, bool) else field.default
            assert f"{name.upper()}={shown}" in lines
