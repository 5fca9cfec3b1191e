class Kernel:
    def shutdown(self, request):
        return {"restart": False}
