"""Stage 12: while code runs the heart beats and control answers; an interrupt stops the code and nothing else.

The three rules about a busy kernel share one piece of code that sleeps far longer than the stage may take: whether it
was answered in the meantime is no question of speed.
"""

from __future__ import annotations

from kernel_seams.conform.checks import BUSY, IDLE, check, reply, stream
from kernel_seams.conform.exchange import Exchange, Want, compare
from kernel_seams.conform.lab import Broken, Lab, NotAsked
from kernel_seams.conform.stages.heartbeat import ping

INFO = reply("kernel_info", "control")
LONG_SECONDS = 100
BEGIN_SECONDS = 0.5
AGAIN_SECONDS = 6.0
STOPPED = Want(
    "shell",
    "execute_reply",
    "status error or aborted",
    lambda message: message.content.get("status") in {"error", "aborted"},
)


@check("control.kernel-info")
def kernel_info(lab: Lab) -> None:
    """The question that shell answers, asked on control."""
    lab.demand(lab.once("control", lambda: lab.ask("kernel_info_request", channel="control")), INFO)


@check("control.busy-idle")
def busy_idle(lab: Lab) -> None:
    """Busy and idle with the header of that request."""
    lab.demand(lab.once("control", lambda: lab.ask("kernel_info_request", channel="control")), INFO, BUSY, IDLE)


def sleeping(lab: Lab) -> Exchange:
    """Code that runs, and will for long."""
    return lab.once("sleeping", lambda: _sleeping(lab))


def _sleeping(lab: Lab) -> Exchange:
    if lab.snippets is not None and "state" in lab.snippets:
        lab.run("state")
    return running(lab, "sleep")


def running(lab: Lab, name: str) -> Exchange:
    """The snippet called `name`, which prints both words and takes long, once it runs."""
    ran = lab.execute(lab.code(name, seconds=LONG_SECONDS), settle=False)
    lab.wait(lambda: ran.published("execute_input"))
    # What it prints first says that it runs; where that is held back until its end, a moment has to do.
    ran.front.pump(lambda: lab.words.both in ran.text(), BEGIN_SECONDS)
    return ran


@check("heartbeat.while-busy")
def heart(lab: Lab) -> None:
    """A ping while code sleeps."""
    sleeping(lab)
    ping(lab, b"are you still there?")


@check("control.while-busy")
def control(lab: Lab) -> None:
    """kernel_info on control while code sleeps."""
    sleeping(lab)
    asked = lab.ask("kernel_info_request", channel="control", settle=False)
    lab.wait(lambda: asked.reply)
    lab.demand(asked, INFO)


def interrupt(lab: Lab) -> None:
    """Interrupt as the kernelspec says: by a signal to its process group, or by a message on control."""
    if lab.target.interrupt_mode == "message":
        lab.kept["interrupt"] = lab.ask("interrupt_request", channel="control", settle=False)
    elif lab.program is not None:
        lab.program.interrupt()


def interrupted(lab: Lab) -> Exchange:
    """Code that was interrupted while it slept, over or not."""
    return lab.once("interrupted", lambda: _interrupted(lab))


def _interrupted(lab: Lab) -> Exchange:
    ran = sleeping(lab)
    interrupt(lab)
    # A program may sleep through a signal that comes in the moment before it sleeps: whoever waits presses again.
    if not ran.front.pump(lambda: ran.over or lab.ended(), min(AGAIN_SECONDS, lab.left)):
        interrupt(lab)
    lab.wait(lambda: ran.over)
    return ran


@check("interrupt.stops")
def stops(lab: Lab) -> None:
    """The reply, with a status that says what happened, and idle."""
    ran = interrupted(lab)
    said = ran.reply.content.get("status") if ran.reply else None
    if said not in {None, "error", "aborted"}:
        cause = f"The code was stopped, but the reply's status is {said!r}: a front-end takes it for something else."
        raise Broken(compare(ran.seen, (STOPPED, IDLE)), cause, "Reply with status error, as for any code that failed.")
    lab.demand(ran, STOPPED, IDLE)


@check("interrupt.reply")
def replied(lab: Lab) -> None:
    """Only where an interrupt is a message."""
    if lab.target.interrupt_mode != "message":
        raise NotAsked("it is interrupted by a signal")
    interrupted(lab)
    asked: Exchange = lab.kept["interrupt"]
    lab.wait(lambda: asked.reply)
    lab.demand(asked, reply("interrupt", "control", status="ok"))


@check("interrupt.state")
def state(lab: Lab) -> None:
    """A variable from before, shown after."""
    interrupted(lab)
    lab.demand(lab.run("state_shown"), reply("execute", status="ok"), stream("stdout", lab.words.both))


@check("interrupt.idle")
def while_idle(lab: Lab) -> None:
    """An interrupt that finds nothing to stop, then two requests: the first is not to be stopped by it."""
    lab.ready()
    interrupt(lab)
    if lab.target.interrupt_mode == "message":
        # The code is sent on another socket, and would be stopped with good reason if it came first.
        lab.settle(lab.kept["interrupt"])
    for _ in range(2):
        lab.demand(lab.run("print"), reply("execute", status="ok"), stream("stdout", lab.words.both))
