"""A JupyterHub for one test: anybody may log in, servers are processes of ours, and the proxy is the real one."""

import os
import sys

c = get_config()  # noqa: F821  (JupyterHub's)
c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ['HUB_PUBLIC_PORT']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ['HUB_PORT']}"
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.cookie_secret_file = os.path.join(os.environ["HUB_FOLDER"], "cookie_secret")  # noqa: PTH118
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['HUB_PROXY_PORT']}"
c.ConfigurableHTTPProxy.command = [os.environ["HUB_PROXY"]]
c.ConfigurableHTTPProxy.pid_file = os.path.join(os.environ["HUB_FOLDER"], "proxy.pid")  # noqa: PTH118
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = os.path.join(os.environ["HUB_FOLDER"], "{username}")  # noqa: PTH118
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root", "--LabApp.news_url=None"]
c.Spawner.default_url = "/lab"
c.Spawner.env_keep = ["PATH", "LANG", "PYTHONPATH", "JUPYTER_PATH"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
