def find_kernels():
    from jupyter_client.kernelspec import KernelSpecManager

    return {name: Path(folder) for name, folder in KernelSpecManager().find_kernel_specs().items()}
