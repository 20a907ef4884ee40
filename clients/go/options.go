package protovec

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"google.golang.org/grpc"
)

const defaultTimeout = 30 * time.Second

// DialOption sets how a client connects.
type DialOption func(*dialSettings) error

type dialSettings struct {
	tls     *tls.Config
	apiKey  string
	hasKey  bool
	timeout time.Duration
	grpc    []grpc.DialOption
}

// WithTLS connects over TLS. nil: with the authorities of the system. Certificates of the client and
// ServerName are those of the configuration, which is copied.
func WithTLS(config *tls.Config) DialOption {
	return func(s *dialSettings) error {
		if config == nil {
			config = &tls.Config{}
		}
		s.tls = config.Clone()
		if s.tls.MinVersion == 0 {
			s.tls.MinVersion = tls.VersionTLS12
		}
		return nil
	}
}

// WithCA connects over TLS and trusts the authorities in pem, in PEM, alone. It adds to a WithTLS
// before it.
func WithCA(pem []byte) DialOption {
	return func(s *dialSettings) error {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return invalid("ca", "there is no certificate in it; give the content of a PEM file, not its path")
		}
		if s.tls == nil {
			s.tls = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		s.tls.RootCAs = pool
		return nil
	}
}

// WithAPIKey sends an API key with every call: over TLS, or to a server on the same machine.
func WithAPIKey(key string) DialOption {
	return func(s *dialSettings) error {
		s.apiKey, s.hasKey = key, true
		return nil
	}
}

// WithTimeout is the deadline of unary calls whose context has none. Default: 30 seconds; 0: none.
func WithTimeout(timeout time.Duration) DialOption {
	return func(s *dialSettings) error {
		if timeout < 0 {
			return invalid("timeout", "the timeout is %v; give a time above 0, or 0 for none", timeout)
		}
		s.timeout = timeout
		return nil
	}
}

// WithGRPC gives options to gRPC after those of this client, such as interceptors and statistics.
func WithGRPC(options ...grpc.DialOption) DialOption {
	return func(s *dialSettings) error {
		s.grpc = append(s.grpc, options...)
		return nil
	}
}
