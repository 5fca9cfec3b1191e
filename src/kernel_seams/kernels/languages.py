"""What to say to a kernel in its own language, to learn who it is."""

from __future__ import annotations

# Prints the path of the interpreter that runs the kernel's code, and nothing else.
INTERPRETER_QUESTIONS = {
    "python": "import sys; print(sys.executable)",
    "bash": 'echo "$BASH"',
    "typescript": "console.log(Deno.execPath())",
    "r": 'cat(file.path(R.home("bin"), "R"))',
    "julia": "println(joinpath(Sys.BINDIR, Base.julia_exename()))",
}


def interpreter_question(language: str) -> str | None:
    """The code that prints which interpreter runs it, or None for a language we do not speak."""
    return INTERPRETER_QUESTIONS.get(language.lower())
