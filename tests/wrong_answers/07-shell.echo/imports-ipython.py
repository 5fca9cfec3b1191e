class Shell:
    def run(self, source, filename):
        from IPython.core.interactiveshell import InteractiveShell

        return InteractiveShell.instance().run_cell(source).result
