// Package v2 takes the place of the vendor's Kustomize component.
package v2

import "slipway/toolchain/kubernetes-plugin/refusal"

var NewDirectoryProvider = refusal.Provider
