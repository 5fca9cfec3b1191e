class Kernel:
    def end(self, reply, request):
        self.aborted = sys.maxsize
        self.requests.put(None)
        if self.running:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            threading.Thread(target=lambda: time.sleep(1) or os._exit(0), daemon=True).start()
