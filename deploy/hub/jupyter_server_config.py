"""Settings of each learner's own server."""

c = get_config()  # noqa: F821 - Jupyter defines it

c.ContentsManager.pre_save_hook = "mnist_lib.course.saving.clean_notebook"
# A kernel that nobody has used for an hour ends, and then its server. What was saved stays.
c.MappingKernelManager.cull_idle_timeout = 3600
c.MappingKernelManager.cull_connected = True
c.MappingKernelManager.cull_interval = 300
c.ServerApp.shutdown_no_activity_timeout = 3600
# In milliseconds. Where all learners run a cell at once, a page answers late, and is there.
c.ServerApp.tornado_settings = {"ws_ping_interval": 120_000, "ws_ping_timeout": 110_000}
