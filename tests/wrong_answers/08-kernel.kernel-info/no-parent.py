class Kernel:
    def status(self, state, request):
        self.wire.publish("status", {"execution_state": state})
