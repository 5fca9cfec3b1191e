"""The tap: it stands between front-ends and a kernel, passes every frame on as it is, and keeps a copy.

    front-end  DEALER  ->  ROUTER  |        |  DEALER  ->  ROUTER  kernel      shell, stdin, control
               SUB     ->  XPUB    |  tap   |  XSUB    ->  XPUB                iopub, with its subscriptions
               REQ     ->  ROUTER  |        |  DEALER  ->  REP                 heartbeat
                      the ports of            ports of its own, in an inner
                      the connection file     connection file with the same keys

A kernelspec "KERNEL (tapped)" starts `python -m kernel_seams.wire.tap` around the real argv, so it works under
whatever reads kernelspecs. Who wants to show what happens reads the trace; who wants to break something asks the
control socket: see `kernel_seams.wire.tap.running`. Nothing of ours is imported but `kernel_seams.wire`.
"""
