#!/bin/bash
# Load /preload/images.tar into the containerd of a node image that is being made.
#
# Everything in a node's /var is copied whenever a node is created. So only containerd's
# records stay there; the layers move to the image itself, where the records' links find them
# and all nodes of a host share one copy. /preload is a volume: it is not part of the image.
set -o errexit -o nounset -o pipefail

store=/preload/containerd
containerd --root "$store" --state /preload/state --address /preload/containerd.sock \
    >/preload/containerd.log 2>&1 &
containerd=$!
client=(ctr --address /preload/containerd.sock --namespace k8s.io)
for _ in {1..100}; do
    "${client[@]}" version >/dev/null 2>&1 && break
    sleep 0.1
done
"${client[@]}" images import /preload/images.tar || { cat /preload/containerd.log; exit 1; }
# The kubelet never removes an image with this mark.
for name in $("${client[@]}" images list --quiet); do
    "${client[@]}" images label "$name" io.cri-containerd.image=managed >/dev/null
    [[ $name != */pause:* ]] || "${client[@]}" images label "$name" io.cri-containerd.pinned=pinned >/dev/null
done
kill "$containerd"
wait "$containerd" || true

snapshots=$store/io.containerd.snapshotter.v1.overlayfs/snapshots
mkdir -p /kind/layers
for layer in "$snapshots"/*/fs; do
    number=$(basename "$(dirname "$layer")")
    cp -a "$layer" "/kind/layers/$number"
    rm -r "$layer"
    ln -s "/kind/layers/$number" "$layer"
done

# An unpacked layer is not needed a second time as the archive it came from.
find "$store/io.containerd.content.v1.content/blobs" -type f -size +64k -delete
rm -rf "$store"/tmpmounts "$store"/io.containerd.content.v1.content/ingest/*
mkdir -p /var/lib/containerd
cp -a "$store/." /var/lib/containerd/

# One copy of the programs serves the node and its pods.
ln "$(echo /kind/layers/*/usr/local/bin/kubernetes)" /usr/bin/kubernetes
