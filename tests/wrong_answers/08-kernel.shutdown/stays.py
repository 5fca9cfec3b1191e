class Kernel:
    def end(self, reply, request):
        self.wire.publish("shutdown_reply", {"status": "ok"} | reply, request)
