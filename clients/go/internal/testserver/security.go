package testserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// Secured is a server with TLS and API keys.
type Secured struct {
	*Server
	// TLSAddress is localhost:port, the name that the certificate is for.
	TLSAddress string
	// CA is the certificate in PEM.
	CA []byte
	// Admin and Read are keys: of every scope, and of reading alone.
	Admin, Read string
}

// StartSecured starts a server with a new certificate and new keys.
func StartSecured(t testing.TB) *Secured {
	t.Helper()
	folder := t.TempDir()
	certificate, key := certificate(t)
	files := map[string][]byte{"cert.pem": certificate, "key.pem": key}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keys := filepath.Join(folder, "keys.json")
	secured := &Secured{
		CA:    certificate,
		Admin: newKey(t, keys, "admin", "admin", "read", "write"),
		Read:  newKey(t, keys, "reader", "read"),
	}
	secured.Server = Start(t, "--tls-cert", filepath.Join(folder, "cert.pem"),
		"--tls-key", filepath.Join(folder, "key.pem"), "--keys", keys)
	_, port, err := net.SplitHostPort(secured.Address)
	if err != nil {
		t.Fatal(err)
	}
	secured.TLSAddress = net.JoinHostPort("localhost", port)
	return secured
}

var printedKey = regexp.MustCompile(`\bpv_\S+`)

func newKey(t testing.TB, file, name string, scopes ...string) string {
	t.Helper()
	arguments := []string{"keys", "create", "--file", file, "--name", name}
	for _, scope := range scopes {
		arguments = append(arguments, "--scope", scope)
	}
	output, err := Protovec(arguments...).Output()
	if err != nil {
		t.Fatal(err)
	}
	key := printedKey.Find(output)
	if key == nil {
		t.Fatal("protovec keys create printed no key")
	}
	return string(key)
}

// certificate is a new one for localhost, signed by itself, and its key, both in PEM.
func certificate(t testing.TB) ([]byte, []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: "localhost"},
		DNSNames:              []string{"localhost"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	encoded, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: encoded}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
}
