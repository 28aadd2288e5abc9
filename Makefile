# What people do here by hand; .ci/run does all of it.
.PHONY: test selftest demo bench release profile

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

# The command as README.md says to build it.
release:
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -pgo=cmd/conform/release.pgo ./cmd/conform

# Renew what releases are compiled by: the bench's runs, and runs against the reference APIs so that it is not for the bench alone. Two minutes.
profile:
	set -e; dir=$$(mktemp -d); trap 'rm -r $$dir' EXIT; \
	go build -trimpath -o $$dir/bench ./internal/bench; \
	for run in 1 2 3 4 5 6; do $$dir/bench -cases 100000 -delayed '' -profile $$dir/$$run.prof; done; \
	$$dir/bench -cases '' -delayed 100000 -profile $$dir/delayed.prof; \
	go test -trimpath -o $$dir/test -cpuprofile $$dir/reference.prof -count=1 -run '^TestTheSameRunTwiceGivesTheSameJUnit$$' ./cmd/conform; \
	go tool pprof -proto $$dir/*.prof >$$dir/release.pgo; \
	cp $$dir/release.pgo cmd/conform/release.pgo
