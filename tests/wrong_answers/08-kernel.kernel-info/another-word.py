class Kernel:
    def status(self, state, request):
        self.wire.publish("status", {"execution_state": {"busy": "running"}.get(state, state)}, request)
