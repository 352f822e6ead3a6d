"""`goldmine completion SHELL`: what the shell reads to complete commands, options and names."""

from __future__ import annotations

import argparse

from goldmine_ingest.cli.session import Session

SHELLS = ("bash", "zsh", "fish")
_HOW = {
    "bash": 'eval "$(goldmine completion bash)"   # in ~/.bashrc',
    "zsh": 'eval "$(goldmine completion zsh)"   # in ~/.zshrc, after compinit',
    "fish": "goldmine completion fish > ~/.config/fish/completions/goldmine.fish",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help=" ".join(SHELLS))


def run(args: argparse.Namespace, session: Session) -> int:
    """0: the script on standard output; on a terminal, how to use it on standard error."""
    from argcomplete.shell_integration import (
        shellcode,
    )  # a third of a quiet command's time; only this one needs it

    print(shellcode(["goldmine"], shell=args.shell), file=session.out)
    if session.out.isatty():
        session.say(f"To use it: {_HOW[args.shell]}")
    return 0
