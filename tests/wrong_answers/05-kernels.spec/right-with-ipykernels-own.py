from ipykernel.kernelspec import write_kernel_spec


def write_spec(kernels, name, interpreter, display_name):
    argv = [interpreter, "-m", "ipykernel", "-f", "{connection_file}"]
    write_kernel_spec(f"{kernels}/{name}", {"argv": argv, "display_name": display_name})
