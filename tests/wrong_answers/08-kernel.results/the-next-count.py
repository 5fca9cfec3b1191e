class Kernel:
    def show_result(self, result, request):
        if "data" in result:
            content = {"data": result["data"], "metadata": {}, "execution_count": self.shell.execution_count}
            self.wire.publish("execute_result", content, request)
