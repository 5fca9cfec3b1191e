"""The program that plays a session with a learner's front-end, in the child process that `course.fronts` starts.

It reads job.json beside it, calls what that names, one after the other, and writes what came of it into answer.json.
"""

SESSION = """
import json, os, signal, socket, tempfile, threading, time, traceback, weakref

with open("job.json", encoding="utf-8") as file:
    job = json.load(file)
import frontend

told = {"values": [], "shown": [], "asked": [], "seconds": [], "shown_by": []}
typed = list(job.get("typed", []))
frontend.PATIENCE = 1  # seconds for a kernel that does not want to end; nobody learns by waiting for five
if "patience" in job:
    frontend.START_SECONDS = job["patience"]


def ask(prompt, password=False):
    told["asked"].append([prompt, password])
    return typed.pop(0) if typed else ""


def plain(value):
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return None


def find():
    places = [each for each in os.environ["JUPYTER_PATH"].split(":") if "data-" in each]
    found = {name: str(folder) for name, folder in frontend.find_kernels().items()}
    number = {name: at for name, folder in found.items() for at, place in enumerate(places) if folder.startswith(place)}
    specs = {}
    for name in number:
        try:
            specs[name] = plain(frontend.read_spec(frontend.find_kernels()[name]))
        except Exception as error:
            specs[name] = type(error).__name__ + ": " + str(error)
    return {"found": number, "specs": specs}


# Let the system give each port that is free again once more, as it may: whoever holds theirs never sees it.
def reuse_ports():
    real, last = socket.socket.bind, {"holder": lambda: None, "port": 0}

    def bind(self, address):
        if not (isinstance(address, tuple) and address[1] == 0):
            return real(self, address)
        holder, port = last["holder"](), last["port"]
        last["port"] = 0
        if port and (holder is None or holder.fileno() == -1):
            try:
                return real(self, (address[0], port, *address[2:]))
            except OSError:
                pass
        real(self, address)
        last.update(holder=weakref.ref(self), port=self.getsockname()[1])

    socket.socket.bind = bind


# A Ctrl-C, when something with this text has been shown, and whoever showed it waits for what comes next.
def interrupt(text):
    until(text, lambda: json.dumps(told["shown"]), 3000)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGINT)


def connection(transport):
    with tempfile.TemporaryDirectory() as folder:
        made, path = frontend.new_connection(folder, transport), os.path.join(folder, "kernel.json")
        frontend.write_private(path, "the text of it")
        mode = "everybody" if os.stat(path).st_mode & 0o077 else "its owner"
        with open(path) as file:
            written = file.read() == "the text of it"
        inside = str(made.get("ip", "")).startswith(str(folder) + os.sep)
        return {"connection": made, "inside": inside, "mode": mode, "written": written}


def recorded():
    return open(job["record"]).read() if os.path.exists(job["record"]) else ""


def until(text, where=recorded, times=500):
    for _ in range(times):
        if text in where():
            return True
        time.sleep(0.02)
    return False


# Wait until the actor has nothing more to write down: what was sent to it has been heard.
def quiet():
    before = None
    for _ in range(50):
        if before == (before := recorded()):
            return
        time.sleep(0.2)


alone = {"find": find, "connection": connection, "until": until, "quiet": quiet}
alone["as_text"] = lambda *said: frontend.as_text(*said)
front = None
reuse_ports()
for name, *arguments in job["calls"]:
    if name == "sigint":
        threading.Thread(target=interrupt, args=arguments, daemon=True).start()
        continue
    begun = time.monotonic()
    try:
        if name in alone:
            value = alone[name](*arguments)
        else:
            front = front or frontend.FrontEnd(lambda *shown: told["shown"].append(list(shown)), ask)
            if name == "start":
                arguments = ["actor", "ipc"]
            value = getattr(front, name)(*arguments)
        told["values"].append(plain(value))
    except BaseException as error:
        told["values"].append({"raised": type(error).__name__, "text": str(error)})
        traceback.print_exc()
    told["seconds"].append(time.monotonic() - begun)
    told["shown_by"].append(len(told["shown"]))
text = json.dumps(told)
with open("answer.json", "w", encoding="utf-8") as file:
    file.write(text)
os._exit(0)
"""
