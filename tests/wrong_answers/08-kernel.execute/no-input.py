class Kernel:
    def execute(self, request):
        result = self.run_cell(request.content["code"], False, True)
        self.show_result(result, request)
        return {"execution_count": result["execution_count"], "payload": [], "user_expressions": {}}
