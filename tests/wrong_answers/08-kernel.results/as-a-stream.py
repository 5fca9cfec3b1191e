class Kernel:
    def show_result(self, result, request):
        if "data" in result:
            self.wire.say("stdout", result["data"]["text/plain"], request)
