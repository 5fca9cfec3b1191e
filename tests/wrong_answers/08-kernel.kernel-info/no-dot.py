class Kernel:
    def kernel_info(self, request):
        language = {"name": "python", "version": "3", "mimetype": "text/x-python", "file_extension": "py"}
        return {
            "protocol_version": VERSION,
            "implementation": "mine",
            "implementation_version": "1",
            "banner": "",
            "language_info": language,
        }
