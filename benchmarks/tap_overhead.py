"""What does the tap cost?

    python benchmarks/tap_overhead.py [--requests N] [--megabytes N] [--json]

Rival: the same kernel without the tap, in turns with it in the same run. Targets: the median round trip of an
execute_request at most 0.5 ms longer, the 99th percentile at most 2 ms, output at 0.85 of the direct throughput, and
no frame lost. In the same turns, for the floor: the kernel behind ZeroMQ's own proxy, see `proxied.py`. Reported
besides: the processor time that a request costs the tap and the process that writes its trace, which hardly depends
on what else runs; the memory of both; what of the output was left out of the trace because the disk or a core was
too slow.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from kernel_seams.kernels import tapped
from kernel_seams.wire.tap.running import RunningTap, ask, choose
from kernel_seams.wire.trace import Frames
from kernel_seams.wire.tracefile import read_trace

BLOCK = 50
TURNS = 4
LINE = 100
PRINT = "import sys\nfor _ in range({count}): sys.stdout.write(('x' * {line} + '\\n') * 10_000)\nsys.stdout.flush()"


@contextlib.contextmanager
def kernel(name: str) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    """The running kernel `name` and a client that is ready."""
    manager = KernelManager(kernel_name=name, kernel_spec_manager=KernelSpecManager(ensure_native_kernel=False))
    manager.start_kernel(stderr=-3)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    try:
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def round_trip(client: BlockingKernelClient) -> float:
    """Milliseconds from an execute_request to its reply."""
    started = time.perf_counter()
    request = client.execute("pass", store_history=False)
    _reply(client, request)
    took = time.perf_counter() - started
    _output(client, request)
    return took * 1000


def throughput(client: BlockingKernelClient, megabytes: int) -> tuple[float, int]:
    """Megabytes a second of printed output, and how many bytes of it arrived."""
    started = time.perf_counter()
    request = client.execute(PRINT.format(count=megabytes, line=LINE - 1), store_history=False)
    arrived = _output(client, request)
    took = time.perf_counter() - started
    _reply(client, request)
    return arrived / took / 1e6, arrived


def _reply(client: BlockingKernelClient, request: str) -> None:
    """Wait for the reply to this request, past those to the ones that waiting for the kernel has sent."""
    while client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != request:
        pass


def _output(client: BlockingKernelClient, request: str) -> int:
    """How many characters this request has printed until its idle."""
    printed = 0
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != request:
            continue
        printed += len(message["content"].get("text", ""))
        if message["content"].get("execution_state") == "idle":
            return printed


def round_trips(clients: dict[str, BlockingKernelClient], requests: int) -> dict[str, list[float]]:
    """The milliseconds of each round trip, all kernels in turns, so that noise falls on all."""
    trips: dict[str, list[float]] = {name: [] for name in clients}
    for _ in range(requests // BLOCK):
        for name, client in clients.items():
            trips[name] += [round_trip(client) for _ in range(BLOCK)]
    return trips


def outputs(clients: dict[str, BlockingKernelClient], megabytes: int) -> tuple[dict[str, list[float]], int]:
    """The megabytes a second of each, in turns, and how many bytes have not arrived."""
    rates: dict[str, list[float]] = {name: [] for name in clients}
    lost = 0
    for _ in range(TURNS):
        for name, client in clients.items():
            rate, arrived = throughput(client, megabytes // TURNS)
            rates[name].append(rate)
            lost += megabytes // TURNS * 1_000_000 - arrived
    return rates, lost


def measure(requests: int, megabytes: int) -> dict[str, object]:
    """All that is reported."""
    with kernel("python3") as (_, direct), kernel("proxied") as (_, proxied), kernel("python3-tapped") as (_, through):
        clients = {"direct": direct, "proxied": proxied, "tapped": through}
        for client in clients.values():
            [round_trip(client) for _ in range(BLOCK)]
        tap = choose()
        process = psutil.Process(tap.pid)
        keeper = next(child for child in process.children() if child.cmdline() == process.cmdline())
        processes = {"tap": process, "keeper": keeper}
        before = {name: processor_ms(each) for name, each in processes.items()}
        trips = round_trips(clients, requests)
        written(tap)
        used = {name: (processor_ms(each) - before[name]) / requests for name, each in processes.items()}
        rates, bytes_lost = outputs(clients, megabytes)
        left_out = written(tap)
        memory = {name: peak_memory(each.pid) for name, each in processes.items()}
    records = list(read_trace(tap.trace))
    return {
        "requests": requests,
        "megabytes": megabytes,
        "median_ms": {name: statistics.median(each) for name, each in trips.items()},
        "p99_ms": {name: statistics.quantiles(each, n=100)[98] for name, each in trips.items()},
        "processor_ms": used,
        "mb_per_second": {name: statistics.median(each) for name, each in rates.items()},
        "bytes_lost": bytes_lost,
        "peak_mb": memory,
        "trace_mb": sum(file.stat().st_size for file in tap.trace.parent.iterdir()) / 1e6,
        "recorded": sum(isinstance(record, Frames) for record in records),
        "left_out": left_out,
    }


def processor_ms(process: psutil.Process) -> float:
    """The processor time of a process so far."""
    times = process.cpu_times()
    return (times.user + times.system) * 1000


def written(tap: RunningTap) -> int:
    """Wait until the tap has handed over all that it has copied; how many messages it could not."""
    while (status := ask(tap, {"do": "status"}))["waiting_bytes"]:
        time.sleep(0.05)
    return int(status["left_out"])


def peak_memory(pid: int) -> float:
    """The largest resident memory of a process so far, in MB; the present one where the system does not say."""
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1000
    return psutil.Process(pid).memory_info().rss / 1e6


def install_proxied(folder: Path) -> None:
    """Make the kernelspec of python3 behind ZeroMQ's proxy."""
    argv = [sys.executable, str(Path(__file__).with_name("proxied.py")), "{connection_file}"]
    argv += [sys.executable, "-m", "ipykernel_launcher", "-f", "{inner}"]
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "proxied", "language": "python"}))


