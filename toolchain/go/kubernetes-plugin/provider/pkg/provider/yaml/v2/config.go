// Package v2 takes the place of the vendor's YAML components.
package v2

import "slipway/toolchain/kubernetes-plugin/refusal"

var (
	NewConfigFileProvider  = refusal.Provider
	NewConfigGroupProvider = refusal.Provider
)
