class Kernel:
    def end(self, reply, request):
        self.wire.publish("shutdown_reply", {"status": "ok"} | reply, request)
        self.aborted = sys.maxsize
        self.requests.put(None)
        if self.running:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            time.sleep(1)
            os._exit(0)
