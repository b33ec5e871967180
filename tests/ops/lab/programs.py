"""The programs of a Kubernetes control plane, built once per machine, outside the repository.

They come from Debian 12's own source package `kubernetes`, which holds 1.20.2 of January 2021 with
all that it is made of, and are built with Debian's Go: no newer Kubernetes comes in source from
where this machine has its packages anyway. Nothing is installed. The software has had no fixes
since then, so it listens on loopback only.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pods import ending_with_us

from cli.backing.processes import run

VERSION = "v1.20.2"
SOURCE = "kubernetes"
REFLECTION = "golang-github-modern-go-reflect2-dev"
PACKAGES = ("golang-1.19-go", "golang-1.19-src", "etcd-server", REFLECTION)
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
GO = "usr/lib/go-1.19"
"""Where Debian's Go lies under a root."""

LIBRARY = "github.com/modern-go/reflect2"
DEBIANS_LIBRARIES = "usr/share/gocode/src"
"""Kubernetes brings this library as it was before Go 1.18, with which it reads stray memory: the
API server died of the first Job. Debian's is the next release, made for newer Go."""

SERVERS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
NAMES = ("etcd", *SERVERS)

TOOLS = ("apt-get", "dpkg-deb", "tar", "nice", "setpriv")

GIGABYTES = 4
"""Of disk while it is built; a third of one is kept."""

FETCH_SECONDS, BUILD_SECONDS = 900, 5_400
"""Seconds. A build took 12 minutes on two busy processors; the rest is patience."""

_LIST_OPENAPI = r"""
grep -rl --include=*.go '+k8s:openapi-gen=' pkg staging/src | xargs -n1 dirname | LC_ALL=C sort -u |
grep -vE 'code-generator|sample-apiserver|/testdata' |
sed 's#^staging/src/#k8s.io/kubernetes/vendor/#; t; s#^#k8s.io/kubernetes/#' | paste -sd,
"""
"""Packages whose types the API server describes, as Kubernetes' own makefile finds them."""


class CannotBuild(Exception):
    """What this machine lacks for a build; the text says what to do about it."""


