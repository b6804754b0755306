"""The entry point `clew`: the group of commands, and the gate where errors become exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import metadata

import click

from ..core.errors import ClewError
from . import demo, evaluate, feedback, keeping, models, questions, store, timeline


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(metadata.version("clew"), message="%(prog)s %(version)s")
def cli() -> None:
    """Knowledge that a chat application can trust: documents in, cited answers out."""


for command in (
    store.ingest,
    questions.ask,
    questions.search,
    questions.path,
    questions.link,
    questions.extract,
    timeline.history,
    timeline.conflicts,
    feedback.feedback,
    store.graph,
    store.delete,
    store.stats,
    store.verify,
    store.reindex,
    keeping.export,
    keeping.import_,
    keeping.copy,
    keeping.snapshot,
    keeping.restore,
    keeping.undo,
    keeping.forget,
    keeping.scrub,
    keeping.audit,
    evaluate.evaluate,
    models.models,
    demo.demo,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits: 0 done, 1 an error of Clew, 2 wrong usage, 130 interrupted."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; an error is one line on standard error."""
    try:
        code = cli.main(args=list(arguments), prog_name="clew", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        return _fail(f"{error.format_message()} ({_help(error)})", 2)
    except click.ClickException as error:
        return _fail(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", 130)
    except BrokenPipeError:
        # The reader of the pipe has left; give Python nothing more to flush into it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ClewError as error:
        return _fail(str(error))
    except Exception as error:
        if os.environ.get("CLEW_TRACEBACK"):
            raise
        name = type(error).__name__
        return _fail(f"unexpected {name}: {error} (CLEW_TRACEBACK=1 shows where)")


def _help(error: click.UsageError) -> str:
    return f"{error.ctx.command_path if error.ctx else 'clew'} --help"


def _fail(message: str, code: int = 1) -> int:
    click.echo("clew: " + " ".join(message.split()), err=True)
    return code
