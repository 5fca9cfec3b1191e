class Kernel:
    def shutdown(self, request):
        os._exit(0)
