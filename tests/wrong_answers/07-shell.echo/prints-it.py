class Shell:
    def run(self, source, filename):
        tree = ast.parse(source, filename)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, filename, "exec"), self.names)
        if last:
            print(eval(compile(ast.Expression(last.value), filename, "eval"), self.names))
