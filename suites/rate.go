package suites

var rateLimited = Probe{
	Name:  "rate.limited",
	Doc:   "sends the request that the target refuses as one too many, as its file says",
	Cases: onTarget(provoked("rate.limited", "limited")),
}
