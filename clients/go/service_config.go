package protovec

import _ "embed"

// serviceConfig is docs/service-config.json of the repository: which calls are repeated, and when.
// A test holds the copy to it.
//
//go:embed service-config.json
var serviceConfig string
