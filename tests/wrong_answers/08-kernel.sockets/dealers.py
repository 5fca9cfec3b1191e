def bind(context, connection):
    sockets = {}
    for channel in CHANNELS:
        sockets[channel] = context.socket(zmq.DEALER)
        sockets[channel].bind(f"{connection['transport']}://{connection['ip']}:{connection[channel + '_port']}")
    return sockets
