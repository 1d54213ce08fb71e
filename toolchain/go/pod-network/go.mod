module slipway/toolchain/pod-network

go 1.26
