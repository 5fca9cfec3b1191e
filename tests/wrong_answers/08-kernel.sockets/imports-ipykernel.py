def bind(context, connection):
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance(argv=sys.argv[1:])
