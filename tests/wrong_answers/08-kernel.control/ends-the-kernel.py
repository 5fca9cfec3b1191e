class Kernel:
    def interrupt(self, request):
        os._exit(130)
