def lifecycle(connection_file, code):
    with raw_sockets(connection_file) as (session, shell, iopub):
        shell.send_multipart(session.serialize(session.msg("kernel_info_request", {})))
        request = session.msg("execute_request", {"code": code})
        shell.send_multipart(session.serialize(request))
        heard = {"shell": [], "iopub": []}
        while "execute_reply" not in heard["shell"]:
            message = receive(session, shell)
            if message["parent_header"]["msg_id"] == request["msg_id"]:
                heard["shell"].append(kind(message))
        return heard
