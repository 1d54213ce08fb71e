// Command pod-network connects the pods of a cluster's nodes, which share one local network.
//
// It runs on every node's own network. It keeps a route to each other node's pod addresses as
// nodes come and go, and gives what leaves the cluster the node's address. Addresses on the
// node itself are the runtime's business (the CNI configuration in the node image).
//
// Environment: NODE_NAME; POD_SUBNET, all pod addresses (CIDR); CONTROL_PLANE_ENDPOINT,
// host:port of the API server, so that it does not wait for kube-proxy.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const retryAfter = time.Second

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		log.Fatalf("pod-network: %v", err)
	}
}

func run(ctx context.Context) error {
	node, subnet, endpoint := os.Getenv("NODE_NAME"), os.Getenv("POD_SUBNET"), os.Getenv("CONTROL_PLANE_ENDPOINT")
	if node == "" || subnet == "" || endpoint == "" {
		return errors.New("set NODE_NAME, POD_SUBNET and CONTROL_PLANE_ENDPOINT")
	}
	if err := masquerade(ctx, subnet); err != nil {
		return err
	}
	api, err := connect(endpoint)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		err := api.follow(ctx, func(nodes map[string]clusterNode) error {
			return route(ctx, wanted(nodes, node))
		})
		if err != nil && ctx.Err() == nil {
			log.Print(fmt.Errorf("trying again: %w", err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(retryAfter):
		}
	}
	return ctx.Err()
}
