class Kernel:
    def show_result(self, result, request):
        content = {"data": result.get("data", {"text/plain": "None"}), "metadata": {}}
        self.wire.publish("execute_result", content | {"execution_count": result["execution_count"]}, request)
