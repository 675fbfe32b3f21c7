"""Settings of a hub for a room of learners; docs/room.md says how to run it.

The environment variable ``HUB_PASSWORD`` is the password of the class. With it, learners choose a
name, and all servers run as the user who started the hub: nothing but good manners keeps them
from each other's files. Without it, they log in with their accounts on this machine, and the hub
must be started by root.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = Path(sys.prefix) / "bin"

c = get_config()  # noqa: F821 - JupyterHub defines it

c.JupyterHub.bind_url = os.environ.get("HUB_ADDRESS", "http://127.0.0.1:8000")
c.ConfigurableHTTPProxy.command = [str(HERE / "node_modules" / ".bin" / "configurable-http-proxy")]

if password := os.environ.get("HUB_PASSWORD"):
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = password  # of 8 characters or more
    c.JupyterHub.spawner_class = "simple"
    homes = Path.home() / "digits-learners"
    c.SimpleLocalProcessSpawner.home_dir_template = os.environ.get(
        "HUB_HOMES", f"{homes}/{{username}}"
    )
elif os.geteuid() != 0:
    sys.exit("Name a password of the class, HUB_PASSWORD=..., or start the hub as root.")
# Whoever knows the password, or has an account on this machine.
c.Authenticator.allow_all = True

c.Spawner.cmd = [sys.executable, str(HERE / "lessons.py"), "serve"]
c.Spawner.notebook_dir = "~/digits"
korean = "ko/" if os.environ.get("LANG", "").lower().startswith("ko") else ""
c.Spawner.default_url = f"/lab/tree/notebooks/{korean}00_start_here.ipynb"
# Unpacked once, and mapped into the memory of every kernel: shared, and never written to.
c.Spawner.environment = {
    "MNIST_LIB_CACHE": str(HERE / "data"),
    "PATH": f"{HERE / 'bin'}:{BIN}:{os.environ['PATH']}",
}
# Held by spawners that run containers; a process of this machine is not held.
c.Spawner.mem_limit = "1G"
c.Spawner.start_timeout = 120
c.JupyterHub.concurrent_spawn_limit = 20
