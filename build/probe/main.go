//go:build js

// Command probe is the yardstick for how fast the page starts: a page that does
// nothing but one crypto/tls handshake and says so. `go run ./build bench`
// measures it beside the real page, so that a slow machine slows both.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net"
	"strings"
	"syscall/js"
)

// A key and its certificate, in base64 of DER, which bench sets in linking.
var key, certificate string

func main() {
	text := "finished"
	if err := handshake(); err != nil {
		text = "failed: " + err.Error()
	}
	body := js.Global().Get("document").Get("body")
	body.Set("textContent", text)
	body.Get("dataset").Set("runState", strings.Fields(text)[0])
	select {}
}

func handshake() error {
	der, err := base64.StdEncoding.DecodeString(certificate)
	if err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	if der, err = base64.StdEncoding.DecodeString(key); err != nil {
		return err
	}
	private, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return err
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(leaf)

	a, b := net.Pipe()
	server := tls.Server(b, &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: private}},
	})
	go server.Handshake()
	return tls.Client(a, &tls.Config{RootCAs: trusted, ServerName: "probe.example"}).Handshake()
}
