def lifecycle(connection_file, code):
    with raw_sockets(connection_file) as (session, shell, iopub):
        shell.send_multipart(session.serialize(session.msg("kernel_info_request", {})))
        request = session.msg("execute_request", {"code": code})
        shell.send_multipart(session.serialize(request))
        heard = {"shell": [], "iopub": []}
        ends = 0
        while ends < 2:
            for socket in zmq.select([shell, iopub], [], [])[0]:
                message = receive(session, socket)
                if message["parent_header"].get("msg_id") == request["msg_id"]:
                    heard["shell" if socket is shell else "iopub"].append(message["msg_type"])
                    ends += kind(message) in ("execute_reply", "idle")
        return heard