def home() -> Path:
    """Where programs of the lab are kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "headship" / "k8s-lab"


def programs() -> Path:
    """The directory with etcd and the three servers; they are built if they are not there.

    Raises CannotBuild where the machine lacks something, StartError in the words of what failed.
    """
    found = home() / VERSION
    with _alone(home()):
        if not all((found / name).exists() for name in NAMES):
            _look_for_tools()
            work = home() / "build"
            shutil.rmtree(work, ignore_errors=True)  # of a build that was broken off
            _Build(work).into(found)
            shutil.rmtree(work)
    return found


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Two runs do not build at once: the second waits for the first."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _look_for_tools() -> None:
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing or not KEYS.exists():
        wanted = ", ".join([*missing, *([] if KEYS.exists() else [str(KEYS)])])
        raise CannotBuild(f"the lab is built on Debian 12 or its like; not found here: {wanted}")
    free = shutil.disk_usage(home()).free / 1e9
    if free < GIGABYTES:
        raise CannotBuild(f"{home()} has {free:.1f} GB free; a build takes {GIGABYTES}")


@dataclass(frozen=True)
class _Build:
    """One build, all of it inside `work`."""

    work: Path

    def into(self, place: Path) -> None:
        """Make the programs, and put them there only when all are made."""
        for name in ("apt/lists/partial", "apt/cache/archives/partial", "apt/parts", "packages"):
            (self.work / name).mkdir(parents=True)
        self._fetch()
        made = self._compile()
        shutil.copy2(self.work / "root/usr/bin/etcd", made)
        shutil.rmtree(place, ignore_errors=True)
        made.rename(place)

    def _fetch(self) -> None:
        """Source and packages, checked by apt against Debian's keys."""
        archive = _archive()
        told = [f"{kind} [signed-by={KEYS}] {archive} bookworm main" for kind in ("deb", "deb-src")]
        (self.work / "apt/sources.list").write_text("\n".join(told) + "\n")
        self._apt("update")
        packages = self.work / "packages"
        self._apt("source", "--download-only", SOURCE, inside=packages)
        self._apt("download", *PACKAGES, inside=packages)
        for package in packages.glob("*.deb"):
            run(["dpkg-deb", "-x", package, self.work / "root"])
        (tarball,) = packages.glob(f"{SOURCE}_*.orig.tar.gz")
        self._tree.mkdir(parents=True)
        run(["tar", "xzf", tarball, "--strip-components=1", "-C", self._tree])
        shutil.rmtree(self._tree / "vendor" / LIBRARY)
        newer = self.work / "root" / DEBIANS_LIBRARIES / LIBRARY
        shutil.copytree(newer, self._tree / "vendor" / LIBRARY)

    @property
    def _tree(self) -> Path:
        """Kubernetes' source, where Go looks for it."""
        return self.work / "gopath/src/k8s.io/kubernetes"

    def _apt(self, *arguments: str, inside: Path | None = None) -> None:
        """apt with lists and cache of its own, so that the machine's stay as they are."""
        apt = self.work / "apt"
        options = {
            "Dir::Etc::sourcelist": apt / "sources.list",
            "Dir::Etc::sourceparts": apt / "parts",
            "Dir::State": apt,
            "Dir::State::status": "/dev/null",
            "Dir::Cache": apt / "cache",
            "APT::Sandbox::User": "root",
        }
        given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        command = ["apt-get", "-qq", *given, *arguments]
        command = ending_with_us(command)
        run(command, directory=inside or self.work, seconds=FETCH_SECONDS)

    def _compile(self) -> Path:
        made = self.work / "bin"
        generator = "./vendor/k8s.io/kube-openapi/cmd/openapi-gen"
        self._go("build", "-o", str(self.work / "openapi-gen"), generator)
        listed = run(["sh", "-c", _LIST_OPENAPI], directory=self._tree).strip()
        self._nicely(  # the one generated file that the source lacks
            *(str(self.work / "openapi-gen"), "-i", listed, "-O", "zz_generated.openapi"),
            *("-p", "k8s.io/kubernetes/pkg/generated/openapi"),
            *("-h", "vendor/k8s.io/code-generator/hack/boilerplate.go.txt"),
            *("-r", str(self.work / "violations")),
        )
        made.mkdir()
        flags = f"-s -w -X k8s.io/component-base/version.gitVersion={VERSION}"
        self._go(
            "build", "-ldflags", flags, "-o", f"{made}/", *(f"./cmd/{each}" for each in SERVERS)
        )
        return made

    def _go(self, *arguments: str) -> None:
        self._nicely(str(self.work / "root" / GO / "bin/go"), *arguments)

    def _nicely(self, *command: str) -> None:
        """Run it as what can wait: whoever uses the machine goes first."""
        root = self.work / "root" / GO
        environment = {
            "HOME": str(self.work),
            "PATH": f"{root / 'bin'}:/usr/bin:/bin",
            "GOROOT": str(root),
            "GOPATH": str(self.work / "gopath"),
            "GOCACHE": str(self.work / "gocache"),
            "GO111MODULE": "off",
            "GOPROXY": "off",  # whatever is missing is an error, and not fetched
            "CGO_ENABLED": "0",
        }
        nicely = ending_with_us(["nice", "-n", "19", *command])
        run(nicely, directory=self._tree, environment=environment, seconds=BUILD_SECONDS)


def _archive() -> str:
    """Where this machine's apt has Debian 12 from. Raises CannotBuild if it has none."""
    asked = ["--format", "$(REPO_URI)", "Release: bookworm", "Component: main"]
    found = run(["apt-get", "indextargets", *asked, "Created-By: Packages"]).split()
    if not found:
        raise CannotBuild("apt knows no archive of Debian 12 (bookworm), component main")
    return found[0]