def main() -> None:
    """Measure, and print the differences beside their targets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(IPYTHONDIR=folder, JUPYTER_RUNTIME_DIR=f"{folder}/runtime")
        tapped.install("python3", prefix=Path(folder), traces=Path(folder) / "traces")
        install_proxied(Path(folder) / "share/jupyter/kernels/proxied")
        os.environ["JUPYTER_PATH"] = f"{folder}/share/jupyter"
        result = measure(options.requests, options.megabytes)
    if options.json:
        print(json.dumps(result, indent=2))
        return
    show(result)


def show(result: dict[str, Any]) -> None:
    """Print the differences beside their targets."""
    for title, name, target in (("median round trip", "median_ms", 0.5), ("99th percentile", "p99_ms", 2)):
        direct, proxied, tapped = (result[name][each] for each in ("direct", "proxied", "tapped"))
        print(f"{title:18} {direct:7.2f} ms direct {tapped:7.2f} ms tapped  {tapped - direct:+.2f} ms, ", end="")
        print(f"target at most {target:+}; ZeroMQ's own proxy {proxied - direct:+.2f}")
    rate = result["mb_per_second"]
    print(f"output             {rate['direct']:7.1f} MB/s direct {rate['tapped']:6.1f} MB/s tapped", end="")
    print(f"  {rate['tapped'] / rate['direct']:.2f}, target at least 0.85; ", end="")
    print(f"ZeroMQ's own proxy {rate['proxied'] / rate['direct']:.2f}")
    used, peak = result["processor_ms"], result["peak_mb"]
    print(f"lost               {result['bytes_lost']} bytes of output, target 0")
    print(f"processor          {used['tap']:.2f} ms a request the tap, {used['keeper']:.2f} ms its keeper")
    print(f"memory, peak       {peak['tap']:.0f} MB the tap, {peak['keeper']:.0f} MB its keeper")
    print(
        f"trace              {result['recorded']} messages, {result['trace_mb']:.0f} MB, {result['left_out']} left out"
    )


if __name__ == "__main__":
    main()
