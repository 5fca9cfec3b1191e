class Shell:
    def run(self, source, filename):
        tree = ast.parse(source, filename)
        exec(compile(tree, filename, "exec"), self.names)
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            return eval(compile(ast.Expression(tree.body[-1].value), filename, "eval"), self.names)
        return None
