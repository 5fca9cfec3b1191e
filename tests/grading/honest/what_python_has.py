# /// case
# tries = "What Python and IPython bring along: folders, a database, a loop in a thread, sockets, a signal, warnings as errors."
# state = "ok"
# solves = "all"
# nbgrader = "loses 2"
# ///

# %% top
import asyncio
import contextlib
import decimal
import fractions
import logging
import os
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import warnings
import weakref
from pathlib import Path

warnings.simplefilter("error")
logging.basicConfig(level="DEBUG")
logging.getLogger("mine").warning("to stderr")
with contextlib.suppress(SystemExit):
    sys.exit("not yet")
signal.signal(signal.SIGALRM, lambda *_: print("alarm"))
signal.setitimer(signal.ITIMER_REAL, 0.01)
signal.sigtimedwait([], 0.02)
# %cd ~
# %bookmark home
# !echo $HOME | head -c 5
place = Path(tempfile.mkdtemp())
os.chdir(place)  # not reached where a magic above could not write down where it was

# %% language="bash"
# printf 'three words here' > words.txt


# %%
async def slept():
    await asyncio.sleep(0)
    return Path("words.txt").read_text()


assert (await slept()).split() == ["three", "words", "here"]


# %% triple
def triple(number):
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.path.join(tempfile.mkdtemp(dir=place), "s"))
    server.listen()

    def serve():
        connection, _ = server.accept()
        with connection:
            connection.sendall(str(3 * int(connection.recv(100))).encode())

    thread = threading.Thread(target=serve)
    thread.start()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(server.getsockname())
        client.sendall(str(number).encode())
        answer = client.recv(100)
    thread.join()
    server.close()
    return int(answer)


# %% mean
def mean(numbers):
    return float(sum(map(fractions.Fraction, numbers)) / decimal.Decimal(len(numbers)).__int__())


# %% count
def count(text):
    with contextlib.closing(sqlite3.connect(place / "words.db")) as book:
        book.execute("create table if not exists word (word text)")
        book.execute("delete from word")
        book.executemany("insert into word values (?)", [[word] for word in text.split()])
        book.commit()
        return dict(book.execute("select word, count(*) from word group by word"))


# %% largest
class Planet:
    pass


kept = Planet()
seen = weakref.ref(kept)
planet = "Jupiter" if seen() is kept else ""
moons = [*dict.fromkeys(["Io", "Europa", "Ganymede", "Callisto", "Io"])]

# %% shout
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    async def loud():
        return line.upper()

    result = []
    thread = threading.Thread(target=lambda: result.append(asyncio.run(loud())))
    thread.start()
    thread.join()
    return result[0]
