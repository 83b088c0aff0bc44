"""A machine for tests of the package: this one's files under an overlay, with a systemd and a network of its own."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from comity import until

# What it writes goes to memory and is gone with it.
BOOT = r"""
set -e
m=$1; r=$m/root; shift
mount --make-rprivate /
mount -t tmpfs -o size=1g tmpfs $m
mkdir $m/upper $m/work $r
mount -t overlay overlay -o lowerdir=/,upperdir=$m/upper,workdir=$m/work $r
mount -t proc proc $r/proc
mount -t sysfs -o ro sysfs $r/sys
for t in run tmp dev sys/fs/cgroup; do mount -t tmpfs tmpfs $r/$t; done
for n in null zero full random urandom tty; do cp -a /dev/$n $r/dev/; done
mkdir $r/dev/shm $r/dev/pts $r/sys/fs/cgroup/unified $r/sys/fs/cgroup/systemd
mount -t devpts -o newinstance,ptmxmode=0666 devpts $r/dev/pts
ln -s pts/ptmx $r/dev/ptmx
mount -t cgroup2 cgroup2 $r/sys/fs/cgroup/unified || true
mount -t cgroup -o none,name=systemd cgroup $r/sys/fs/cgroup/systemd
ip link set lo up
# None of the services that this machine runs.
rm -f $r/etc/systemd/system/*.wants/* $r/usr/sbin/policy-rc.d
for f; do cp "$f" $r/root/; done
cd $r; mkdir old; pivot_root . old; umount -l /old; rmdir /old
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=multi-user.target --log-target=console
"""
NAMESPACES = ["--mount", "--pid", "--uts", "--ipc", "--net"]


class Cgroups:
    """A group of our own in each hierarchy, which becomes the machine's root and leaves nothing behind."""

    def __init__(self, name):
        paths = [line.split(":", 2) for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines()]
        self.folders = []
        for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
            mount, kind = line.split(" - ")
            kind, _, options = kind.split(" ", 2)
            for _, controllers, path in paths:
                if kind == "cgroup2" and not controllers or kind == "cgroup" and controllers and set(controllers.split(",")) <= set(options.split(",")):
                    folder = pathlib.Path(mount.split(" ")[4] + path) / name
                    with contextlib.suppress(OSError):
                        folder.mkdir()
                        self.folders.append(folder)

    def enter(self):
        for folder in self.folders:
            if folder.name and (folder / "cpuset.cpus").exists():
                for f in ("cpuset.cpus", "cpuset.mems"):
                    (folder / f).write_text((folder.parent / f).read_text())
            (folder / "cgroup.procs").write_text("0")

    def remove(self):
        for folder in self.folders:
            for path, _, _ in os.walk(folder, topdown=False):
                # Until the last of its processes has ended, a group is busy.
                until("the cgroup is empty", lambda path=path: self.try_remove(path))

    @staticmethod
    def try_remove(path):
        with contextlib.suppress(OSError):
            os.rmdir(path)
            return True
        return False


class Machine:
    def __init__(self, folder, files):
        self.cgroups = Cgroups(pathlib.Path(folder).name)
        self.log = open(f"{folder}/log", "wb")
        os.mkdir(f"{folder}/m")
        self.process = subprocess.Popen(["unshare", "--kill-child=SIGKILL", *NAMESPACES, "--cgroup", "--fork", "bash", "-c", BOOT, "boot", f"{folder}/m", *map(str, files)],
                                        stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, start_new_session=True,
                                        preexec_fn=self.cgroups.enter)
        self.folder, self.init = folder, None

    def up(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the machine ended:\n{self.text()}")
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if not children:
            return False
        self.init = children[0]
        state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
        return state in ("running", "degraded")

    def text(self):
        return pathlib.Path(f"{self.folder}/log").read_text(errors="replace")

    def inside(self, args):
        return ["nsenter", "-t", self.init, *NAMESPACES, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", *map(str, args)]

    def start(self, *args):
        """A command that goes on meanwhile."""
        return subprocess.Popen(self.inside(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)

    def run(self, *args, check=True, **kwargs):
        r = subprocess.run(self.inside(args), capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, **kwargs)
        if check and r.returncode:
            raise AssertionError(f"{' '.join(map(str, args))}: {r.returncode}\n{r.stdout}{r.stderr}")
        return r

    def end(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.cgroups.remove()


def why_not():
    """Why there can be no such machine here, or None."""
    if os.geteuid() != 0:
        return "only root can start a machine in namespaces"
    if not pathlib.Path("/lib/systemd/systemd").exists():
        return "systemd is not installed"
    r = subprocess.run(["unshare", *NAMESPACES, "--cgroup", "--fork", "sh", "-c",
                        "mount --make-rprivate / && d=$(mktemp -d) && mount -t tmpfs tmpfs $d && mkdir $d/u $d/w $d/r && "
                        "mount -t overlay overlay -o lowerdir=/,upperdir=$d/u,workdir=$d/w $d/r && mkdir $d/c && mount -t cgroup -o none,name=systemd cgroup $d/c"],
                       capture_output=True, text=True)
    return f"no namespaces here: {r.stderr.strip()}" if r.returncode else None


@contextlib.contextmanager
def machine(*files):
    folder = tempfile.mkdtemp(prefix="comity-machine-")
    m = Machine(folder, files)
    try:
        until("the machine is up", m.up, 90)
        yield m
    finally:
        m.end()
        shutil.rmtree(folder, ignore_errors=True)
