package protovec

import (
	"context"
	"net"
	"strings"
)

// apiKey is the header of every call. gRPC itself refuses to send it in plain text, unless the
// server can only be on this machine.
type apiKey struct {
	authorization string
	secure        bool
}

// GetRequestMetadata gives the header.
func (k apiKey) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": k.authorization}, nil
}

// RequireTransportSecurity tells gRPC to check the connection.
func (k apiKey) RequireTransportSecurity() bool { return k.secure }

// newAPIKey checks a key. The key itself is in no error: what is nearly a key is still a secret.
func newAPIKey(address, key string, secure bool) (apiKey, error) {
	for i := range len(key) {
		if key[i] < 0x21 || key[i] > 0x7e {
			return apiKey{}, invalid("apiKey", "the API key has white space or characters that are not ASCII; give the key alone")
		}
	}
	if key == "" {
		return apiKey{}, invalid("apiKey", "the API key is empty; leave WithAPIKey out to send none")
	}
	if !secure && !onThisMachine(address) {
		return apiKey{}, invalid("apiKey", "an API key would be sent to %s in plain text, where anybody on the way can read it; connect with WithTLS", address)
	}
	return apiKey{authorization: "Bearer " + key, secure: secure}, nil
}

// onThisMachine tells whether a target of gRPC can only be a server on this machine.
func onThisMachine(target string) bool {
	if strings.HasPrefix(target, "unix:") || strings.HasPrefix(target, "unix-abstract:") {
		return true
	}
	for _, scheme := range []string{"dns:///", "passthrough:///", "dns:"} {
		if rest, ok := strings.CutPrefix(target, scheme); ok {
			target = rest
			break
		}
	}
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		host = strings.Trim(target, "[]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
