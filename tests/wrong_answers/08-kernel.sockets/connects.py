def bind(context, connection):
    sockets = {}
    for channel, kind in CHANNELS.items():
        sockets[channel] = context.socket(kind)
        sockets[channel].connect(f"{connection['transport']}://{connection['ip']}:{connection[channel + '_port']}")
    return sockets
