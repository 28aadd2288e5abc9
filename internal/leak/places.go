package leak

// hosts are addresses that mean something inside a network only. One that stands alone may be a version or the caller's own, so
// it takes a scheme before it or a port after it.
var hosts = []detector{
	{class: internalHost, what: "a private address", hints: []string{"10.", "172.", "192.168.", "169.254."},
		pattern: `(//)(?:[^\s/@"]*@)?` + private + `\b`},
	{class: internalHost, what: "a private address", hints: []string{"10.", "172.", "192.168.", "169.254."},
		pattern: `\b` + private + `(:)[1-9]\d{1,4}\b`},
	{class: internalHost, what: "the address of cloud metadata", hints: []string{"169.254.169.254"},
		pattern: `\b(169\.254\.169\.254)\b`},
	{class: internalHost, what: "a private IPv6 address", hints: []string{"[fd", "[fc", "[fe80:"},
		pattern: `(\[)(?:f[cd][0-9a-f]{2}|fe80):[0-9a-f:]+(\])`},
	{class: internalHost, what: "the name of a service in a cluster", hints: []string{".svc.cluster.local"},
		pattern: `\b[a-z0-9-]+\.[a-z0-9-]+(\.svc\.cluster\.local)\b`},
	{class: internalHost, what: "the name of a host in a network", hints: []string{".internal", ".local", ".corp", ".lan"},
		pattern: `(?:(//)(?:[^\s/@"]*@)?(?:[a-z0-9-]+\.)+(?:internal|local|corp|lan)\b|(\blookup |\bENOTFOUND |\bEAI_AGAIN |\bgetaddrinfo )(?:[a-z0-9-]+\.)+(?:internal|local|corp|lan)\b|\b(?:[a-z0-9-]+\.)+(?:internal|local|corp|lan)(:)[1-9]\d{1,4}\b)`},
	// Two names and more before it, one of them numbered: example.internal is none, and com.example.internal a package or a code.
	{class: internalHost, what: "the name of a host in a network", hints: []string{".internal", ".local", ".corp", ".lan"},
		pattern: `\b(?:[a-z][a-z0-9]*[0-9-][a-z0-9-]*(?:\.[a-z0-9-]+)+(\.(?:internal|local|corp|lan))|(metadata\.google\.internal))(?:[^.\w-]|\.\s|\.?$)`},
	{class: internalHost, what: "the name of a host in a cloud", hints: []string{"ip-10-", "ip-172-", "ip-192-168-"},
		pattern: `\b(ip-)(?:10|172|192)-\d{1,3}-\d{1,3}(?:-\d{1,3})?(?:\.[a-z0-9.-]+)?`},
}

// private are addresses of RFC 1918, and those of RFC 3927.
const private = `(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168|169\.254)\.\d{1,3}\.\d{1,3}`

// paths are places in a file system. A path of an API looks like one, so that it takes a root of a server's with a file of source
// or configuration below it, or a folder that no API has.
var paths = []detector{
	{class: filePath, what: "a path of a source file", hints: []string{"/home/", "/var/", "/usr/", "/opt/", "/srv/", "/app/", "/root/", "/Users/", "/workspace/", "/build/"},
		pattern: `(?:^|[\s"'(=\[,>:\x60])(/(?:home|var|usr|opt|srv|app|root|Users|workspace|build)/)(?:[\w.@+~-]+/)*[\w.@+~-]+` +
			`(\.(?:py|rb|php|[cm]?js|tsx?|java|class|jar|war|go|rs|cs|dll|pl|pm|jsp|exs?|erb|scala|kt|c|cpp|so|sql|sqlite3?|db|conf|cfg|ini|env|ya?ml|log))\b`},
	{class: filePath, what: "a path in a server's file system", hints: []string{"/var/", "/usr/", "/etc/", "/home/"},
		pattern: `(?:^|[\s"'(=\[,>:\x60])(/var/(?:lib|www|log|task|run|spool|opt|cache)/|/usr/(?:local|lib|share|src)/|/etc/(?:nginx|apache2|ssl|pki|php|kubernetes|systemd|passwd\b|shadow\b|hosts\b))`},
	{class: filePath, what: "a path in a Windows file system", hints: after(`:\`),
		pattern: `\b[A-Za-z](:\\)(?:[\w .()$-]+\\)+[\w.()$-]+`},
	{class: filePath, what: "a file: URL", hints: []string{"file:///"},
		pattern: `\b(file:///)[\w.%~-]+/[\w.%~/-]+`},
}

// after returns a text with each character after it that begins the name of a file.
func after(text string) []string {
	var all []string
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$(-" {
		all = append(all, text+string(c))
	}
	return all
}
