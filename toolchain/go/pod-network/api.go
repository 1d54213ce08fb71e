package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

const (
	account = "/var/run/secrets/kubernetes.io/serviceaccount/"
	// A watch ends by itself after this time, and the list that follows repairs what was missed.
	watchSeconds = 300
)

// clusterNode is the part of a Kubernetes Node that routing needs.
type clusterNode struct {
	Metadata struct {
		Name            string `json:"name"`
		ResourceVersion string `json:"resourceVersion"`
	} `json:"metadata"`
	Spec struct {
		PodCIDR string `json:"podCIDR"`
	} `json:"spec"`
	Status struct {
		Addresses []struct{ Type, Address string } `json:"addresses"`
	} `json:"status"`
}

// api reads nodes from the API server with the pod's service account.
type api struct {
	nodes  string
	client http.Client
}

func connect(endpoint string) (*api, error) {
	authority, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return nil, fmt.Errorf("%sca.crt holds no certificate", account)
	}
	transport := &http.Transport{
		TLSClientConfig:       &tls.Config{RootCAs: pool},
		ResponseHeaderTimeout: 10 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
	}
	return &api{nodes: "https://" + endpoint + "/api/v1/nodes", client: http.Client{Transport: transport}}, nil
}

// follow calls seen with all nodes by name, first as they are and then after every change.
// It returns when the watch ends: nil in the normal case, for the caller to follow again.
func (a *api) follow(ctx context.Context, seen func(map[string]clusterNode) error) error {
	ctx, cancel := context.WithTimeout(ctx, (watchSeconds+30)*time.Second)
	defer cancel()
	var list struct {
		Metadata struct {
			ResourceVersion string `json:"resourceVersion"`
		} `json:"metadata"`
		Items []clusterNode `json:"items"`
	}
	body, err := a.get(ctx, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	if err := json.NewDecoder(body).Decode(&list); err != nil {
		return fmt.Errorf("list nodes: %w", err)
	}
	nodes := make(map[string]clusterNode, len(list.Items))
	for _, item := range list.Items {
		nodes[item.Metadata.Name] = item
	}
	if err := seen(nodes); err != nil {
		return err
	}
	changes, err := a.get(ctx, url.Values{
		"watch":           {"1"},
		"resourceVersion": {list.Metadata.ResourceVersion},
		"timeoutSeconds":  {fmt.Sprint(watchSeconds)},
	})
	if err != nil {
		return err
	}
	defer changes.Close()
	return apply(json.NewDecoder(changes), nodes, seen)
}

// apply brings nodes up to date with each event of a watch.
func apply(events *json.Decoder, nodes map[string]clusterNode, seen func(map[string]clusterNode) error) error {
	for {
		var event struct {
			Type   string
			Object clusterNode
		}
		if err := events.Decode(&event); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("watch nodes: %w", err)
		}
		switch event.Type {
		case "ADDED", "MODIFIED":
			nodes[event.Object.Metadata.Name] = event.Object
		case "DELETED":
			delete(nodes, event.Object.Metadata.Name)
		default: // an ERROR event: the place in the stream is too old, so list again
			return nil
		}
		if err := seen(nodes); err != nil {
			return err
		}
	}
}

func (a *api) get(ctx context.Context, query url.Values) (io.ReadCloser, error) {
	token, err := os.ReadFile(account + "token") // read each time: it is renewed under way
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.nodes+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+string(token))
	response, err := a.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("%s answered %s", a.nodes, response.Status)
	}
	return response.Body, nil
}
