class Kernel:
    def handle(self, request):
        if request.msg_type not in HANDLERS:
            os._exit(1)
        return HANDLERS[request.msg_type](self, request)
