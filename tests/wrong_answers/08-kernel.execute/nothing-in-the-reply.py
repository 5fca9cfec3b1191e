class Kernel:
    def execute(self, request):
        code = request.content["code"]
        self.wire.publish("execute_input", {"code": code, "execution_count": self.shell.execution_count}, request)
        result = self.run_cell(code, False, True)
        self.show_result(result, request)
        return {}
