package exchange

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// TLSConfig returns a configuration that trusts the authorities in caFile alone and shows the client certificate in
// certFile, with the key in keyFile; all are PEM files. An empty caFile stands for the system's authorities, an empty
// certFile for no certificate, an empty keyFile for a key in certFile. Without any file it returns nil, for the
// defaults.
func TLSConfig(caFile, certFile, keyFile string) (*tls.Config, error) {
	if caFile == "" && certFile == "" && keyFile == "" {
		return nil, nil
	}
	config := &tls.Config{}
	if caFile != "" {
		text, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("CA file: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("CA file %q: no certificate in it: give a PEM file", caFile)
		}
	}
	switch {
	case certFile == "" && keyFile != "":
		return nil, errors.New("client key without a certificate: give the certificate file too")
	case certFile != "" && keyFile == "":
		keyFile = certFile
	}
	if certFile != "" {
		certificate, err := tls.LoadX509KeyPair(certFile, keyFile)
		if err != nil {
			return nil, fmt.Errorf("client certificate %q, key %q: %w", certFile, keyFile, err)
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	return config, nil
}
