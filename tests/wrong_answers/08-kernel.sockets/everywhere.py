def bind(context, connection):
    sockets = {}
    for channel, kind in CHANNELS.items():
        sockets[channel] = context.socket(kind)
        sockets[channel].bind(f"tcp://*:{connection[channel + '_port']}")
    return sockets
