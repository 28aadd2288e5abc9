package leak

// pages are what frameworks show to developers, and servers where nobody wrote an error page. A framework's bare "not found"
// is none of these.
var pages = []detector{
	{class: debugPage, what: "Spring Boot's error page", hints: []string{"Whitelabel Error Page"},
		pattern: `(Whitelabel Error Page)`},
	{class: debugPage, what: "Werkzeug's debugger", hints: []string{"Werkzeug Debugger", "debugger caught an exception"},
		pattern: `(// Werkzeug Debugger|debugger caught an exception in your WSGI application)`},
	{class: debugPage, what: "Django's debug page", hints: []string{"DEBUG = True", "Using the URLconf defined in"},
		pattern: `(DEBUG = True</code>|Using the URLconf defined in )`},
	{class: debugPage, what: "Laravel's debug page", hints: []string{"window.ignite(", "Whoops container", "Whoops! There was an error"},
		pattern: `(window\.ignite\(|class="Whoops container|<title>Whoops! There was an error)`},
	{class: debugPage, what: "Laravel's debug answer", hints: []string{"trace"}, raw: true,
		pattern: `("exception")\s*:\s*"[^"]+"[^{}]*("trace")\s*:\s*\[`},
	{class: debugPage, what: "Symfony's debug page", hints: []string{"sf-dump", "Symfony Exception"},
		pattern: `(class=["']?sf-dump|Symfony Exception</)`},
	{class: debugPage, what: "Rails' debug page", hints: []string{"Rails.root: ", "Action Controller: Exception caught"},
		pattern: `(Rails\.root: |Action Controller: Exception caught)`},
	{class: debugPage, what: "ASP.NET's error page", hints: []string{"Server Error in "},
		pattern: `(Server Error in ')[^'\n]*(' Application)`},
	{class: debugPage, what: "ASP.NET Core's developer page", hints: []string{"An unhandled exception occurred while processing the request"},
		pattern: `(<h1>An unhandled exception occurred while processing the request)`},
	{class: debugPage, what: "Tomcat's error report", hints: []string{"Apache Tomcat/"},
		pattern: `(<h3>Apache Tomcat/)\d`},
	{class: debugPage, what: "Jetty's error report", hints: []string{"Powered by Jetty:"},
		pattern: `(Powered by Jetty://)`},
	{class: debugPage, what: "Phoenix' debug page", hints: []string{"Phoenix.Router.NoRouteError", "# Plug.Debugger"},
		pattern: `(Phoenix\.Router\.NoRouteError at |# Plug\.Debugger)`},
	{class: debugPage, what: "Play's developer page", hints: []string{"in DEV mode"},
		pattern: `(because you have an application in DEV mode|Action Not Found</h1>)`},
}
