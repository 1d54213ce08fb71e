"""The image of a kind node, with the images of the control plane inside.

kind's own node image is the model of what kind expects: /kind/version, the manifests in
/kind/manifests, an entrypoint that boots systemd, and the images of the control plane.
"""

import json
from pathlib import Path

from toolchain.images.archive import Entry, Image, write_archive, write_layer
from toolchain.images.debian import BUSYBOX_COMMANDS, bootstrap
from toolchain.images.recipe import HERE, Recipe, Workshop, sources

KUBERNETES = "v1.35.4"
REFERENCE = f"docker.io/slipway/kind-node:{KUBERNETES}"

_FILES = HERE / "node"
_PACKAGES = (
    "bash", "ca-certificates", "conntrack", "containerd", "containernetworking-plugins", "curl",
    "ethtool", "iproute2", "iptables", "kmod", "mount", "procps", "runc", "socat", "systemd",
    "systemd-sysv", "util-linux",
)  # fmt: skip
# Programs that nothing on a node calls; CNI plugins for other kinds of network.
_WITHOUT = (
    "/usr/bin/containerd-shim",
    "/usr/bin/containerd-shim-runc-v1",
    "/usr/lib/*/gconv/*",
    *(
        f"/usr/lib/cni/{plugin}"
        for plugin in ("dhcp", "dummy", "host-device", "ipvlan", "macvlan", "sbr", "vlan", "vrf")
    ),
)
# kube-proxy and pod-network call these; the rest of Debian stays out of their images.
_NETWORK_PACKAGES = ("iptables", "conntrack", "nftables", "iproute2", "kmod", "libc6", "dash")
# The provisioner makes and removes folders on a node by a pod of its own image.
_STORAGE_PACKAGES = ("busybox", "libc6")
_CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
# Units that look for hardware, consoles or housekeeping that a container does not have.
_MASKED_UNITS = (
    "apt-daily-upgrade.timer", "apt-daily.timer", "console-getty.service", "dev-hugepages.mount",
    "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer",
    "getty.target", "kmod-static-nodes.service", "modprobe@.service",
    "sys-fs-fuse-connections.mount", "sys-kernel-config.mount", "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount", "systemd-binfmt.service", "systemd-logind.service",
    "systemd-modules-load.service", "systemd-pstore.service", "systemd-remount-fs.service",
    "systemd-udev-trigger.service", "systemd-udevd.service", "systemd-update-utmp.service",
)  # fmt: skip
_PATH = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
_BOOT = {
    "Entrypoint": ["/usr/local/bin/entrypoint", "/sbin/init"],
    "Env": [*_PATH, "container=docker"],
    "StopSignal": "SIGRTMIN+3",
}


def _make(shop: Workshop, destination: Path) -> None:
    base = shop.scratch / "node.tar"
    bootstrap(shop.runner, base, _PACKAGES, without=_WITHOUT)
    files = shop.scratch / "files.tar"
    write_layer(files, _node_entries(shop))
    bare = "slipway/kind-node:bare"
    write_archive(shop.scratch / "bare.tar", [Image(bare, (base, files), _BOOT)], shop.architecture)
    preload = shop.scratch / "images.tar"
    write_archive(preload, control_plane_images(shop), shop.architecture)
    _docker(shop, "load", "--input", shop.scratch / "bare.tar")
    try:
        _preload(shop, bare, preload)
    finally:
        _docker(shop, "image", "rm", "--force", bare)
    _docker(shop, "save", "--output", destination, REFERENCE)


def _preload(shop: Workshop, bare: str, images: Path) -> None:
    """Unpack images inside a container of the bare node image and commit it as the result."""
    started = shop.runner.run(
        [
            shop.docker, "run", "--detach", "--privileged", "--network=none", "--volume=/preload",
            "--entrypoint=sleep", bare, "infinity",
        ],
        purpose="while starting a container to put the control plane's images into the node image",
    )  # fmt: skip
    container = started.text.split()[-1]
    try:
        _docker(shop, "cp", images, f"{container}:/preload/images.tar")
        shop.runner.run(
            [shop.docker, "exec", "--interactive", container, "bash", "-s"],
            stdin=(_FILES / "preload.sh").read_bytes(),
            purpose="while putting the control plane's images into the node image",
        )
        changes = [
            f"ENTRYPOINT {json.dumps(_BOOT['Entrypoint'])}",
            "CMD []",
            f"LABEL {shop.label[0]}={shop.label[1]}",
        ]
        flags = [word for change in changes for word in ("--change", change)]
        _docker(shop, "commit", *flags, container, REFERENCE)
    finally:
        _docker(shop, "rm", "--force", "--volumes", container)


def _docker(shop: Workshop, *arguments: str | Path) -> None:
    shop.runner.run([shop.docker, *arguments], purpose="while making the node image")


