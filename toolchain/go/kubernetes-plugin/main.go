// Command pulumi-resource-kubernetes is the vendor's provider with the vendor's schema.
//
// The vendor's own main package embeds files that its release process writes, so it does not
// build from the module alone. This one embeds the same two files straight from the module
// (GoBuilder maps them here). The packages in the folder provider take the place of the vendor's
// component resources, unless the plugin is built whole.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
