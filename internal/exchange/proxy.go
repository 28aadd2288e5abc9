package exchange

import (
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// ProxyFromEnvironment returns the function that finds the proxy for a URL in HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or
// their lower-case forms, as they are now; nil is no proxy. Loopback hosts never have one. A variable that is no URL
// is an error of that function: going without the proxy would be a surprise.
func ProxyFromEnvironment() func(*url.URL) (*url.URL, error) {
	settings := httpproxy.FromEnvironment()
	find := settings.ProxyFunc()
	return func(target *url.URL) (*url.URL, error) {
		name, value := "HTTP_PROXY", settings.HTTPProxy
		if target.Scheme == "https" {
			name, value = "HTTPS_PROXY", settings.HTTPSProxy
		}
		if !proxyURL(value) { // its value is not shown: it may hold a password
			return nil, fmt.Errorf("%s is neither a URL nor host:port: correct or unset it", name)
		}
		return find(target)
	}
}

// proxyURL reports whether value is a URL or host:port. Of anything else package httpproxy makes no proxy, or one that
// nobody meant.
func proxyURL(value string) bool {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	_, err := url.Parse(value)
	return err == nil
}
