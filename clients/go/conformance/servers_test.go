package conformance

import (
	"os"
	"testing"

	protovec "github.com/protovec/protovec/clients/go"
	"github.com/protovec/protovec/clients/go/internal/testserver"
)

// servers are the two that cases talk to: those that the environment names, or ones of our own.
type servers struct {
	address, tlsAddress string
	ca                  []byte
	admin, read         string
}

func findServers(t *testing.T) *servers {
	t.Helper()
	found := &servers{address: os.Getenv("PROTOVEC_ADDRESS")}
	if found.address == "" {
		found.address = testserver.Start(t).Address
	}
	found.tlsAddress = os.Getenv("PROTOVEC_TLS_ADDRESS")
	if found.tlsAddress == "" {
		secured := testserver.StartSecured(t)
		found.tlsAddress, found.ca = secured.TLSAddress, secured.CA
		found.admin, found.read = secured.Admin, secured.Read
		return found
	}
	found.ca = must(os.ReadFile(told(t, "PROTOVEC_TLS_CA")))
	found.admin = told(t, "PROTOVEC_KEY_ADMIN")
	found.read = told(t, "PROTOVEC_KEY_READ")
	return found
}

func told(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set, though PROTOVEC_TLS_ADDRESS is", name)
	}
	return value
}

// secured is a client of the server with TLS and keys. key: admin, read or none.
func (s *servers) secured(key string, trusts bool) (*protovec.Client, error) {
	options := []protovec.DialOption{protovec.WithTLS(nil)}
	if trusts {
		options = append(options, protovec.WithCA(s.ca))
	}
	switch key {
	case "admin":
		options = append(options, protovec.WithAPIKey(s.admin))
	case "read":
		options = append(options, protovec.WithAPIKey(s.read))
	}
	return protovec.Dial(s.tlsAddress, options...)
}
