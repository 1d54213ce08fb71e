#!/bin/bash
# Turn the image of a kind node into one of a minikube node, inside a container of it.
#
# What minikube expects of its own image: an SSH server for the user `docker`, who may use sudo;
# systemd units that it can replace; CNI plugins in /opt/cni/bin.
# https://github.com/kubernetes/minikube/tree/master/deploy/kicbase
set -o errexit -o nounset -o pipefail

version=$1

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --no-install-recommends lz4 iputils-ping openssh-server sudo >/dev/null
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log

# minikube writes its own unit to /lib, which one in /etc would hide.
systemctl disable --quiet kubelet
rm -f /etc/systemd/system/kubelet.service
systemctl enable --quiet ssh containerd

groupadd --force docker
useradd --create-home --shell /bin/bash --gid docker --groups sudo docker
usermod --password '*' docker  # no password opens the account, and it is not locked for keys
install --directory --owner docker --group docker --mode 700 /home/docker/.ssh
echo '%sudo ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/docker
chmod 440 /etc/sudoers.d/docker
printf 'PasswordAuthentication no\nUseDNS no\n' > /etc/ssh/sshd_config.d/minikube.conf

mkdir -p /opt/cni /etc/kubernetes/manifests
ln -sfn /usr/lib/cni /opt/cni/bin

# What is in this folder already, minikube does not copy to the node.
binaries=/var/lib/minikube/binaries/$version
mkdir -p "$binaries"
ln -s /usr/bin/kubernetes "$binaries/kubelet"
ln -s /usr/bin/kubernetes "$binaries/kubeadm"
ln -s /usr/bin/kubectl "$binaries/kubectl"

# minikube sets this to false, and looks for it with these blanks; the machine may be unable to.
sed -i 's/restrict_oom_score_adj = true/restrict_oom_score_adj=true/' /etc/containerd/config.toml
