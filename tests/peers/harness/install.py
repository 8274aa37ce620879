"""Makes the peers and the load generator, and installs what that needs."""
import os
import pathlib
import re
import shutil
import subprocess

PEERS = pathlib.Path(__file__).resolve().parent.parent
ROOT = PEERS.parent.parent
BUILT = ROOT / "artifacts" / "peers"
MODEL = ROOT / "models" / "pump-health"
RECORDING = ROOT / "deploy" / "demo" / "other-4.csv"

# What is looked for, and the Debian package that brings it.
TOOLS = {"gcc": "gcc", "mosquitto": "mosquitto", "taskset": "util-linux", "node": "nodejs", "npm": "npm"}
HEADERS = {"/usr/include/mosquitto.h": "libmosquitto-dev", "/usr/include/stdio.h": "libc6-dev"}
C_FLAGS = ["-O2", "-Wall", "-Wextra", "-Werror"]


def install():
    tools()
    BUILT.mkdir(parents=True, exist_ok=True)
    load()
    dotnet()  # Before C: its restore brings ONNX Runtime.
    c()
    node()


def tools():
    missing = {package for tool, package in TOOLS.items() if not shutil.which(tool)}
    missing |= {package for header, package in HEADERS.items() if not os.path.exists(header)}
    if not missing:
        return
    if os.geteuid() != 0:
        raise SystemExit(f"not root; run as root: apt-get install --no-install-recommends {' '.join(sorted(missing))}")
    # Only the programs are wanted: no broker may start on port 1883, now or at the next boot.
    policy = pathlib.Path("/usr/sbin/policy-rc.d")
    is_ours = not policy.exists()
    if is_ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-qq", env=environment)
        run("apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing, env=environment)
    finally:
        if is_ours:
            policy.unlink()
    if "mosquitto" in missing:
        subprocess.run(["systemctl", "disable", "--quiet", "mosquitto"], stderr=subprocess.DEVNULL, check=False)


def load():
    run("gcc", *C_FLAGS, "-o", BUILT / "load", *(PEERS / f"{name}.c" for name in ("load", "packets", "hub")))


def dotnet():
    # A folder is given by the property: with -o the SDK's command line is put together wrongly here.
    run("dotnet", "publish", PEERS / "dotnet" / "peer.csproj", "-c", "Release", f"-p:PublishDir={BUILT / 'dotnet'}/",
        "-p:RestoreLockedMode=true", "--disable-build-servers")


def c():
    package = onnx_runtime()
    library = package / "runtimes" / f"linux-{'arm64' if os.uname().machine == 'aarch64' else 'x64'}" / "native" / "libonnxruntime.so"
    folder = BUILT / "lib"
    folder.mkdir(exist_ok=True)
    # The name that programs linked with it ask for.
    link = folder / "libonnxruntime.so.1"
    link.unlink(missing_ok=True)
    link.symlink_to(library)
    run("gcc", *C_FLAGS, f"-I{package / 'build' / 'native' / 'include'}", "-o", BUILT / "peer", PEERS / "peer.c",
        link, f"-Wl,-rpath,{folder}", "-lmosquitto", "-lm")


def onnx_runtime():
    version = re.search(r'"Microsoft\.ML\.OnnxRuntime" Version="([^"]+)"', (ROOT / "Directory.Packages.props").read_text())[1]
    packages = pathlib.Path(os.environ.get("NUGET_PACKAGES") or pathlib.Path.home() / ".nuget" / "packages")
    return packages / "microsoft.ml.onnxruntime" / version


def node():
    folder = BUILT / "node"
    folder.mkdir(exist_ok=True)
    # Written last: an installation that was cut short is begun again.
    installed, wanted = folder / "installed.json", (PEERS / "node" / "package-lock.json").read_bytes()
    is_installed = installed.exists() and installed.read_bytes() == wanted
    for name in ("package.json", "package-lock.json", "peer.mjs"):
        shutil.copy(PEERS / "node" / name, folder)
    if not is_installed:
        # Its script would fetch libraries for graphics cards; the one for processors is in the package.
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
        installed.write_bytes(wanted)


def run(*command, **options):
    command = [str(part) for part in command]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}")
