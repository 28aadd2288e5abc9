# What people do here by hand; .ci/run does all of it.
.PHONY: test selftest demo bench

test:
	go test ./...

# Every fault on every reference API, a few minutes; rewrites the table in docs/selftest.md.
selftest:
	CONFORM_SELFTEST=whole go test ./internal/selftest -run TestTheScoreInTheGuideIsTrue -count=1 -timeout 30m -update

demo:
	go run ./cmd/conform demo

# What conform costs beside the bare requests, seven minutes; -help lists what can be chosen: make bench ARGS="-cases 10000 -delayed ''".
bench:
	go run ./internal/bench $(ARGS)
