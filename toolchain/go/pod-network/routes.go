package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os/exec"
	"strings"
)

// Routes of this number are ours; nothing else on a node uses it.
const protocol = "99"

// wanted returns the routes of node self: other nodes' pod CIDR to their address.
func wanted(nodes map[string]clusterNode, self string) map[string]string {
	routes := make(map[string]string, len(nodes))
	for name, node := range nodes {
		if name == self || node.Spec.PodCIDR == "" {
			continue
		}
		for _, address := range node.Status.Addresses {
			if address.Type == "InternalIP" {
				routes[node.Spec.PodCIDR] = address.Address
				break
			}
		}
	}
	return routes
}

// route makes the node's routes exactly the wanted ones and reports each change.
func route(ctx context.Context, wanted map[string]string) error {
	listed, err := command(ctx, "ip", "-json", "route", "show", "proto", protocol)
	if err != nil {
		return err
	}
	var present []struct {
		Destination string `json:"dst"`
		Gateway     string `json:"gateway"`
	}
	if err := json.Unmarshal([]byte(listed), &present); err != nil {
		return fmt.Errorf("ip route show: %w", err)
	}
	right := make(map[string]bool, len(present))
	for _, have := range present {
		gateway, known := wanted[have.Destination]
		if known && gateway == have.Gateway {
			right[have.Destination] = true
		} else if !known {
			if _, err := command(ctx, "ip", "route", "del", have.Destination, "proto", protocol); err != nil {
				return err
			}
			log.Printf("removed the route to %s", have.Destination)
		}
	}
	for destination, gateway := range wanted {
		if right[destination] {
			continue
		}
		if _, err := command(ctx, "ip", "route", "replace", destination, "via", gateway, "proto", protocol); err != nil {
			return err
		}
		log.Printf("pods at %s are reached through %s", destination, gateway)
	}
	return nil
}

// masquerade gives what pods send to the world outside the cluster the node's address.
func masquerade(ctx context.Context, subnet string) error {
	rule := []string{
		"POSTROUTING", "-s", subnet, "!", "-d", subnet,
		"-m", "addrtype", "!", "--dst-type", "LOCAL", "-j", "MASQUERADE",
	}
	if _, err := command(ctx, "iptables", append([]string{"-w", "-t", "nat", "-C"}, rule...)...); err == nil {
		return nil
	}
	_, err := command(ctx, "iptables", append([]string{"-w", "-t", "nat", "-A"}, rule...)...)
	return err
}

func command(ctx context.Context, name string, arguments ...string) (string, error) {
	output, err := exec.CommandContext(ctx, name, arguments...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(arguments, " "), err, output)
	}
	return string(output), nil
}
