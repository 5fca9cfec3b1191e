"""Stage 13: goodbye, and again with the same connection file."""

from __future__ import annotations

from kernel_seams.conform.checks import check, reply, stream
from kernel_seams.conform.exchange import Exchange, Row
from kernel_seams.conform.lab import Broken, Lab, NotOffered
from kernel_seams.conform.stages.control import running
from kernel_seams.conform.stages.results import count

END_SECONDS = 15.0
LEFT_SECONDS = 1.0


def shut_down(lab: Lab, *, restart: bool) -> Exchange:
    """Ask for the end, and wait for the answer."""
    lab.ready()
    asked = lab.ask("shutdown_request", {"restart": restart}, channel="control", settle=False)
    lab.wait(lambda: asked.reply)
    return asked


@check("shutdown.reply")
def replied(lab: Lab) -> None:
    """The flag as it was sent."""
    asked = lab.once("shutdown", lambda: shut_down(lab, restart=False))
    lab.demand(asked, reply("shutdown", "control", status="ok", restart=False))


@check("shutdown.published")
def published(lab: Lab) -> None:
    """The same on iopub."""
    asked = lab.once("shutdown", lambda: shut_down(lab, restart=False))
    lab.wait(lambda: asked.published("shutdown_reply"))
    if not asked.published("shutdown_reply"):
        row = Row("iopub", "shutdown_reply", None, agrees=False)
        raise NotOffered("who has not asked for its end is not told of it", [row])


@check("shutdown.ends")
def ends(lab: Lab) -> None:
    """The program, without help."""
    lab.once("shutdown", lambda: shut_down(lab, restart=False))
    if not ended(lab):
        raise Broken([Row("program", "ends by itself", "still runs", agrees=False)])


def ended(lab: Lab) -> bool:
    """Whether the program comes to its end. No document says how soon: a kernel that is slow to go is not judged."""
    return lab.program is None or lab.program.wait(min(END_SECONDS, lab.budget / 2))


@check("shutdown.leaves-nothing")
def leaves_nothing(lab: Lab) -> None:
    """What it started."""
    lab.once("shutdown", lambda: shut_down(lab, restart=False))
    program = lab.program
    if program is not None and ended(lab):
        left = program.family_after(LEFT_SECONDS)
        if left:
            raise Broken([Row("program", "nothing is left", f"{name} still runs", agrees=False) for name in left])


@check("restart.reply")
def restarts(lab: Lab) -> None:
    """The flag as it was sent, again."""
    lab.demand(told_to_restart(lab), reply("shutdown", "control", status="ok", restart=True))


def told_to_restart(lab: Lab) -> Exchange:
    """A new program with a variable set, and what it says when it is told to end for a restart."""
    if "restart" not in lab.kept:
        lab.stop()
        if lab.snippets is not None and "state" in lab.snippets:
            lab.run("state")
        lab.ready()
        lab.kept["restart"] = shut_down(lab, restart=True)
    found: Exchange = lab.kept["restart"]
    return found


def started_again(lab: Lab) -> str:
    """Start with the same connection file what was told to restart; the session of the program before."""
    if "session before" not in lab.kept:
        told_to_restart(lab)
        connection, session = lab.start().connection, _session(lab)
        ended(lab)
        lab.stop()
        lab.start(connection)
        lab.ready()
        lab.kept["session before"] = session
    return str(lab.kept["session before"])


def _session(lab: Lab) -> str:
    asked: Exchange = lab.kept["ready"]
    return str(asked.reply.header.get("session")) if asked.reply else ""


@check("restart.fresh")
def fresh(lab: Lab) -> None:
    """The variable is gone and the count is 1."""
    started_again(lab)
    shown = lab.run("state_shown")
    lab.demand(shown, reply("execute"), never=(stream("stdout", lab.words.both),))
    if count(shown) != 1:
        raise Broken([Row("shell", "execution_count 1", f"execution_count {count(shown)}", agrees=False)])


@check("restart.session")
def session(lab: Lab) -> None:
    """Another program, another session."""
    before = started_again(lab)
    if _session(lab) == before:
        raise Broken([Row("shell", "another session than before", f"session {before}", agrees=False)])


@check("shutdown.while-busy")
def while_busy(lab: Lab) -> None:
    """The end, asked for while code runs that an interrupt does not stop."""
    lab.ready()
    running(lab, "stubborn")
    asked = shut_down(lab, restart=False)
    lab.demand(asked, reply("shutdown", "control", status="ok", restart=False))
    over = ended(lab)
    lab.stop()
    if not over:
        row = Row("program", "ends by itself", "still runs", agrees=False)
        raise NotOffered("it goes on until its code has come to an end", [row])
