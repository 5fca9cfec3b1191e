def bind(context, connection):
    sockets = {}
    for channel in ("shell", "iopub", "stdin", "hb"):
        sockets[channel] = context.socket(CHANNELS[channel])
        sockets[channel].bind(f"{connection['transport']}://{connection['ip']}:{connection[channel + '_port']}")
    return sockets