def _node_entries(shop: Workshop) -> list[Entry]:
    def file(path: str, name: str, mode: int = 0o644) -> Entry:
        return Entry(path, _FILES / name, mode=mode)

    wants = "etc/systemd/system/multi-user.target.wants"
    return [
        file("usr/local/bin/entrypoint", "entrypoint", 0o755),
        file("usr/local/libexec/kubelet-cgroups", "kubelet-cgroups", 0o755),
        file("etc/containerd/config.toml", "containerd.toml"),
        Entry("etc/containerd/certs.d"),
        file("etc/cni/pod-network.conflist.tmpl", "pod-network.conflist.tmpl"),
        Entry("etc/cni/net.d"),
        file("etc/systemd/system/kubelet.service", "kubelet.service"),
        Entry(f"{wants}/kubelet.service", link="/etc/systemd/system/kubelet.service"),
        *(Entry(f"etc/systemd/system/{unit}", link="/dev/null") for unit in _MASKED_UNITS),
        file("etc/kubernetes/kubelet.conf.d/10-node.conf", "kubelet-node.conf"),
        Entry("kind/version", f"{KUBERNETES}\n".encode()),
        file("kind/manifests/default-cni.yaml", "default-cni.yaml"),
        file("kind/manifests/default-storage.yaml", "default-storage.yaml"),
        # kind calls both by these names; /usr/bin/kubernetes comes with the layers.
        Entry("usr/bin/kubelet", link="kubernetes"),
        Entry("usr/bin/kubeadm", link="kubernetes"),
        Entry("usr/bin/kubectl", shop.programs["kubectl"], mode=0o755),
        Entry("usr/local/bin/containerd", link="/usr/bin/containerd"),
    ]


def control_plane_images(shop: Workshop) -> list[Image]:
    """Write the layers of the images that `kubeadm config images list` names, and of add-ons."""
    programs = shop.scratch / "programs.tar"
    names = (*_CONTROL_PLANE, "kube-proxy")
    write_layer(
        programs,
        [
            Entry("usr/local/bin/kubernetes", shop.programs["kubernetes"], mode=0o755),
            *(Entry(f"usr/local/bin/{name}", link="kubernetes") for name in names),
            Entry("usr/local/bin/pod-network", shop.programs["pod-network"], mode=0o755),
        ],
    )
    network = shop.scratch / "network.tar"
    bootstrap(shop.runner, network, _NETWORK_PACKAGES, variant="extract")
    links = shop.scratch / "links.tar"
    write_layer(links, _IPTABLES_LINKS)
    storage = shop.scratch / "storage.tar"
    bootstrap(shop.runner, storage, _STORAGE_PACKAGES, variant="extract", hooks=[BUSYBOX_COMMANDS])
    provisioner = shop.scratch / "provisioner.tar"
    path = "usr/local/bin/local-path-provisioner"
    write_layer(provisioner, [Entry(path, shop.programs["local-path-provisioner"], mode=0o755)])

    def single(reference: str, path: str, program: str, entrypoint: bool) -> Image:
        layer = shop.scratch / f"{program}.tar"
        write_layer(layer, [Entry(path, shop.programs[program], mode=0o755)])
        settings: dict[str, object] = {"Env": _PATH}
        return Image(
            reference, (layer,), settings | ({"Entrypoint": [f"/{path}"]} if entrypoint else {})
        )

    registry = "registry.k8s.io"
    with_network = (programs, network, links)
    return [
        *(
            Image(f"{registry}/{name}:{KUBERNETES}", (programs,), {"Env": _PATH})
            for name in _CONTROL_PLANE
        ),
        Image(f"{registry}/kube-proxy:{KUBERNETES}", with_network, {"Env": _PATH}),
        Image(
            "slipway.internal/pod-network:1",
            with_network,
            {"Env": _PATH, "Entrypoint": ["/usr/local/bin/pod-network"]},
        ),
        Image(
            "slipway.internal/local-path-provisioner:0.0.30",
            (storage, provisioner),
            {"Env": _PATH, "Entrypoint": [f"/{path}"]},
        ),
        single(f"{registry}/etcd:3.6.6-0", "usr/local/bin/etcd", "etcd", entrypoint=False),
        single(f"{registry}/coredns/coredns:v1.13.1", "coredns", "coredns", entrypoint=True),
        single(f"{registry}/pause:3.10.1", "pause", "pause", entrypoint=True),
    ]


# What the iptables package leaves to update-alternatives, which does not run when unpacking.
_IPTABLES_LINKS = [
    Entry(f"usr/sbin/{family}tables{action}", link="xtables-nft-multi")
    for family in ("ip", "ip6")
    for action in ("", "-save", "-restore")
]

_PROGRAMS = (
    *("kubernetes", "kubectl", "etcd", "coredns", "pause"),
    *("pod-network", "local-path-provisioner"),
)
RECIPE = Recipe(
    reference=REFERENCE,
    programs=_PROGRAMS,
    sources=sources(__file__, _FILES),
    make=_make,
)
