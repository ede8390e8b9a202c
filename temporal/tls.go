package temporal

import (
	"crypto/tls"
	"crypto/x509"
	"os"

	"github.com/promostack/promostack/internal/base/fault"
)

// TLS returns how to reach a Temporal that asks for TLS. The files are PEM; each may be empty, cert and key together.
// The error names the setting whose file can't be used.
func TLS(ca, cert, key string) (*tls.Config, error) {
	out := &tls.Config{MinVersion: tls.VersionTLS12}
	wrong := func(setting, path string, cause error) error {
		return fault.New(fault.Invalid, "setting_malformed", "%s: %s can't be used", setting, path).
			WithRemedy("Name a PEM file that this program may read").WithCause(cause)
	}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if out.RootCAs = x509.NewCertPool(); err != nil || !out.RootCAs.AppendCertsFromPEM(pem) {
			return nil, wrong("TEMPORAL_TLS_CA", ca, err)
		}
	}
	if cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, wrong("TEMPORAL_TLS_CERT", cert, err)
		}
		out.Certificates = []tls.Certificate{pair}
	}
	return out, nil
}
