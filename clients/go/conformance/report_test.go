package conformance

import (
	"encoding/json"
	"os"
	"testing"
)

// report is the file of results that PROTOVEC_REPORT names, if it does.
type report struct{ file *os.File }

func newReport(t *testing.T) *report {
	t.Helper()
	path := os.Getenv("PROTOVEC_REPORT")
	if path == "" {
		return &report{}
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return &report{file}
}

func (r *report) add(t *testing.T, file, name, result, why string) {
	t.Helper()
	if r.file == nil {
		return
	}
	line := struct {
		File   string `json:"file"`
		Case   string `json:"case"`
		Result string `json:"result"`
		Why    string `json:"why"`
	}{file, name, result, why}
	if err := json.NewEncoder(r.file).Encode(line); err != nil {
		t.Fatal(err)
	}
}
