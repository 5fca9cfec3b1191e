"""The wire: messages as frames, connection files, and what stands between a front-end and a kernel."""
