# /// case
# tries = "A transformer of the syntax tree takes every assert, and every call of a helper of the tests, out of a cell."
# source = "IPython's ast_transformers, a documented hook"
# state = "wrong"
# nbgrader = "gains 12"
# ///

# %% top
import ast


class NoTests(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_Expr(self, node):
        helper = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "same"
        return ast.copy_location(ast.Pass(), node) if helper else node

    def visit_Assign(self, node):
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        return ast.copy_location(ast.Pass(), node) if names == ["got"] else node


get_ipython().ast_transformers.append(NoTests())
