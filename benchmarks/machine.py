"""The machine that the measuring runs on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("numpy", "torch", "scikit-learn", "jax", "jaxlib", "onnxruntime", "onnx")


def keep_to_cores(count: int) -> None:
    """Run this process, and those that it starts, on so many cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def describe(threads: int) -> str:
    """Return the processor, the threads and the versions, as a Markdown list."""
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return "\n".join(
        (
            f"* processor: {_processor()}, {platform.machine()}, {os.cpu_count()} cores",
            f"* threads: {threads} for each contender; ours multiplies on one, as in a kernel",
            f"* kernels of NumPy's BLAS: {_kernels()}",
            f"* system: {platform.system()} {platform.release()}",
            f"* versions: Python {platform.python_version()}, {versions}",
        )
    )


def _kernels() -> str:
    import numpy  # noqa: F401, ICN001 - it brings the BLAS that is asked
    from threadpoolctl import threadpool_info

    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return ", ".join(
        f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}"
        for pool in pools
    )


def _processor() -> str:
    # platform.processor() is empty or "x86_64" on Linux.
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
