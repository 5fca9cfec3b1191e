class Shell:
    def run(self, source, filename):
        tree, names = ast.parse(source, filename), {}
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, filename, "exec"), names)
        return eval(compile(ast.Expression(last.value), filename, "eval"), names) if last else None
