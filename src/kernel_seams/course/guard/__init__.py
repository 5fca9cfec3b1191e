"""A folder for PYTHONPATH: what is in it rides along in every Python that a learner's program starts."""
