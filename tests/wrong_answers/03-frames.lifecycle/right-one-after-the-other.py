def lifecycle(connection_file, code):
    with raw_sockets(connection_file) as (session, shell, iopub):
        shell.send_multipart(session.serialize(session.msg("kernel_info_request", {})))
        request = session.msg("execute_request", {"code": code})
        shell.send_multipart(session.serialize(request))
        heard = {"shell": [], "iopub": []}
        for name, socket, last in (("shell", shell, "execute_reply"), ("iopub", iopub, "idle")):
            while last not in heard[name]:
                message = receive(session, socket)
                if message["parent_header"].get("msg_id") == request["msg_id"]:
                    heard[name].append(kind(message))
        return heard
