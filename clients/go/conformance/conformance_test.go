// Package conformance runs the cases that every client of Protovec is held to, over the public
// surface of this one.
package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	protovec "github.com/protovec/protovec/clients/go"
	"github.com/protovec/protovec/clients/go/internal/testserver"
)

// abilities are what this client can do and not every client has to.
var abilities = []string{"diff"}

// lacking are those that it does not have, and what a report says of them.
var lacking = map[string]string{"write_snapshot_file": "the Go client writes no snapshot files"}

func TestConformance(t *testing.T) {
	folder := os.Getenv("PROTOVEC_CONFORMANCE")
	if folder == "" {
		folder = filepath.Join(testserver.Repository(), "test", "conformance")
	}
	all := features(t, folder)
	found := findServers(t)
	results := newReport(t)
	plain := must(protovec.Dial(found.address))
	t.Cleanup(func() { _ = plain.Close() })
	for _, feature := range all {
		for _, one := range feature.Cases {
			t.Run(feature.Feature+"/"+one.Name, func(t *testing.T) {
				for _, need := range one.Needs {
					if slices.Contains(abilities, need) {
						continue
					}
					why, known := lacking[need]
					if !known {
						t.Fatalf("the case needs %s, of which nothing is known here", need)
					}
					results.add(t, feature.file, one.Name, "skipped", why)
					t.Skip(why)
				}
				r := &runner{servers: found, client: plain, golden: filepath.Join(folder, "..", "golden"), folder: t.TempDir()}
				defer r.close()
				if why := r.run(t.Context(), one); why != "" {
					results.add(t, feature.file, one.Name, "failed", why)
					t.Fatal(why)
				}
				results.add(t, feature.file, one.Name, "passed", "")
			})
		}
	}
}

// runner runs the steps of one case.
type runner struct {
	servers        *servers
	client         *protovec.Client
	golden, folder string
	// opened are connections that the case made.
	opened []*protovec.Client
}

// run tells why the case failed; empty: it passed.
func (r *runner) run(ctx context.Context, one testCase) (why string) {
	// Steps that are not of the form that they must have.
	defer func() {
		if problem := recover(); problem != nil {
			why = fmt.Sprint("the case cannot be run: ", problem)
		}
	}()
	if err := clear(ctx, r.client); err != nil {
		return "before the case: " + err.Error()
	}
	saved := object{}
	for i, step := range one.Steps {
		where := fmt.Sprintf("step %d (%s)", i+1, step.Do)
		with, _ := replaced(step.With, saved).(object)
		answer, err := r.step(ctx, step.Do, with)
		if err != nil {
			told := jsonOfError(err)
			if step.Error == nil || told == nil {
				return where + ": " + err.Error()
			}
			if found := mismatch(step.Error, told, where+": error"); found != "" {
				return fmt.Sprintf("%s (%v)", found, err)
			}
			continue
		}
		if step.Error != nil {
			return fmt.Sprintf("%s succeeded: %v", where, answer)
		}
		if step.Expect != nil {
			if found := mismatch(replaced(step.Expect, saved), answer, where+": answer"); found != "" {
				return found
			}
		}
		if step.Save != "" {
			saved[step.Save] = answer
		}
	}
	return ""
}

func (r *runner) close() {
	for _, client := range r.opened {
		_ = client.Close()
	}
}

// clear deletes every collection.
func clear(ctx context.Context, client *protovec.Client) error {
	infos, err := client.ListCollections(ctx)
	if err != nil {
		return err
	}
	for _, info := range infos {
		if err := client.DeleteCollection(ctx, info.Name); err != nil {
			return err
		}
	}
	return nil
}

// connect makes later steps use the server with TLS, emptied with the first connection.
func (r *runner) connect(ctx context.Context, with object) (any, error) {
	if len(r.opened) == 0 {
		admin, err := r.servers.secured("admin", true)
		if err != nil {
			return nil, err
		}
		r.opened = append(r.opened, admin)
		if err := clear(ctx, admin); err != nil {
			return nil, err
		}
	}
	trusts, told := with["ca"].(bool)
	client, err := r.servers.secured(strings.ToLower(text(with, "key")), trusts || !told)
	if err != nil {
		return nil, err
	}
	r.client = client
	r.opened = append(r.opened, client)
	return object{}, nil
}
