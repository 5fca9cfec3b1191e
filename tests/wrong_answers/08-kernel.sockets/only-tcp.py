def bind(context, connection):
    sockets = {}
    for channel, kind in CHANNELS.items():
        sockets[channel] = context.socket(kind)
        sockets[channel].sndhwm = 0
        sockets[channel].bind(f"{connection['transport']}://{connection['ip']}:{connection[channel + '_port']}")
    return sockets
