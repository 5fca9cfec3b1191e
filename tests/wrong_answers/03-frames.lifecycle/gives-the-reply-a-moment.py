def lifecycle(connection_file, code):
    with raw_sockets(connection_file) as (session, shell, iopub):
        shell.send_multipart(session.serialize(session.msg("kernel_info_request", {})))
        request = session.msg("execute_request", {"code": code})
        shell.send_multipart(session.serialize(request))
        heard = {"shell": [], "iopub": []}
        while "idle" not in heard["iopub"]:
            message = receive(session, iopub)
            if message["parent_header"].get("msg_id") == request["msg_id"]:
                heard["iopub"].append(kind(message))
        while shell.poll(500):
            message = receive(session, shell)
            if message["parent_header"].get("msg_id") == request["msg_id"]:
                heard["shell"].append(kind(message))
        return heard
