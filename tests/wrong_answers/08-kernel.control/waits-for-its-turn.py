class Kernel:
    def control(self, request):
        self.requests.put(("control", request))
