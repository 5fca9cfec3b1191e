class Kernel:
    def tell_error(self, result, request):
        error = {name: result[name] for name in ("ename", "evalue", "traceback")}
        self.wire.publish("error", error, request)
        return {"execution_count": result["execution_count"], "payload": [], "user_expressions": {}}
