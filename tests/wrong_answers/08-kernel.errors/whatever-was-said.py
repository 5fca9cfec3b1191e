class Kernel:
    def tell_error(self, result, request):
        error = {name: result[name] for name in ("ename", "evalue", "traceback")}
        self.wire.publish("error", error, request)
        time.sleep(GATHER)
        self.aborted = self.wire.arrived
        return {"status": "error", "execution_count": result["execution_count"]} | error
