"""The tap: it stands between front-ends and a kernel, passes every frame on as it is, and keeps a copy.

    front-ends      one socket a channel         one connection a client       kernel
    DEALER    ->    ROUTER    |  tap  |    DEALER, the client's identity    ->    ROUTER    shell, stdin, control
    SUB       ->    XPUB      |       |    XSUB, every subscription         ->    XPUB      iopub
    REQ       ->    ROUTER    |       |    DEALER                           ->    REP       heartbeat
                  the ports of the             ports of its own, in an inner
                  connection file              connection file with the same keys

A kernelspec "KERNEL (tapped)" starts `python -m kernel_seams.wire.tap` around the real argv, so it works under
whatever reads kernelspecs. A second process, the keeper, writes the trace: see `kernel_seams.wire.tap.keeper`. Who
wants to show what happens follows the trace; who wants to break something asks the control socket: see
`kernel_seams.wire.tap.running`. Nothing of ours is imported but `kernel_seams.wire`.
"""
