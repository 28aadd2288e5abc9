package drive

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// mostDeeds is how many deeds are kept: more would name nobody.
const mostDeeds = 5

// deeds knows the requests that may have changed the target and were not undone: where a control fails that worked before, it was
// one of them, if not somebody else.
type deeds struct {
	mu     sync.Mutex
	latest []deed // mostDeeds at most

	// The rest belongs to who is alone in all lanes.
	stand  *suites.Operation // whose control was found to fail last
	worked time.Time         // and when it had worked last
	names  []string          // of the cases of which one made it fail; none: nothing is known
	got    string            // what its control got
}

// deed is one such request.
type deed struct {
	ended time.Time
	name  string // of the case; empty: nobody knows
}

func (d *deeds) note(name string, ended time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.latest) == mostDeeds {
		copy(d.latest, d.latest[1:])
		d.latest = d.latest[:mostDeeds-1]
	}
	d.latest = append(d.latest, deed{ended, name})
}

// since returns the names of those that ended after a time; none where there are too many, or one is nobody knows whose.
func (d *deeds) since(t time.Time) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var names []string
	for _, deed := range d.latest {
		switch {
		case !deed.ended.After(t):
		case deed.name == "":
			return nil
		default:
			names = append(names, deed.name)
		}
	}
	if len(names) == mostDeeds {
		return nil
	}
	slices.Sort(names)
	return names
}

// doing notes a case that may have changed the target although it should have been refused, and was not undone: it writes, and was
// answered as if the target had failed on the way, or not at all.
func (d *Drive) doing(c *suites.Planned, o *outcome) {
	if ex := o.exchange; ex != nil && !c.Request.Safe() && (ex.Answer == nil || ex.Answer.Status >= 500) {
		d.deeds.note(c.Name(), ex.Start.Add(ex.Duration))
	}
}

// convict says of a case after which a control failed whose fault that is, as far as it can be told. Nothing else is under way. Where
// nobody but the case can have done it, that is a finding; else nothing can be judged, and the reason names who may have.
func (d *Drive) convict(ctx context.Context, c *suites.Planned, o *outcome, reason error) {
	names := d.suspected(ctx, c)
	every := func([]check.Finding) bool { return true }
	switch {
	case len(names) == 0:
		o.doubt(reason, every)
	case len(names) > 1:
		o.doubt(fmt.Errorf("%w; refused ever since one of the cases %s", reason, strings.Join(names, ", ")), every)
	case names[0] != c.Name():
		o.doubt(fmt.Errorf("%w; refused ever since the case %s", reason, names[0]), every)
	default:
		o.add(check.Finding{Rule: "after", Want: "the control of " + d.deeds.stand.ID + " to work, as it did before", Got: d.deeds.got})
	}
}

// suspected returns the cases of which one made the control fail that stands for the operation of c: it worked before, is answered
// 500, these alone may have changed the target since, and the target as a whole still answers otherwise.
func (d *Drive) suspected(ctx context.Context, c *suites.Planned) []string {
	stand := d.health.stand(c.Operation)
	worked := d.health.lastWorked(stand)
	whole := d.Plan.Operations[len(d.Plan.Operations)-1]
	if stand == d.deeds.stand && worked.Equal(d.deeds.worked) {
		return d.deeds.names // what came later was not judged for it
	}
	d.deeds.stand, d.deeds.worked, d.deeds.names = stand, worked, nil
	names := d.deeds.since(worked)
	if worked.IsZero() || stand.Writes() || stand.Whole() || !whole.Whole() || len(names) == 0 {
		return nil
	}
	control, elsewhere := d.health.good(ctx, stand), d.health.good(ctx, whole)
	if control.Answer == nil || control.Answer.Status != http.StatusInternalServerError || elsewhere.Answer == nil || broken(whole, elsewhere.Answer.Status) {
		return nil
	}
	d.deeds.names, d.deeds.got = names, report.Excerpt(control, d.Secrets)
	return names
}

// lastWorked returns when the operation's control was last sent and worked; zero: never.
func (h *health) lastWorked(op *suites.Operation) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.vitals[op].worked
}
