class Kernel:
    def execute(self, request):
        code = request.content["code"]
        self.wire.publish("execute_input", {"code": code, "execution_count": self.shell.execution_count}, request)
        result = self.run_cell(code, False, request.content.get("store_history", True))
        if result["status"] == "error":
            return self.tell_error(result, request)
        self.show_result(result, request)
        expressions = self.evaluate(request.content["user_expressions"])
        return {"execution_count": result["execution_count"], "payload": [], "user_expressions": expressions}
