// Package refusal answers for the components that are left out of the plugin that is built here.
package refusal

import (
	"errors"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumiprovider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
)

// Provider takes the place of a component's provider, and refuses the component.
func Provider(*resource.ResourceProviderOptions) resource.ResourceProvider {
	return &resource.ResourceProviderFuncs{ConstructF: refuse}
}

func refuse(*pulumi.Context, string, string, pulumiprovider.ConstructInputs, pulumi.ResourceOption) (*pulumiprovider.ConstructResult, error) {
	// Pulumi puts the type and the name of the component before it.
	return nil, errors.New("this component is left out of the Kubernetes plugin that was built on this machine, " +
		"because it would double the time of the build; for the whole plugin: SLIPWAY_TOOLS=build-whole make setup")
}
